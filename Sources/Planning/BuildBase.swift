/// What some recipes use of Alpine's build-base without naming it. There every build root has a C++ compiler with its
/// library; here only the roots of recipes in this table have one, so that C is not built again when the library changes.
public struct BuildBase: Sendable, Hashable {
    /// A line that says nothing.
    public struct Malformed: Error, Sendable, Hashable, CustomStringConvertible {
        /// The file.
        public let file: String
        /// The line, from 1.
        public let line: Int
        /// What is wrong.
        public let what: String

        /// `toolchain/build-base.tsv:3:1: …`.
        public var description: String {
            "\(file):\(line):1: \(what); write 'REPOSITORY/NAME<tab>PACKAGES<tab>remark'"
        }
    }

    /// By recipe (`main/gperf`): names of packages that its build root holds besides what it names.
    public let packages: [String: [String]]

    /// Nothing is used without being named.
    public init() {
        packages = [:]
    }

    /// Reads lines `main/gperf<tab>libc++-dev<tab>remark`; several packages are separated by spaces, the remark may be
    /// left out; empty lines and those that start with `#` are skipped. `file` is the name for messages.
    public init(parsing text: String, file: String = "toolchain/build-base.tsv") throws(Malformed) {
        var packages: [String: [String]] = [:]
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if line.isEmpty || line.hasPrefix("#") { continue }
            let columns = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            let names = columns.count > 1 ? columns[1].split(separator: " ").map(String.init) : []
            guard columns[0].split(separator: "/").count == 2, !names.isEmpty else {
                throw Malformed(file: file, line: index + 1, what: "the line has no recipe and packages")
            }
            guard packages[columns[0]] == nil else {
                throw Malformed(file: file, line: index + 1, what: "'\(columns[0])' is listed twice")
            }
            packages[columns[0]] = names
        }
        self.packages = packages
    }
}

/// Packages in build roots that no recipe names: some in every root, but not in those of recipes that they need
/// themselves, some in the roots of single recipes.
struct ImplicitPackages: Sendable {
    /// Indexes of packages in every root.
    let everywhere: [Int]
    /// By recipe: whether the packages in every root need it.
    let isBelow: [Bool]
    /// By recipe: indexes of packages in its root only.
    let own: [Int: [Int]]

    /// Indexes of the packages in the root of the recipe in this row.
    subscript(row: Int) -> [Int] {
        (isBelow[row] ? [] : everywhere) + (own[row] ?? [])
    }
}
