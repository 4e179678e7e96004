extension String {
    /// Its words, as the shell divides a list: at spaces, tabs and line feeds. By bytes, as every recipe has a dozen lists.
    var shellWords: [String] {
        utf8.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: "\n") }
            .map { String(Substring($0)) }
    }
}
