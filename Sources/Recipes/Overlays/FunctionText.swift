/// Finds functions, and the commands in them that configure, in the text of a recipe.
enum FunctionText {
    /// A command with its arguments.
    struct Command {
        /// One argument: what the shell makes of it when it is literal, and its bytes with the blanks before it.
        struct Argument {
            let text: String
            let range: Range<Int>
        }

        let arguments: [Argument]
        /// The offset after its last byte.
        let end: Int
    }

    /// Where the functions called `name` stand, from the first byte of the name to the closing brace.
    static func ranges(of name: String, in bytes: [UInt8]) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var start = 0
        var open: Int?
        while start <= bytes.count {
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            let line = bytes[start..<end]
            if let begin = open {
                if line.elementsEqual("}".utf8) || line.elementsEqual(")".utf8) {
                    ranges.append(begin..<end)
                    open = nil
                }
            } else if let head = heads(name).first(where: { line.starts(with: $0) }) {
                let isOneLine = line.last == UInt8(ascii: "}") && line.count > head.count
                if isOneLine { ranges.append(start..<end) } else { open = start }
            }
            start = end + 1
        }
        return ranges
    }

    private static func heads(_ name: String) -> [[UInt8]] {
        ["\(name)() {", "\(name)() (", "\(name) () {", "\(name)(){", "\(name)()\n"].map { Array($0.utf8) }
    }

    /// Commands that configure a build, in a range of the text.
    static func configureCommands(in bytes: [UInt8], _ range: Range<Int>, named: String?) -> [Command] { [] }
}
