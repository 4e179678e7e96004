import Glibc
import SystemPackage

/// The few questions and changes on the host's files that a sandbox needs.
enum Files {
    static func exists(_ path: String) -> Bool {
        access(path, F_OK) == 0
    }

    /// The text of a symbolic link; nil if it is none.
    static func target(ofLink path: String) -> String? {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let length = readlink(path, &buffer, buffer.count)
        return length < 0
            ? nil : String(decoding: buffer.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The text of a small file; nil if it cannot be read.
    static func contents(_ path: String) -> String? {
        bytes(path).map { String(decoding: $0, as: UTF8.self) }
    }

    /// All of a small file, such as those in /proc; nil if it cannot be read, for instance as its process is gone.
    static func bytes(_ path: String) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var result: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0 { return nil }
            if count == 0 { return result }
            result += buffer.prefix(count)
        }
    }

    static func write(_ text: String, to path: String) throws(SandboxError) {
        do {
            let descriptor = try FileDescriptor.open(
                FilePath(path), .writeOnly, options: [.create, .truncate, .closeOnExec],
                permissions: [.ownerReadWrite, .groupRead, .otherRead])
            try descriptor.closeAfter { _ = try descriptor.writeAll(text.utf8) }
        } catch {
            throw .writeFailed(path: path, reason: "\(error)")
        }
    }

    /// Writes a kernel's setting, which has to be there already.
    static func set(_ path: String, _ value: String) -> Bool {
        let descriptor = open(path, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return Glibc.write(descriptor, value, value.utf8.count) == value.utf8.count
    }

    /// The names in a folder, in no order; none if it cannot be read.
    static func names(in folder: String) -> [String] {
        guard let listing = opendir(folder) else { return [] }
        defer { closedir(listing) }
        var names: [String] = []
        while let entry = readdir(listing) {
            names.append(
                withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                })
        }
        return names
    }

    static func makeFolder(_ path: String) throws(SandboxError) {
        guard mkdir(path, 0o755) == 0 else { throw .writeFailed(path: path, reason: lastReason()) }
    }

    static func makeTemporaryFolder(in parent: String) throws(SandboxError) -> String {
        var template = Array("\(parent)/apkfarm-sandbox-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw .writeFailed(path: parent, reason: lastReason()) }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    static func lastReason() -> String {
        "\(Errno(rawValue: errno))"
    }
}
