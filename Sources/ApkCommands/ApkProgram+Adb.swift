import Apk

// Files of apk 3: mkndx and convndx write an index, adbdump shows what is in one.
extension ApkProgram {
    func mkndx(_ line: CommandLine) throws(ApkError) -> Int32 {
        guard let output = line.value("output") else {
            throw ApkError(.usage, "mkndx: say with --output where to write it")
        }
        let machine = try machineForFiles(line)
        var (index, new) = try gathered(line, machine)
        index.description = line.value("description") ?? ByteText()
        try host.writeFile(output, try adbFile(try AdbIndex.database(of: index), line, machine))
        host.complain("Index has \(index.entries.count) packages (of which \(new) are new)")
        return 0
    }

    func convndx(_ line: CommandLine) throws(ApkError) -> Int32 {
        let machine = try machineForFiles(line)
        var index = Index()
        for file in line.arguments {
            do throws(ApkError) {
                let bytes = try host.readFile(file, limit: IndexArchive.fileLimit)
                let part = try IndexArchive.read(
                    bytes, tools: machine, requiresSignature: !line.has("allow-untrusted"))
                index.entries += part.entries
            } catch {
                throw error.within(file.description)
            }
        }
        let bytes = try adbFile(try AdbIndex.database(of: index), line, machine)
        if let output = line.value("output") {
            try host.writeFile(output, bytes)
        } else {
            try host.write(bytes)
        }
        return 0
    }

    /// A file of this database, signed if a key is named, packed unless told otherwise.
    func adbFile(
        _ database: [UInt8], _ line: CommandLine, _ machine: Host.Machine
    ) throws(ApkError) -> [UInt8] {
        var signatures: [(keyID: [UInt8], bytes: [UInt8])] = []
        for key in line.values("sign-key") {
            let id = try host.keyID(key)
            let payload = AdbIndex.signedBytes(digest: machine.sha512(database), keyID: id)
            let signature = try host.sign(payload, .rsaSHA512, key: key)
            signatures.append((id, signature.bytes))
        }
        let plain = AdbIndex.file(database, signatures: signatures)
        switch line.value("compression") ?? "deflate" {
        case "none": return plain
        case "deflate": return Array("ADBd".utf8) + (try machine.deflateRaw(plain))
        default: throw ApkError(.usage, "command line: option 'compression' takes none or deflate")
        }
    }

    func adbdump(_ line: CommandLine) throws(ApkError) -> Int32 {
        let machine = try machineForFiles(line)
        for file in line.arguments {
            do throws(ApkError) {
                let bytes = try host.readFile(file, limit: AdbFile.limit)
                let adb = try AdbFile(bytes: bytes, tools: machine)
                let entries: [IndexEntry]
                if adb.schema == .index {
                    entries = try AdbIndex.index(adb).entries
                } else {
                    entries = [try AdbPackage(bytes: bytes, tools: machine, trustsAnyone: true).entry]
                }
                try host.write(try Index(entries: entries).text())
            } catch {
                throw error.within(file.description)
            }
        }
        return 0
    }
}
