import Apk

// diff: what is different between two packages, for those who look for what makes a build differ from the last.
extension ApkProgram {
    func diff(_ line: CommandLine) throws(ApkError) -> Int32 {
        guard line.arguments.count == 2 else { throw ApkError(.usage, "diff: name two package files") }
        let machine = try machineForFiles(line)
        let left = try content(line.arguments[0], machine)
        let right = try content(line.arguments[1], machine)
        let differences = try PackageDifferences(left, right)
        if try line.wantsDocument() {
            let rows = differences.rows.map { row in
                JSONValue.object([
                    ("what", .text(row.what)), ("where", .text(row.place)), ("left", .text(row.left)),
                    ("right", .text(row.right)),
                ])
            }
            host.say(JSONValue.list(rows).document(line.format))
        } else {
            for row in differences.rows {
                let place = row.place.isEmpty ? "" : " \(row.place)"
                host.say("\(row.what)\(place): \(row.left) | \(row.right)")
            }
        }
        return differences.rows.isEmpty ? 0 : 1
    }

    private func content(_ file: ByteText, _ machine: Host.Machine) throws(ApkError) -> PackageContent {
        var reader = PackageReading(
            parser: try PackageParser(tools: machine, visitor: PackageContent(), trust: .anyone))
        do throws(ApkError) {
            try machine.read(file, into: &reader)
            _ = try reader.parser.finish()
        } catch {
            throw error.within(file.description)
        }
        return reader.parser.visitor
    }
}

/// A package with the content of its files.
struct PackageContent: PackageVisitor {
    private(set) var header: PackageHeader?
    private(set) var entries: [TarEntry] = []
    private(set) var contents: [ByteText: [UInt8]] = [:]
    private var current: [UInt8] = []

    mutating func opened(_ header: PackageHeader) throws(ApkError) { self.header = header }
    mutating func began(_ entry: TarEntry) throws(ApkError) {
        entries.append(entry)
        current = []
    }
    mutating func content(_ bytes: UnsafeRawBufferPointer) throws(ApkError) {
        current.append(contentsOf: bytes)
    }
    mutating func ended() throws(ApkError) {
        if let entry = entries.last, entry.kind == .file { contents[entry.path] = current }
        current = []
    }
}

/// How two packages differ, in a fixed order: fields, scripts, files.
struct PackageDifferences {
    struct Row {
        let what: ByteText
        let place: ByteText
        let left: ByteText
        let right: ByteText
    }

    private(set) var rows: [Row] = []

    init(_ left: PackageContent, _ right: PackageContent) throws(ApkError) {
        try compareFields(left.header, right.header)
        compareScripts(left.header?.scripts ?? [], right.header?.scripts ?? [])
        var others: [ByteText: TarEntry] = [:]
        for entry in right.entries { others[entry.path] = entry }
        for entry in left.entries {
            guard let other = others[entry.path] else {
                add("only left", entry.path, kind(entry), "")
                continue
            }
            others[entry.path] = nil
            compare(entry, other, left.contents[entry.path] ?? [], right.contents[entry.path] ?? [])
        }
        for path in others.keys.sorted() {
            if let entry = others[path] { add("only right", path, "", kind(entry)) }
        }
    }

    private mutating func add(_ what: ByteText, _ place: ByteText, _ left: ByteText, _ right: ByteText) {
        rows.append(Row(what: what, place: place, left: left, right: right))
    }

    private mutating func compareFields(_ left: PackageHeader?, _ right: PackageHeader?) throws(ApkError) {
        guard let left, let right else { return }
        let before = try fields(left.info)
        var after = try fields(right.info)
        for (key, value) in before {
            if let place = after.firstIndex(where: { $0.key == key && $0.value == value }) {
                after.remove(at: place)
            } else if let place = after.firstIndex(where: { $0.key == key && isSingle(key) }) {
                add("field", key, value, after[place].value)
                after.remove(at: place)
            } else {
                add("field", key, value, "")
            }
        }
        for (key, value) in after { add("field", key, "", value) }
    }

    private func isSingle(_ key: ByteText) -> Bool {
        key != "depend" && key != "provides" && key != "replaces"
    }

    /// The lines of `.PKGINFO`, without comments.
    private func fields(_ info: PackageInfo) throws(ApkError) -> [(key: ByteText, value: ByteText)] {
        let text = try info.text()
        var fields: [(key: ByteText, value: ByteText)] = []
        for line in text.split(separator: 0x0a) where line.first != UInt8(ascii: "#") {
            guard let equals = line.firstIndex(of: UInt8(ascii: "=")) else { continue }
            var value = ByteText(line[(equals + 1)...])
            if value.bytes.first == 0x20 { value = ByteText(value.bytes[1...]) }
            fields.append((ByteText(line[line.startIndex..<max(line.startIndex, equals - 1)]), value))
        }
        return fields
    }

    private mutating func compareScripts(_ left: [PackageScript], _ right: [PackageScript]) {
        for kind in ScriptKind.allCases {
            let a = left.first { $0.kind == kind }?.bytes
            let b = right.first { $0.kind == kind }?.bytes
            guard a != b else { continue }
            add(
                "script", ByteText(stringLiteral: kind.name), a.map { size($0.count) } ?? "",
                b.map { size($0.count) } ?? "")
        }
    }

    private mutating func compare(
        _ left: TarEntry, _ right: TarEntry, _ leftBytes: [UInt8], _ rightBytes: [UInt8]
    ) {
        let path = left.path
        if left.kind != right.kind { add("kind", path, kind(left), kind(right)) }
        if left.mode != right.mode { add("mode", path, octal(left.mode), octal(right.mode)) }
        let owner = left.userName + ":" + left.groupName
        let otherOwner = right.userName + ":" + right.groupName
        if owner != otherOwner { add("owner", path, owner, otherOwner) }
        if left.modified != right.modified {
            add("time", path, ByteText("\(left.modified)"), ByteText("\(right.modified)"))
        }
        guard left.kind == .file, right.kind == .file, leftBytes != rightBytes else { return }
        if leftBytes.count != rightBytes.count {
            add("size", path, size(leftBytes.count), size(rightBytes.count))
        }
        var offset = 0
        while offset < min(leftBytes.count, rightBytes.count), leftBytes[offset] == rightBytes[offset] {
            offset += 1
        }
        add(
            ByteText("bytes at \(offset)"), path, shown(leftBytes, offset), shown(rightBytes, offset))
        let imports = WasmNames(leftBytes)
        let otherImports = WasmNames(rightBytes)
        for name in imports.names where !otherImports.names.contains(name) { add("wasm", path, name, "") }
        for name in otherImports.names where !imports.names.contains(name) { add("wasm", path, "", name) }
    }

    private func shown(_ bytes: [UInt8], _ offset: Int) -> ByteText {
        ByteText(Hexadecimal.encode(Array(bytes[min(offset, bytes.count)..<min(offset + 16, bytes.count)])))
    }

    private func size(_ bytes: Int) -> ByteText { ByteText("\(bytes) bytes") }

    private func octal(_ mode: UInt32) -> ByteText {
        var digits: [UInt8] = []
        for shift in [9, 6, 3, 0] as [UInt32] { digits.append(UInt8(ascii: "0") + UInt8(mode >> shift & 7)) }
        return ByteText(digits)
    }

    private func kind(_ entry: TarEntry) -> ByteText {
        switch entry.kind {
        case .file: "file"
        case .hardLink(let target): "hard link to " + target
        case .symbolicLink(let target): "link to " + target
        case .directory: "folder"
        default: "device"
        }
    }
}
