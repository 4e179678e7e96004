public import Apk

/// The number after `-r` of a published version: Alpine's pkgrel × 1000 + how often the farm has rebuilt it.
///
/// A published name-version never changes its bytes, and recipes stay as they are: so a rebuild with other bytes
/// needs a number of its own between two of Alpine's. zlib 1.3.2-r0 is published as -r0, its second rebuild as -r2,
/// and Alpine's -r3 as -r3000.
public struct ReleaseNumber: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Alpine's `pkgrel`.
    public let pkgrel: Int
    /// How many times other bytes were published for the same pkgver and pkgrel.
    public let rebuild: Int

    /// How many numbers one pkgrel has.
    public static let rebuilds = 1_000

    /// The number of a rebuild; `rebuild` must be below ``rebuilds``, or it is another pkgrel's.
    public init(pkgrel: Int, rebuild: Int) {
        self.pkgrel = pkgrel
        self.rebuild = rebuild
    }

    /// The number that a published version carries.
    public init(published: Int) {
        pkgrel = published / Self.rebuilds
        rebuild = published % Self.rebuilds
    }

    /// The number of a published version; nil for one without `-r`.
    public init?(of version: PackageVersion) {
        guard let release = version.release, let number = Int(exactly: release) else { return nil }
        self.init(published: number)
    }

    /// What stands after `-r`.
    public var published: Int { pkgrel * Self.rebuilds + rebuild }

    /// The published number.
    public var description: String { "\(published)" }

    /// By published number.
    public static func < (left: ReleaseNumber, right: ReleaseNumber) -> Bool {
        left.published < right.published
    }

    /// The number that other bytes for `name` in this pkgver and pkgrel get, when these versions were published
    /// before: 0 rebuilds at first, else one more than the highest. Throws `rebuildsExhausted` after 999.
    public static func next(
        for name: PackageName, pkgver: String, pkgrel: Int, after published: some Sequence<PackageVersion>
    ) throws(PublishingError) -> ReleaseNumber {
        let upstream = ByteText(pkgver)
        let numbers = published.filter { $0.upstream == upstream }.compactMap { ReleaseNumber(of: $0) }
        guard let highest = numbers.filter({ $0.pkgrel == pkgrel }).max() else {
            return ReleaseNumber(pkgrel: pkgrel, rebuild: 0)
        }
        guard highest.rebuild + 1 < rebuilds else {
            throw .rebuildsExhausted(package: "\(name)-\(pkgver)-r\(pkgrel)")
        }
        return ReleaseNumber(pkgrel: pkgrel, rebuild: highest.rebuild + 1)
    }

    /// What a constraint that a recipe writes with one of Alpine's release numbers means for published versions:
    /// one or two atoms that all must hold. `zlib>=1.3-r2` becomes `zlib>=1.3-r2000`, `zlib=1.3-r2` becomes
    /// `zlib>=1.3-r2000 zlib<1.3-r3000`, as every rebuild of -r2 is meant. Atoms without a release stay.
    ///
    /// This is for numbers that stand in a recipe as digits. One that came from `$pkgrel` is a published number
    /// already, as recipes are evaluated with that.
    ///
    /// Throws `untranslatable` for a conflict with exactly one release (`!zlib=1.3-r2`): two atoms would exclude
    /// everything.
    public static func translated(_ atom: DependencyAtom) throws(PublishingError) -> [DependencyAtom] {
        guard case .version(let comparison, let version) = atom.constraint, let release = version.release,
            let pkgrel = Int(exactly: release)
        else { return [atom] }
        let first = try bound(version, pkgrel)
        let beyond = try bound(version, pkgrel + 1)
        func with(_ comparison: DependencyAtom.Operator, _ version: PackageVersion) -> DependencyAtom {
            DependencyAtom(
                atom.name, .version(comparison, version), isConflict: atom.isConflict, tag: atom.tag)
        }
        switch comparison {
        case .less: return [with(.less, first)]
        case .lessOrEqual, .lessOrFuzzy: return [with(.less, beyond)]
        case .greater: return [with(.greaterOrEqual, beyond)]
        case .greaterOrEqual, .greaterOrFuzzy: return [with(.greaterOrEqual, first)]
        case .equal, .fuzzy:
            guard !atom.isConflict else { throw .untranslatable(atom: atom.description) }
            return [with(.greaterOrEqual, first), with(.less, beyond)]
        }
    }

    private static func bound(_ version: PackageVersion, _ pkgrel: Int) throws(PublishingError)
        -> PackageVersion
    {
        let text = "\(version.upstream)-r\(ReleaseNumber(pkgrel: pkgrel, rebuild: 0))"
        do { return try PackageVersion(parsing: text) } catch { throw .untranslatable(atom: text) }
    }
}
