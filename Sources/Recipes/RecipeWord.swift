public import Apk

/// One word of a recipe, after evaluation, and where it stands in the recipe's text.
public struct RecipeWord: Sendable, Hashable, Codable {
    /// What a word of a dependency list names.
    public enum Kind: String, Sendable, Codable, CaseIterable {
        /// A package, or a name that packages provide.
        case package
        /// A shared library, `so:libz.so.1`.
        case library
        /// A program, `cmd:bash`.
        case command
        /// A pkg-config module, `pc:zlib`.
        case pkgConfig = "pkg-config"
        /// A Python module, `py3.14:six`.
        case python
        /// A file, `/bin/sh`.
        case file
        /// Another virtual name with a colon.
        case virtual

        /// The kind of a name.
        public init(of name: PackageName) {
            let text = name.description
            guard let colon = text.firstIndex(of: ":") else {
                self = text.hasPrefix("/") ? .file : .package
                return
            }
            switch text[..<colon] {
            case "so": self = .library
            case "cmd": self = .command
            case "pc": self = .pkgConfig
            case let prefix where prefix.hasPrefix("py3"): self = .python
            default: self = .virtual
            }
        }
    }

    /// The variable.
    public let field: String
    /// The word, as evaluated; the whole value for a variable that is no list.
    public let word: String
    /// What it names; nil for a word that is no dependency.
    public let kind: Kind?
    /// Where it stands; where the variable is assigned, for a word that is put together by the shell.
    public let place: Place
}

extension Recipe {
    /// Every value of the recipe with its place: lists word by word, in the order of ``Recipe``'s fields.
    public var words: [RecipeWord] {
        let variables = evaluated.variables
        func split(_ field: String) -> [String] {
            (variables[field] ?? "").shellWords
        }
        var result: [RecipeWord] = []
        for field in [
            "pkgname", "pkgver", "pkgrel", "pkgdesc", "url", "license", "builddir", "provider_priority",
        ] {
            guard let value = variables[field], !value.isEmpty else { continue }
            result.append(RecipeWord(field: field, word: value, kind: nil, place: place(of: field)))
        }
        for field in [
            "arch", "options", "subpackages", "install", "triggers", "source", "pkgusers", "pkggroups",
        ] {
            for word in split(field) {
                result.append(
                    RecipeWord(field: field, word: word, kind: nil, place: place(of: field, word: word)))
            }
        }
        for field in Dependencies.Field.allCases {
            for word in split(field.rawValue) {
                let atom = RecipeParser.parsed { () throws(ApkError) in try DependencyAtom(parsing: word) }
                result.append(
                    RecipeWord(
                        field: field.rawValue, word: word, kind: atom.map { RecipeWord.Kind(of: $0.name) },
                        place: place(of: field.rawValue, word: word)))
            }
        }
        return result
    }
}
