import Apk

/// Turns raw variables into the fields of a ``Recipe`` and collects findings on the way. The rules are those of
/// abuild's `default_validate`, each of which names here its place and its cure.
struct RecipeParser {
    let folder: RecipeFolder
    let environment: RecipeEnvironment
    let evaluated: EvaluatedRecipe
    let text: RecipeText
    private(set) var findings: [Finding] = []

    init(folder: RecipeFolder, environment: RecipeEnvironment, evaluated: EvaluatedRecipe) {
        self.folder = folder
        self.environment = environment
        self.evaluated = evaluated
        text = RecipeText(folder.text)
    }

    func value(_ variable: String) -> String? {
        guard let value = evaluated.variables[variable], !value.isEmpty else { return nil }
        return value
    }

    func words(_ variable: String) -> [String] {
        (evaluated.variables[variable] ?? "").shellWords
    }

    /// Where a word stands, also when it is written with `$pkgname` or `$pkgver`.
    private func place(of variable: String, word: String?) -> (line: Int, column: Int)? {
        text.place(of: variable, words: word.map { Self.spellings(of: $0, evaluated) } ?? [])
    }

    /// How a word of a value may be written in the text.
    static func spellings(of word: String, _ evaluated: EvaluatedRecipe) -> [String] {
        var spellings = [word]
        for name in ["pkgname", "pkgver"] {
            guard let value = evaluated.variables[name], !value.isEmpty else { continue }
            for spelling in spellings {
                guard let range = spelling.firstRange(of: value) else { continue }
                for variable in ["$\(name)", "${\(name)}"] {
                    spellings.append(spelling[..<range.lowerBound] + variable + spelling[range.upperBound...])
                }
            }
        }
        return spellings
    }

    mutating func error(
        _ rule: String, of variable: String, word: String? = nil, _ what: String, _ remedy: String
    ) {
        add(.error, rule, place(of: variable, word: word), what, remedy)
    }

    mutating func warn(
        _ rule: String, of variable: String, word: String? = nil, _ what: String, _ remedy: String
    ) {
        add(.warning, rule, place(of: variable, word: word), what, remedy)
    }

    mutating func add(
        _ severity: Finding.Severity, _ rule: String, _ place: (line: Int, column: Int)?, _ what: String,
        _ remedy: String
    ) {
        let place = folder.place(line: place?.line ?? 1, column: place?.column ?? 1)
        findings.append(Finding(severity, rule: rule, at: place, what: what, remedy: remedy))
    }

    // MARK: Identity

    mutating func identity() throws(RecipeError) -> (PackageName, String, Int, PackageVersion) {
        let name = packageName()
        let version = packageVersion()
        guard let name, let version else { throw RecipeError(findings) }
        if name.description != folder.name {
            warn(
                "folder-name", of: "pkgname", "pkgname is '\(name)' but the folder is '\(folder.name)'",
                "rename one of them")
        }
        return (name, version.pkgver, version.pkgrel, version.version)
    }

    private mutating func packageName() -> PackageName? {
        guard let name = value("pkgname") else {
            error("missing-pkgname", of: "pkgname", "pkgname is missing", "add a line 'pkgname=NAME'")
            return nil
        }
        return packageName(name, of: "pkgname")
    }

