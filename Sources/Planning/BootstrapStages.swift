public import Recipes

/// The declared way out of circles: recipes that are built without some of their lists first, so that others can be
/// built that they need, and once more when everything is there.
public struct BootstrapStages: Sendable, Hashable {
    /// A line that says nothing.
    public struct Malformed: Error, Sendable, Hashable, CustomStringConvertible {
        /// The file.
        public let file: String
        /// The line, from 1.
        public let line: Int
        /// What is wrong.
        public let what: String

        /// `jobs/stages:3:1: …`.
        public var description: String {
            "\(file):\(line):1: \(what); write 'REPOSITORY/NAME<tab>checkdepends<tab>reason'"
        }
    }

    /// By recipe (`main/bison`): the lists that the first build goes without.
    public let fields: [String: Set<RecipeTable.Field>]

    /// No recipe is built twice.
    public init() {
        fields = [:]
    }

    /// Reads lines `main/bison<tab>checkdepends<tab>reason`; several lists are separated by spaces, empty lines and
    /// those that start with `#` are skipped. `file` is the name for messages.
    public init(parsing text: String, file: String = "jobs/stages") throws(Malformed) {
        var fields: [String: Set<RecipeTable.Field>] = [:]
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if line.isEmpty || line.hasPrefix("#") { continue }
            let columns = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            guard columns.count == 3, columns[0].split(separator: "/").count == 2, !columns[2].isEmpty else {
                throw Malformed(file: file, line: index + 1, what: "the line has no recipe, lists and reason")
            }
            var lists: Set<RecipeTable.Field> = []
            for word in columns[1].split(separator: " ") {
                guard
                    let field = RecipeTable.Field.allCases.first(where: {
                        $0.isForBuilding && $0.name == word
                    })
                else {
                    throw Malformed(
                        file: file, line: index + 1, what: "'\(word)' is no list that a build installs")
                }
                lists.insert(field)
            }
            guard fields[columns[0]] == nil else {
                throw Malformed(file: file, line: index + 1, what: "'\(columns[0])' is listed twice")
            }
            fields[columns[0]] = lists
        }
        self.fields = fields
    }
}
