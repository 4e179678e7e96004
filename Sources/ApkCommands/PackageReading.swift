import Apk

/// Hands a file's bytes to a package parser.
struct PackageReading<Tools: PackageTools, Visitor: PackageVisitor>: ByteConsumer {
    var parser: PackageParser<Tools, Visitor>

    init(parser: PackageParser<Tools, Visitor>) { self.parser = parser }

    mutating func take(_ bytes: UnsafeRawBufferPointer) throws(ApkError) { try parser.consume(bytes) }
}

/// Hands a file's bytes to a package parser, or gathers them if it is a file of apk 3.
struct AnyFileReader<Tools: PackageTools>: ByteConsumer {
    var parser: PackageParser<Tools, NoVisitor>
    /// All bytes of a file of apk 3.
    private(set) var adb: [UInt8]?
    private var head: [UInt8] = []
    private var isKnown = false

    init(parser: PackageParser<Tools, NoVisitor>) { self.parser = parser }

    mutating func take(_ bytes: UnsafeRawBufferPointer) throws(ApkError) {
        if adb != nil {
            guard (adb?.count ?? 0) + bytes.count <= AdbFile.limit else {
                throw ApkError(.overLimit, "adb: the file has more than the \(AdbFile.limit) bytes allowed")
            }
            adb?.append(contentsOf: bytes)
        } else if isKnown {
            try parser.consume(bytes)
        } else {
            head.append(contentsOf: bytes)
            guard head.count >= 4 else { return }
            isKnown = true
            if AdbFile.isAdb(head) {
                adb = head
            } else {
                let held = head
                head = []
                try held.withRawBytes { (piece) throws(ApkError) in try parser.consume(piece) }
            }
        }
    }
}

/// What a package's files are, as `manifest` writes it: `sha1:DIGITS  PATH`.
struct ManifestLines: PackageVisitor {
    private(set) var rows: [String] = []

    mutating func opened(_ header: PackageHeader) throws(ApkError) {}
    mutating func began(_ entry: TarEntry) throws(ApkError) {
        guard entry.kind == .file, let checksum = entry.checksum else { return }
        rows.append("sha1:\(ByteText(Hexadecimal.encode(checksum)))  \(entry.path)")
    }
    mutating func content(_ bytes: UnsafeRawBufferPointer) throws(ApkError) {}
    mutating func ended() throws(ApkError) {}

    /// Adds a file as the installed database knows it.
    mutating func add(_ file: InstalledFile, _ path: ByteText) {
        // A checksum that cannot be read is shown as none, as apk does.
        let digest = PackageIdentity.sha1(spelledBy: file.checksum)
        rows.append((digest.map { "sha1:\(ByteText(Hexadecimal.encode($0)))" } ?? ":") + "  \(path)")
    }
}

/// Lays a package's files into a folder; what is there stays there unless told otherwise.
struct Unpacking<Machine: ApkMachine>: PackageVisitor {
    private let machine: Machine
    private let overwrites: Bool
    private var current: TarEntry?
    private var made: [ByteText] = []

    init(_ machine: Machine, overwrites: Bool) {
        self.machine = machine
        self.overwrites = overwrites
    }

    mutating func opened(_ header: PackageHeader) throws(ApkError) {}

    mutating func began(_ entry: TarEntry) throws(ApkError) {
        current = entry
        if entry.kind == .directory {
            _ = try machine.makeFolder(entry.path, entry)
            return
        }
        if let status = try machine.status(entry.path) {
            if case .folder = status {
                throw ApkError(.fileConflict, "'\(entry.path)' is a folder here, but not in the package")
            }
            guard overwrites else {
                throw ApkError(
                    .fileConflict, "'\(entry.path)' is there already; use --force-overwrite to replace it")
            }
        } else {
            made.append(entry.path)
        }
        switch entry.kind {
        case .file: try machine.beginFile(entry.path)
        case .symbolicLink(let target): try machine.makeSymbolicLink(entry.path, to: target, entry)
        case .hardLink(let target): try machine.makeHardLink(entry.path, to: target)
        default: break
        }
    }

    mutating func content(_ bytes: UnsafeRawBufferPointer) throws(ApkError) { try machine.append(bytes) }

    mutating func ended() throws(ApkError) {
        if let current, current.kind == .file { try machine.endFile(current) }
        current = nil
    }

    /// Takes away what was made: the package turned out to be damaged. Returns `error`, which said so, with a word about
    /// what could not be taken away.
    mutating func rollBack(after error: ApkError) -> ApkError {
        var remains = Remains()
        for path in made.reversed() {
            remains.remove(path) { (path) throws(ApkError) in try machine.removeFile(path) }
        }
        made = []
        return remains.added(to: error)
    }
}
