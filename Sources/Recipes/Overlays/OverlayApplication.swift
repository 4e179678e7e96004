import Signing

/// Applies an overlay to a recipe's folder. The result is text that any shell can run: functions and edited places are
/// changed where they stand, variables by lines at the end.
///
/// What can be seen in the text (functions, edits, files) is compared here with what the overlay expects; what only an
/// evaluation shows is written down by the added lines and compared by ``OverlayCheck``.
struct OverlayApplication {
    let base: RecipeFolder
    let overlay: Overlay
    /// The overlay's folder.
    let path: String
    /// The files beside the overlay.
    let files: [String]
    /// Reads one of them.
    let read: (String) throws(RecipeError) -> [UInt8]

    private var text: EditedText
    private var findings: [Finding] = []
    private var used: Set<String> = []

    init(
        _ overlay: Overlay, to base: RecipeFolder, path: String, files: [String],
        read: @escaping (String) throws(RecipeError) -> [UInt8]
    ) {
        self.base = base
        self.overlay = overlay
        self.path = path
        self.files = files
        self.read = read
        text = EditedText(base.text, file: base.file)
    }

    /// The changed folder. Throws ``RecipeError`` naming both sides when the overlay does not apply.
    mutating func apply() throws(RecipeError) -> RecipeFolder {
        for change in overlay.changes { try applyToText(change) }
        if let first = overlay.changes.first {
            text.append("\n# changed by \(overlay.file)\n", from: origin(of: first))
        }
        for (index, change) in overlay.changes.enumerated() {
            guard let lines = try OverlayLines(read: read).lines(for: change, number: index + 1) else {
                continue
            }
            let because = change.reason.split(whereSeparator: \.isNewline).joined(separator: " ")
            text.append("# \(because)\n\(lines)", from: origin(of: change))
        }
        checkFiles()
        guard findings.isEmpty else { throw RecipeError(findings) }
        let added = Set(files).subtracting(used).subtracting(RecipeFolder.proseNames)
        let all = Set(base.files).union(added).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        return RecipeFolder(
            repository: base.repository, name: base.name, path: base.path, files: all, text: text.text,
            overlay: OverlayLayer(
                overlay: overlay, path: path, files: added, originalText: base.text, origins: text.origins))
    }

    private mutating func applyToText(_ change: OverlayChange) throws(RecipeError) {
        switch change.kind {
        case .function(let name, let file, let was):
            try replaceFunction(name, file: file, was: was, change)
        case .edit(let function, let old, let new, let times):
            edit(function: function, old: old, new: new, times: times, change)
        case .configure(let function, let command, let add, let remove):
            configure(function, command, add: add, remove: remove, change)
        default: break
        }
    }

    // MARK: Functions

    private mutating func replaceFunction(
        _ name: String, file: String?, was: String?, _ change: OverlayChange
    ) throws(RecipeError) {
        let ranges = FunctionText.ranges(of: name, in: text.bytes)
        guard ranges.count <= 1 else {
            return stale(
                change, "\(base.file) defines \(name)() \(ranges.count) times",
                "change it by [[edit]] sections")
        }
        guard let was else {
            if let range = ranges.first {
                return stale(
                    change,
                    "\(name)() is to be added, but \(base.file) has one, sha256:\(digest(range))",
                    "look at both, then remove the section or add was = \"sha256:\(digest(range).prefix(16))\""
                )
            }
            return try add(name, file: file, at: text.bytes.count..<text.bytes.count, change)
        }
        guard let range = ranges.first else {
            return stale(
                change, "\(base.file) has no function \(name)() any more; the overlay replaces sha256:\(was)",
                "remove the section, or its 'was' to add the function")
        }
        guard digest(range).hasPrefix(was) else {
            return stale(
                change,
                "\(name)() in \(base.file) is sha256:\(digest(range).prefix(16)) now; the overlay was written for"
                    + " sha256:\(was.prefix(16))",
                "look at upstream's change, adapt the function and set was ="
                    + " \"sha256:\(digest(range).prefix(16))\"")
        }
        try add(name, file: file, at: range, change)
    }

    private mutating func add(
        _ name: String, file: String?, at range: Range<Int>, _ change: OverlayChange
    ) throws(RecipeError) {
        guard let file else { return text.replace(range, by: [], from: origin(of: change)) }
        guard files.contains(file) else {
            return stale(change, "the file '\(file)' is not beside the overlay", "add it")
        }
        used.insert(file)
        var bytes = try read(file)
        while bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        guard FunctionText.ranges(of: name, in: bytes).count == 1 else {
            return stale(
                change, "the file '\(file)' does not define \(name)() once", "write '\(name)() {' in it")
        }
        let folder = overlay.file.dropLast(RecipeFolder.overlayName.utf8.count)
        let origin = EditedText.Origin(file: folder + file, line: 1)
        let isAtEnd = range.lowerBound == text.bytes.count
        if isAtEnd { bytes = Array("\n".utf8) + bytes + Array("\n".utf8) }
        text.replace(range, by: bytes, from: origin, counting: true)
    }