    /// A package's name as abuild allows it: letters, digits and `._+-`, a letter or digit first.
    mutating func packageName(_ name: String, of variable: String) -> PackageName? {
        let isValid = name.utf8.enumerated().allSatisfy { index, byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "+"), UInt8(ascii: "-"): index > 0
            default: false
            }
        }
        if isValid, let parsed = Self.parsed({ () throws(ApkError) in try PackageName(parsing: name) }) {
            return parsed
        }
        error(
            "package-name", of: variable, word: name, "'\(name)' is not a package name",
            "use letters, digits and '._+-', a letter or digit first")
        return nil
    }

    private mutating func packageVersion() -> (pkgver: String, pkgrel: Int, version: PackageVersion)? {
        guard let pkgver = value("pkgver") else {
            error("missing-pkgver", of: "pkgver", "pkgver is missing", "add a line 'pkgver=VERSION'")
            return nil
        }
        guard let release = value("pkgrel") else {
            error("missing-pkgrel", of: "pkgrel", "pkgrel is missing", "add a line 'pkgrel=0'")
            return nil
        }
        guard let pkgrel = Int(release), pkgrel >= 0, String(pkgrel) == release else {
            error("pkgrel", of: "pkgrel", "pkgrel is '\(release)', not a number", "start with 'pkgrel=0'")
            return nil
        }
        guard !pkgver.contains("-"),
            let version = Self.parsed({ () throws(ApkError) in
                try PackageVersion(parsing: "\(pkgver)-r\(pkgrel)")
            })
        else {
            error(
                "pkgver", of: "pkgver", "pkgver is '\(pkgver)', which apk does not take for a version",
                "use digits and dots, a letter, and suffixes such as _rc1, _git20260101, _p2")
            return nil
        }
        return (pkgver, pkgrel, version)
    }

    /// The value, or nil for a text that cannot be parsed: the caller makes a finding that says more.
    static func parsed<T>(_ body: () throws(ApkError) -> T) -> T? {
        do { return try body() } catch { return nil }
    }

    // MARK: Plain fields

    mutating func required(_ variable: String) -> String {
        guard let value = value(variable) else {
            error("missing-\(variable)", of: variable, "\(variable) is missing", "add a line '\(variable)=…'")
            return ""
        }
        return value
    }

    mutating func pkgdesc() -> String {
        let text = required("pkgdesc")
        if text.contains("\n") {
            error("pkgdesc", of: "pkgdesc", "pkgdesc has more than one line", "say it in one line")
        }
        if text.utf8.count > 127 {
            error(
                "pkgdesc", of: "pkgdesc", "pkgdesc has \(text.utf8.count) bytes",
                "say it in at most 127 bytes")
        }
        return text
    }

    mutating func architectures() -> ArchitectureRule {
        let rule = ArchitectureRule(words: words("arch"))
        if rule.words.isEmpty {
            warn(
                "missing-arch", of: "arch", "it is built for no architecture",
                "add a line 'arch=\"all\"', or say beside it what it waits for")
        }
        for word in rule.unknownWords {
            warn("arch", of: "arch", word: word, "'\(word)' is no architecture", "correct or remove it")
        }
        return rule
    }

    mutating func maintainer(_ comments: RecipeComments) -> String? {
        if comments.maintainers.count > 1 {
            add(.error, "maintainer", (comments.maintainers[1].line, 1), "a second maintainer", "keep one")
        }
        let written = value("maintainer") ?? comments.maintainers.first?.name
        // A place costs a parse of the text: it is looked for when there is something to say.
        func line() -> (line: Int, column: Int) {
            text.place(of: "maintainer") ?? comments.maintainers.first.map { ($0.line, 1) } ?? (1, 1)
        }
        guard let written, !written.isEmpty else {
            add(
                .note, "no-maintainer", line(), "nobody maintains it",
                "add a line 'maintainer=\"NAME <ADDRESS>\"'")
            return nil
        }
        let address = written.split(separator: "<", maxSplits: 1).dropFirst().first
        if address.map({ !$0.contains("@") || !$0.hasSuffix(">") }) ?? true || written.hasPrefix(" ") {
            add(
                .error, "maintainer", line(), "maintainer '\(written)' is no mail address",
                "write 'NAME <ADDRESS>'")
        }
        return written
    }

    mutating func secfixes(_ comments: RecipeComments) -> [SecurityFix] {
        for line in comments.oddFixLines {
            add(
                .error, "secfixes", (line, 1), "the secfixes comment has a line of no known form",
                "write '#   VERSION:' or '#     - CVE-YEAR-NUMBER'")
        }
        return comments.fixes
    }
}
