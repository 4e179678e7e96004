/// What a wasm file says about itself: what it imports and exports, and its custom sections.
///
/// Read from the module's section headers alone (WebAssembly core specification 2.0, §5.5), so a file of any size
/// costs little, and code is never looked at.
public struct WasmModule: Sendable, Equatable {
    /// What a file is to the farm.
    public enum Kind: Sendable, Equatable {
        /// A linked program: it exports `_start`.
        case program
        /// An object file or a "shared library": it has a `linking` section (tool conventions, "Linking").
        case relocatable
        /// Anything else that is valid wasm.
        case other
    }

    /// One imported or exported thing.
    public struct Item: Sendable, Equatable, Hashable {
        /// The module imported from; empty for an export.
        public let module: String
        /// The field name.
        public let name: String
        /// 0 function, 1 table, 2 memory, 3 global, 4 tag.
        public let kind: UInt8
    }

    /// Why a file could not be read as wasm.
    public struct FormatError: Error, Equatable, CustomStringConvertible {
        /// Byte offset at which reading failed.
        public let offset: Int
        /// What was expected there.
        public let problem: String
        /// The problem and its place.
        public var description: String { "not a readable wasm module: \(problem) at byte \(offset)" }
    }

    /// Everything the module imports, in file order.
    public private(set) var imports: [Item] = []
    /// Everything the module exports, in file order.
    public private(set) var exports: [Item] = []
    /// Custom sections by name; the last of one name wins.
    public private(set) var customSections: [String: [UInt8]] = [:]

    /// The kind of file, by the sections it has.
    public var kind: Kind {
        if customSections["linking"] != nil { return .relocatable }
        return exports.contains { $0.name == "_start" && $0.kind == 0 } ? .program : .other
    }

    /// True when `bytes` begin as every wasm file does: `\0asm`, version 1.
    public static func isWasm(_ bytes: some Collection<UInt8>) -> Bool {
        bytes.prefix(8).elementsEqual([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0])
    }

    /// Reads a module.
    /// - Throws: `FormatError` with the offset when the bytes are cut or malformed.
    public init(_ bytes: [UInt8]) throws(FormatError) {
        guard Self.isWasm(bytes) else {
            throw FormatError(offset: 0, problem: "no \\0asm header of version 1")
        }
        var reader = ByteReader(bytes, from: 8)
        while !reader.atEnd {
            let id = try reader.byte()
            let size = try reader.unsigned()
            let end = reader.offset + size
            guard end <= bytes.count else {
                throw FormatError(
                    offset: reader.offset, problem: "section \(id) of \(size) bytes runs past the end")
            }
            switch id {
            case 0:
                let name = try reader.name(limit: end)
                customSections[name] = Array(bytes[reader.offset..<end])
            case 2: imports = try Self.readImports(&reader)
            case 7: exports = try Self.readExports(&reader)
            default: break
            }
            guard reader.offset <= end else {
                throw FormatError(offset: end, problem: "section \(id) is longer than it says")
            }
            reader.offset = end
        }
    }

    private static func readImports(_ reader: inout ByteReader) throws(FormatError) -> [Item] {
        var items: [Item] = []
        for _ in 0..<(try reader.unsigned()) {
            let module = try reader.name()
            let name = try reader.name()
            let kind = try reader.byte()
            switch kind {
            case 0: _ = try reader.unsigned()
            case 1:
                _ = try reader.byte()
                try reader.limits()
            case 2: try reader.limits()
            case 3:
                _ = try reader.byte()
                _ = try reader.byte()
            case 4:
                _ = try reader.byte()
                _ = try reader.unsigned()
            default: throw FormatError(offset: reader.offset, problem: "unknown kind of import \(kind)")
            }
            items.append(Item(module: module, name: name, kind: kind))
        }
        return items
    }

    private static func readExports(_ reader: inout ByteReader) throws(FormatError) -> [Item] {
        var items: [Item] = []
        for _ in 0..<(try reader.unsigned()) {
            let name = try reader.name()
            let kind = try reader.byte()
            _ = try reader.unsigned()
            items.append(Item(module: "", name: name, kind: kind))
        }
        return items
    }
}

/// A cursor over wasm bytes: LEB128 numbers and length-prefixed names.
private struct ByteReader {
    let bytes: [UInt8]
    var offset: Int

    init(_ bytes: [UInt8], from offset: Int) {
        self.bytes = bytes
        self.offset = offset
    }

    var atEnd: Bool { offset >= bytes.count }

    mutating func byte() throws(WasmModule.FormatError) -> UInt8 {
        guard offset < bytes.count else { throw .init(offset: offset, problem: "the file ends early") }
        defer { offset += 1 }
        return bytes[offset]
    }

    /// An unsigned LEB128 number of at most 64 bits, as some limits have.
    mutating func unsigned() throws(WasmModule.FormatError) -> Int {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let next = try byte()
            guard shift < 63 else { throw .init(offset: offset, problem: "a number of more than 63 bits") }
            value |= UInt64(next & 0x7f) << shift
            if next & 0x80 == 0 { break }
            shift += 7
        }
        guard value <= UInt64(Int32.max) else { throw .init(offset: offset, problem: "a number past 2^31") }
        return Int(value)
    }

    mutating func name(limit: Int? = nil) throws(WasmModule.FormatError) -> String {
        let length = try unsigned()
        guard offset + length <= (limit ?? bytes.count) else {
            throw .init(offset: offset, problem: "a name of \(length) bytes runs past the end")
        }
        defer { offset += length }
        return String(decoding: bytes[offset..<(offset + length)], as: UTF8.self)
    }

    mutating func limits() throws(WasmModule.FormatError) {
        let flags = try byte()
        _ = try unsigned()
        if flags & 1 != 0 { _ = try unsigned() }
    }
}