    private func digest(_ range: Range<Int>) -> String { SHA256.digest(of: Array(text.bytes[range])).hex }

    // MARK: Edits

    private mutating func edit(
        function: String?, old: String, new: String, times: Int, _ change: OverlayChange
    ) {
        guard let range = region(function, change) else { return }
        let found = text.ranges(of: Array(old.utf8), in: range)
        let place = function.map { "\($0)() of \(base.file)" } ?? base.file
        guard found.count == times else {
            return stale(
                change,
                "\(place) holds the text '\(Self.short(old))' \(Self.times(found.count)); the overlay replaces it"
                    + " \(Self.times(times))", "look at upstream's change and adapt 'old'")
        }
        for range in found.reversed() { text.replace(range, by: Array(new.utf8), from: origin(of: change)) }
    }

    private mutating func configure(
        _ function: String, _ command: String?, add: [String], remove: [String], _ change: OverlayChange
    ) {
        guard let range = region(function, change) else { return }
        let commands = FunctionText.configureCommands(in: text.bytes, range, named: command)
        guard commands.count == 1, let found = commands.first else {
            let what = command ?? "command that configures (./configure, cmake, meson)"
            return stale(
                change, "\(function)() of \(base.file) has \(commands.count) of: \(what)",
                "name it by command = \"…\", or change it by [[edit]]")
        }
        for word in add where found.arguments.contains(where: { $0.text == word }) {
            stale(change, "\(function)() of \(base.file) has '\(word)' already", "remove it from 'add'")
        }
        for word in remove where !found.arguments.contains(where: { $0.text == word }) {
            stale(
                change, "\(function)() of \(base.file) has no argument '\(word)' any more",
                "remove it from 'remove'")
        }
        let more = add.map { " \\\n\t\t\(ShellText.quoted($0))" }.joined()
        if !more.isEmpty {
            text.replace(found.end..<found.end, by: Array(more.utf8), from: origin(of: change))
        }
        for argument in found.arguments.reversed() where remove.contains(where: { $0 == argument.text }) {
            text.replace(argument.range, by: [], from: origin(of: change))
        }
    }

    private mutating func region(_ function: String?, _ change: OverlayChange) -> Range<Int>? {
        guard let function else { return 0..<text.bytes.count }
        let ranges = FunctionText.ranges(of: function, in: text.bytes)
        if ranges.count == 1 { return ranges[0] }
        stale(
            change, "\(base.file) defines \(function)() \(Self.times(ranges.count)), not once",
            "name another function, or none to edit the whole recipe")
        return nil
    }

    // MARK: Files

    private mutating func checkFiles() {
        var replaced: Set<String> = []
        for change in overlay.changes {
            switch change.kind {
            case .patch(let file): checkPresent(file, change)
            case .addedSource(let entry, nil): checkPresent(entry, change)
            case .replacedSource(let name, let entry, nil, _):
                replaced.insert(name)
                checkPresent(entry, change)
            case .removedSource(let name, _): replaced.insert(name)
            default: break
            }
        }
        for file in files where !used.contains(file) && base.files.contains(file) && !replaced.contains(file)
        {
            if RecipeFolder.proseNames.contains(file) { continue }
            stale(
                overlay.changes[0], "'\(file)' lies beside the overlay and beside \(base.file)",
                "rename one, or say [[source]] replace = \"\(file)\"")
        }
    }

    private mutating func checkPresent(_ file: String, _ change: OverlayChange) {
        if !files.contains(file) { stale(change, "the file '\(file)' is not beside the overlay", "add it") }
    }

    private mutating func stale(_ change: OverlayChange, _ what: String, _ remedy: String) {
        findings.append(
            Finding(.error, rule: "overlay-stale", at: change.place, what: what, remedy: remedy))
    }

    private func origin(of change: OverlayChange) -> EditedText.Origin {
        EditedText.Origin(file: overlay.file, line: change.place.line)
    }

    private static func times(_ count: Int) -> String { count == 1 ? "once" : "\(count) times" }

    private static func short(_ text: String) -> String {
        let line = text.split(separator: "\n", omittingEmptySubsequences: true).first.map(String.init) ?? text
        return line.count > 60 || line.count < text.count ? line.prefix(60) + "…" : line
    }
}
