/// What the test suite of one origin said when it was published.
public struct PublishedSuite: Sendable, Hashable {
    /// The recipe.
    public var origin: String
    /// The version that was tested.
    public var version: String
    /// Which form of the suite ran: `short`, `full`. Only equal forms are compared.
    public var form: String
    /// How many tests passed.
    public var passed: Int
    /// How many failed, all of them accepted by name.
    public var failed: Int
    /// How many the suite left out.
    public var skipped: Int

    /// Counts of these numbers.
    public init(origin: String, version: String, form: String, passed: Int, failed: Int, skipped: Int) {
        self.origin = origin
        self.version = version
        self.form = form
        self.passed = passed
        self.failed = failed
        self.skipped = skipped
    }
}

/// The counts of all published origins: the file `tests.tsv` of a snapshot.
struct SuiteLedger: Sendable, Equatable {
    static let fileName = "tests.tsv"
    /// By origin, then form.
    private(set) var counts: [String: [String: PublishedSuite]] = [:]

    init() {}

    init(bytes: [UInt8], path: String) throws(PublishingError) {
        let form = "ORIGIN<tab>VERSION<tab>FORM<tab>PASSED<tab>FAILED<tab>SKIPPED"
        for (index, row) in try TableText.rows(bytes, columns: 6, form: form, path: path).enumerated() {
            guard let passed = Int(row[3]), let failed = Int(row[4]), let skipped = Int(row[5]) else {
                throw .damagedRepository(path: path, reason: "line \(index + 1) is not \(form)")
            }
            set(
                PublishedSuite(
                    origin: row[0], version: row[1], form: row[2], passed: passed, failed: failed,
                    skipped: skipped))
        }
    }

    mutating func set(_ new: PublishedSuite) { counts[new.origin, default: [:]][new.form] = new }

    /// Takes over another ledger's counts of an origin.
    mutating func set(origin: String, from other: SuiteLedger) { counts[origin] = other.counts[origin] }

    var bytes: [UInt8] {
        let all = counts.values.flatMap(\.values).sorted { ($0.origin, $0.form) < ($1.origin, $1.form) }
        let lines = all.map {
            "\($0.origin)\t\($0.version)\t\($0.form)\t\($0.passed)\t\($0.failed)\t\($0.skipped)\n"
        }
        return Array(lines.joined().utf8)
    }
}
