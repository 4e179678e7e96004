/// The reviewed table of `toolchain/host-tools.tsv`: which names in makedepends mean a program of the machine that
/// builds, and which Debian packages bring it; and which names mean a package for the target although they look like
/// a program's.
public struct HostTools: Sendable, Hashable {
    /// One line of the table.
    public struct Tool: Sendable, Hashable {
        /// Alpine's name: `cmake`, `cmd:xsltproc`.
        public let name: String
        /// Debian's packages; empty when every build machine has it (`make demo` installs the toolchain's own).
        public let debianPackages: [String]
        /// Whether the name means a package for the target: a library whose recipe makes no -dev package, say.
        public let isForTarget: Bool
        /// The line in the table.
        public let line: Int
    }

    /// A line of the table that says nothing.
    public struct Malformed: Error, Sendable, Hashable, CustomStringConvertible {
        /// The table's file.
        public let file: String
        /// The line, from 1.
        public let line: Int
        /// What is wrong.
        public let what: String

        /// `toolchain/host-tools.tsv:12:1: …`.
        public var description: String {
            "\(file):\(line):1: \(what); write 'NAME<tab>DEBIAN PACKAGES or -<tab>remark'"
        }
    }

    private let tools: [String: Tool]

    /// No tools at all: every name must be a recipe's.
    public init() {
        tools = [:]
    }

    /// Reads the table: lines `name<tab>packages<tab>remark`, packages separated by spaces, `-` for none, or `target`
    /// for a name that means a package for the target; empty lines and those that start with `#` are skipped. `file` is
    /// the name for messages.
    public init(parsing text: String, file: String = "toolchain/host-tools.tsv") throws(Malformed) {
        var tools: [String: Tool] = [:]
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if line.isEmpty || line.hasPrefix("#") { continue }
            let columns = line.split(separator: "\t", omittingEmptySubsequences: false)
            guard columns.count >= 2, !columns[0].isEmpty, !columns[1].isEmpty else {
                throw Malformed(file: file, line: index + 1, what: "the line has no name and packages")
            }
            let name = String(columns[0])
            let isForTarget = columns[1] == "target"
            let packages =
                columns[1] == "-" || isForTarget ? [] : columns[1].split(separator: " ").map(String.init)
            if let first = tools[name] {
                throw Malformed(
                    file: file, line: index + 1, what: "'\(name)' is listed on line \(first.line) too")
            }
            tools[name] = Tool(
                name: name, debianPackages: packages, isForTarget: isForTarget, line: index + 1)
        }
        self.tools = tools
    }

    /// The tool of this name.
    public subscript(name: String) -> Tool? { tools[name] }
    /// All names, sorted.
    public var names: [String] { tools.keys.sorted() }
    /// Debian's packages for these tools, sorted, each once.
    public func debianPackages(for names: some Sequence<String>) -> [String] {
        Set(names.flatMap { tools[$0]?.debianPackages ?? [] }).sorted()
    }
}
