/// What an `overlay.toml` says: how a recipe of another tree is changed, without a copy of it. `docs/overlays.md` is
/// the grammar for people.
public struct Overlay: Sendable, Hashable {
    /// The file as findings name it: `aports-overlay/main/lzo/overlay.toml`.
    public let file: String
    /// The changes in their order.
    public let changes: [OverlayChange]

    /// Reads the text of an `overlay.toml`. `file` is its name in findings; it may change nothing where a
    /// `check.known-failures` lies beside it (`acceptsFailures`).
    ///
    /// Throws ``RecipeError``: for a fault of form with the first one, otherwise with every section that has unknown,
    /// missing or unfitting keys.
    public init(parsing text: String, file: String, acceptsFailures: Bool = false) throws(RecipeError) {
        let document = try OverlayDocument(text, file: file)
        var findings: [Finding] = []
        var changes: [OverlayChange] = []
        for section in document.sections {
            var reader = OverlaySectionReader(section)
            if let change = reader.change() { changes.append(change) }
            findings += reader.findings
        }
        if document.sections.isEmpty && !acceptsFailures {
            findings.append(
                Finding(
                    .error, rule: "overlay-empty", at: Place(file: file, line: 1, column: 1),
                    what: "the overlay changes nothing", remedy: "add a change or remove the file"))
        }
        guard findings.isEmpty else { throw RecipeError(findings) }
        self.file = file
        self.changes = changes
    }
}

/// Makes a change of one section; what does not fit becomes findings.
struct OverlaySectionReader {
    let section: OverlayDocument.Section
    private(set) var findings: [Finding] = []
    private var read: Set<String> = []

    init(_ section: OverlayDocument.Section) {
        self.section = section
    }

    mutating func change() -> OverlayChange? {
        let before = findings.count
        let reason = required("reason")
        let until = required("until")
        let isForUpstream = flag("upstream")
        let kind = self.kind()
        for entry in section.entries where !read.contains(entry.key) && kind != nil {
            fault("[[\(section.name)]] has no key '\(entry.key)'", "see docs/overlays.md", at: entry.place)
        }
        guard let kind, let isForUpstream, findings.count == before else { return nil }
        return OverlayChange(
            kind: kind, reason: reason, isForUpstream: isForUpstream, until: until, place: section.place)
    }

    private mutating func kind() -> OverlayChange.Kind? {
        switch section.name {
        case "words": return words()
        case "value":
            let variable = self.variable("variable")
            if let variable, Self.listed.contains(variable) {
                fault("'\(variable)' is changed by its own section", "see docs/overlays.md")
            }
            return variable.map { .value(variable: $0, value: shellText("value"), was: text("was") ?? "") }
        case "environment":
            let name = variable("name")
            let isAppended = entry("append") != nil
            let value = shellText(isAppended ? "append" : "value")
            return name.map { .environment(name: $0, value: value, isAppended: isAppended) }
        case "patch": return .patch(file: fileName("file"))
        case "source": return source()
        case "function": return function()
        case "edit":
            let times = number("times") ?? 1
            return .edit(
                function: text("function"), old: required("old"), new: text("new", mayBeEmpty: true) ?? "",
                times: times)
        case "configure":
            let (add, remove) = (list("add"), list("remove"))
            if add.isEmpty && remove.isEmpty { fault("[[configure]] changes nothing", "give add or remove") }
            return .configure(
                function: text("function") ?? "build", command: text("command"), add: add, remove: remove)
        default:
            fault(
                "'\(section.name)' is no change that an overlay can make",
                "use words, value, environment, patch, source, function, edit or configure")
            return nil
        }
    }

    private mutating func words() -> OverlayChange.Kind? {
        let (add, remove) = (list("add"), list("remove"))
        if add.isEmpty && remove.isEmpty { fault("[[words]] changes nothing", "give add or remove") }
        for word in add + remove where word.isEmpty || word.contains(where: \.isWhitespace) {
            fault("'\(word)' is not one word", "give one word an item")
        }
        for word in add + remove where word.contains(where: { "'\"`$\\".contains($0) }) {
            fault(
                "'\(word)' holds a character that the shell reads", "write the word as it is after evaluation"
            )
        }
        for word in add where remove.contains(word) {
            fault("'\(word)' is added and removed", "keep one")
        }
        guard let variable = variable("variable") else { return nil }
        if ["source", "sha512sums"].contains(variable) {
            fault("'\(variable)' is changed by its own section", "use [[source]] or [[patch]]")
        }
        return .words(variable: variable, add: add, remove: remove)
    }

    private mutating func source() -> OverlayChange.Kind? {
        let given = ["add", "replace", "remove"].filter { entry($0) != nil }
        guard given.count == 1 else {
            fault("[[source]] wants one of add, replace and remove", "keep one of them")
            return nil
        }
        switch given[0] {
        case "add":
            let word = word("add")
            return .addedSource(entry: word, sha512: sum("sha512", for: word))
        case "replace":
            let (name, with) = (word("replace"), word("with"))
            return .replacedSource(
                name: name, entry: with, sha512: sum("sha512", for: with), was: digest("was", prefix: ""))
        default: return .removedSource(name: word("remove"), was: digest("was", prefix: ""))
        }
    }

    private mutating func function() -> OverlayChange.Kind? {
        let name = required("name")
        let isRemoved = entry("remove") != nil && flag("remove") == true
        let file = isRemoved ? nil : fileName("file")
        let was = isRemoved || entry("was") != nil ? digest("was", prefix: "sha256:") : nil
        return .function(name: name, file: file, was: was)
    }

