/// Gathers a file that must be held whole.
struct WholeFile: ByteConsumer {
    private let limit: Int
    private(set) var bytes: [UInt8] = []

    init(limit: Int) { self.limit = limit }

    mutating func take(_ piece: UnsafeRawBufferPointer) throws(ApkError) {
        guard bytes.count + piece.count <= limit else {
            throw ApkError(.overLimit, "it has more than the \(limit) bytes allowed")
        }
        bytes.append(contentsOf: piece)
    }
}

/// Hands what is read to a package parser.
struct PackageStream<Tools: PackageTools, Visitor: PackageVisitor>: ByteConsumer {
    var parser: PackageParser<Tools, Visitor>

    init(_ parser: PackageParser<Tools, Visitor>) { self.parser = parser }

    mutating func take(_ piece: UnsafeRawBufferPointer) throws(ApkError) { try parser.consume(piece) }
}
