import Apk

/// The names that a wasm module imports and exports (WebAssembly core specification 2.0, 5.5.5 and 5.5.10).
struct WasmNames {
    /// `import MODULE.NAME` and `export NAME`, in the module's order; empty for what is no whole module.
    private(set) var names: [ByteText] = []
    private let bytes: [UInt8]
    private var offset = 8

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        guard bytes.starts(with: [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]) else { return }
        while offset < bytes.count {
            let section = bytes[offset]
            offset += 1
            guard let size = number(), size <= bytes.count - offset else {
                names = []
                return
            }
            let end = offset + size
            let isWhole = section == 2 ? imports() : section == 7 ? exports() : true
            guard isWhole, offset <= end else {
                names = []
                return
            }
            offset = end
        }
    }

    private mutating func imports() -> Bool {
        guard let count = number() else { return false }
        for _ in 0..<count {
            guard let module = name(), let field = name(), offset < bytes.count else { return false }
            names.append("import " + module + "." + field)
            let kind = bytes[offset]
            offset += 1
            switch kind {
            case 0: guard number() != nil else { return false }
            case 1:
                offset += 1
                guard limits() else { return false }
            case 2: guard limits() else { return false }
            case 3: offset += 2
            case 4:
                offset += 1
                guard number() != nil else { return false }
            default: return false
            }
        }
        return true
    }

    private mutating func exports() -> Bool {
        guard let count = number() else { return false }
        for _ in 0..<count {
            guard let field = name(), offset < bytes.count else { return false }
            names.append("export " + field)
            offset += 1
            guard number() != nil else { return false }
        }
        return true
    }

    private mutating func limits() -> Bool {
        guard offset < bytes.count else { return false }
        let flags = bytes[offset]
        offset += 1
        guard number() != nil else { return false }
        return flags & 1 == 0 || number() != nil
    }

    private mutating func name() -> ByteText? {
        guard let length = number(), length <= bytes.count - offset else { return nil }
        defer { offset += length }
        return ByteText(bytes[offset..<(offset + length)])
    }

    /// An unsigned number of up to 32 bits (LEB128).
    private mutating func number() -> Int? {
        var value = 0
        for shift in stride(from: 0, to: 35, by: 7) {
            guard offset < bytes.count else { return nil }
            let byte = bytes[offset]
            offset += 1
            let bits = UInt64(byte & 0x7f) << UInt64(shift)
            guard bits <= UInt64(UInt32.max) else { return nil }
            value |= Int(truncatingIfNeeded: bits)
            if byte & 0x80 == 0 { return value >= 0 ? value : nil }
        }
        return nil
    }
}