    /// Variables that the other sections change.
    private static let listed: Set<String> = [
        "source", "sha512sums", "makedepends", "makedepends_build", "makedepends_host", "checkdepends",
        "depends",
        "subpackages", "options", "arch", "pkgname", "pkgver", "pkgrel",
    ]

    // MARK: Keys

    private mutating func entry(_ key: String) -> OverlayDocument.Entry? {
        read.insert(key)
        return section.entries.first { $0.key == key }
    }

    private mutating func text(_ key: String, mayBeEmpty: Bool = false) -> String? {
        guard let entry = entry(key) else { return nil }
        guard case .text(let text) = entry.value else {
            fault("'\(key)' is \(entry.value.kind)", "write a string", at: entry.place)
            return nil
        }
        if text.isEmpty && !mayBeEmpty {
            fault("'\(key)' is empty", "write it or leave it out", at: entry.place)
        }
        return text
    }

    private mutating func required(_ key: String, mayBeEmpty: Bool = false) -> String {
        if section.entries.contains(where: { $0.key == key }) {
            return text(key, mayBeEmpty: mayBeEmpty) ?? ""
        }
        fault("[[\(section.name)]] has no '\(key)'", Self.purposes[key] ?? "add it: see docs/overlays.md")
        return ""
    }

    private static let purposes = [
        "reason": "add reason = \"why the recipe must be changed\"",
        "until": "add until = \"when the change can go\"",
        "upstream": "add upstream = true where Alpine could take it, else false",
    ]

    private mutating func flag(_ key: String) -> Bool? {
        guard let entry = entry(key) else {
            fault("[[\(section.name)]] has no '\(key)'", Self.purposes[key] ?? "add it: see docs/overlays.md")
            return nil
        }
        guard case .flag(let flag) = entry.value else {
            fault("'\(key)' is \(entry.value.kind)", "write true or false", at: entry.place)
            return nil
        }
        return flag
    }

    private mutating func number(_ key: String) -> Int? {
        guard let entry = entry(key) else { return nil }
        guard case .number(let number) = entry.value, number > 0 else {
            fault("'\(key)' is \(entry.value.kind)", "write a number of at least 1", at: entry.place)
            return nil
        }
        return number
    }

    private mutating func list(_ key: String) -> [String] {
        guard let entry = entry(key) else { return [] }
        guard case .list(let list) = entry.value else {
            fault("'\(key)' is \(entry.value.kind)", "write [\"one\", \"two\"]", at: entry.place)
            return []
        }
        return list
    }

    /// The name of a shell variable.
    private mutating func variable(_ key: String) -> String? {
        let name = required(key)
        guard let first = name.utf8.first else { return nil }
        let isName = name.utf8.allSatisfy {
            $0 == UInt8(ascii: "_") || ($0 | 0x20 >= UInt8(ascii: "a") && $0 | 0x20 <= UInt8(ascii: "z"))
                || ($0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9"))
        }
        if !isName || (first >= UInt8(ascii: "0") && first <= UInt8(ascii: "9")) {
            fault("'\(name)' is no name of a variable", "use letters, digits and '_'")
        }
        return name
    }

    /// Text that the shell expands: variables only, so that an overlay cannot run anything.
    private mutating func shellText(_ key: String) -> String {
        let text = required(key, mayBeEmpty: true)
        if text.contains("`") || text.contains("$(") {
            fault("'\(key)' holds a command", "only $name and ${name} are expanded in a value")
        }
        return text
    }

    private mutating func word(_ key: String) -> String {
        let word = required(key)
        if word.contains(where: \.isWhitespace) || word.contains(where: { "'\"`\\$".contains($0) }) {
            fault("'\(word)' is no source", "write it as it is after evaluation: NAME, URL or NAME::URL")
        }
        return word
    }

    /// The name of a file beside the overlay.
    private mutating func fileName(_ key: String) -> String {
        let name = word(key)
        if name.contains("/") || name.hasPrefix(".") {
            fault("'\(name)' is no file beside the overlay", "put the file into the overlay's folder")
        }
        return name
    }

    private mutating func sum(_ key: String, for entry: String) -> String? {
        if Source.parse(entry).url == nil { return nil }
        let sum = required(key)
        if !sum.isEmpty, !Self.isHexadecimal(sum) || sum.utf8.count != 128 {
            fault("'\(key)' is no SHA-512 sum", "write its 128 hexadecimal digits")
        }
        return sum
    }

    /// A digest or the first digits of one.
    private mutating func digest(_ key: String, prefix: String) -> String {
        let digest = required(key)
        guard !digest.isEmpty else { return "" }
        let digits = String(digest.dropFirst(prefix.utf8.count))
        if !digest.hasPrefix(prefix) || !Self.isHexadecimal(digits) || digits.utf8.count < 16 {
            fault("'\(key)' is no digest", "write \(prefix) and at least its first 16 hexadecimal digits")
        }
        return digits
    }

    private static func isHexadecimal(_ text: String) -> Bool {
        text.utf8.allSatisfy {
            ($0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9"))
                || ($0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "f"))
        }
    }

    private mutating func fault(_ what: String, _ remedy: String, at place: Place? = nil) {
        findings.append(
            Finding(.error, rule: "overlay-section", at: place ?? section.place, what: what, remedy: remedy))
    }
}
