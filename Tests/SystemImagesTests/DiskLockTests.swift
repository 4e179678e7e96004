import Foundation
import SystemImages
import Testing

/// The claim on a machine's disk, beside other processes that have it.
@Suite("The claim on a disk")
struct DiskLockTests {
    private let path = NSTemporaryDirectory() + "disk-\(UUID().uuidString)"

    private func disk() throws {
        try Data(count: 4096).write(to: URL(fileURLWithPath: path))
    }

    private func remove() {
        // The system cleans what stays.
        try? FileManager.default.removeItem(atPath: path)
    }

    private func refusal(_ path: String) -> String? {
        do throws(DiskLock.Refused) { try DiskLock.claim(path) } catch { return error.description }
        return nil
    }

    /// `flock` of util-linux: whether another process gets the lock at once.
    private func isFree() throws -> Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/flock")
        process.arguments = ["--nonblock", path, "true"]
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus == 0
    }

    @Test("A claimed disk is nobody else's, in this process or another one, as flock itself says")
    func claimed() throws {
        defer { remove() }
        try disk()
        #expect(try isFree())
        #expect(refusal(path) == nil)
        #expect(try !isFree())
        #expect(
            refusal(path)
                == "\(path) is in use: it is another machine's disk; end that one, or copy the file")
    }

    @Test("A disk that another process has is refused until that one ends")
    func taken() throws {
        defer { remove() }
        try disk()
        let process = Process()
        let (input, output) = (Pipe(), Pipe())
        process.executableURL = URL(fileURLWithPath: "/usr/bin/flock")
        process.arguments = [path, "sh", "-c", "echo held; read -r line"]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        #expect(try output.fileHandleForReading.read(upToCount: 5) == Data("held\n".utf8))
        #expect(refusal(path)?.contains("is in use") == true)
        try input.fileHandleForWriting.write(contentsOf: Data("end\n".utf8))
        process.waitUntilExit()
        #expect(refusal(path) == nil)
    }

    @Test("What is no disk is refused, with what helps, and is left unlocked")
    func noDisk() throws {
        defer { remove() }
        #expect(
            refusal(path)
                == "\(path): No such file or directory; 'mke2fs -q -t ext4 \(path) 1G' makes a disk")
        #expect(refusal("/dev/null") == "/dev/null is neither a file nor a block device")
        #expect(refusal(NSTemporaryDirectory())?.contains("Is a directory") == true)
    }
}
