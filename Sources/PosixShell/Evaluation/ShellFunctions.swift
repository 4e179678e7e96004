/// Functions that a shell has without having run their definitions, behind those of its own text: parsed once, shared by
/// any number of shells.
public struct ShellFunctions: Sendable {
    /// No functions.
    public static let none = ShellFunctions()

    var table: [ShellName: ShellFunction] = [:]

    private init() {}

    /// The functions that a text defines; nothing of it is run.
    ///
    /// - Parameters:
    ///   - text: function definitions.
    ///   - name: what findings call the text.
    /// - Throws: `ShellFinding` when the text, or the body of one of its functions, is no shell.
    public init(of text: String, name: String) throws(ShellFinding) {
        let script = try ShellParser.parse(ShellSource(text, name: name), bodies: .skipped)
        for definition in script.functions {
            var function = ShellFunction(source: script.source, definition: definition)
            function.parsed = try ShellParser.parseBody(of: definition, in: script.source)
            table[ShellName(Array(script.source[definition.name]))] = function
        }
    }
}

/// A function and the text that it stands in.
struct ShellFunction: Sendable {
    let source: ShellSource
    let definition: FunctionDefinition
    /// Its body, once it was called.
    var parsed: ShellScript?
}

/// A name as a key: hashed as one run of bytes, where an array is hashed byte by byte.
struct ShellName: Hashable {
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    func hash(into hasher: inout Hasher) { bytes.withUnsafeBytes { hasher.combine(bytes: $0) } }
}
