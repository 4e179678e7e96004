import Synchronization
import SystemPackage

/// Where a sandbox's output goes: a file if wanted, and its last part in memory for messages.
final class OutputLog: Sendable {
    private let path: String
    private let file: FileDescriptor?
    private let last = Mutex<[UInt8]>([])

    init(path: String?) throws(SandboxError) {
        self.path = path ?? ""
        guard let path else {
            file = nil
            return
        }
        do {
            file = try FileDescriptor.open(
                FilePath(path), .writeOnly, options: [.create, .append, .closeOnExec],
                permissions: [.ownerReadWrite, .groupRead, .otherRead])
        } catch {
            throw .writeFailed(path: path, reason: "\(error)")
        }
    }

    func append(_ bytes: [UInt8]) throws(SandboxError) {
        last.withLock { last in
            last = Array((last + bytes).suffix(1000))
        }
        do {
            _ = try file?.writeAll(bytes)
        } catch {
            throw .writeFailed(path: path, reason: "\(error)")
        }
    }

    /// The last lines, without the line feed at the end.
    var end: String {
        let text = String(decoding: last.withLock { $0 }, as: UTF8.self)
        return text.split(separator: "\n").suffix(5).joined(separator: "; ")
    }

    /// All has been written by then; a failing close has nothing left to lose.
    func close() {
        try? file?.close()
    }
}
