import Foundation
import Jobs
import Testing

@Suite("The farm's lock")
struct FarmLockTests {
    private let work: Workplace
    private var path: String { work.path + "/farm.lock" }

    init() throws {
        work = try Workplace()
    }

    @Test("A second writer is told who has the lock, and gets it when that is done")
    func second() throws {
        var first: FarmLock? = try FarmLock.acquire(path: path, command: "apkfarm build zlib")
        #expect(first?.path == path)
        let error = #expect(throws: FarmLock.LockError.self) {
            try FarmLock.acquire(path: path, command: "apkfarm build lua")
        }
        #expect(
            error?.description
                == "\(path): process \(getpid()) ('apkfarm build zlib') is working on this farm; wait for"
                + " it, or queue with 'apkfarm queue' if it is a daemon")
        #expect(
            FarmLock.holder(at: path) == FarmLock.Holder(process: getpid(), command: "apkfarm build zlib"))
        first = nil
        #expect(FarmLock.holder(at: path) == nil)
        _ = try FarmLock.acquire(path: path, command: "again")
    }

    @Test("Where there is no folder the error says so")
    func noFolder() {
        let error = #expect(throws: FarmLock.LockError.self) {
            try FarmLock.acquire(path: "/nonexistent/farm.lock", command: "x")
        }
        #expect(
            error?.description
                == "/nonexistent/farm.lock: the farm cannot be locked: No such file or directory; check its folder"
        )
        #expect(FarmLock.holder(at: "/nonexistent/farm.lock") == nil)
    }

    @Test("A lock that another program holds names nobody but says that it is held")
    func foreign() throws {
        #expect(FileManager.default.createFile(atPath: path, contents: nil))
        let descriptor = open(path, O_RDWR | O_CLOEXEC)
        defer { close(descriptor) }
        #expect(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
        #expect(throws: FarmLock.LockError.held(path: path, by: nil)) {
            try FarmLock.acquire(path: path, command: "x")
        }
    }

    @Test("A program that the holder starts does not keep the lock when the holder lets go")
    func children() throws {
        var lock: FarmLock? = try FarmLock.acquire(path: path, command: "x")
        let child = Process()
        child.executableURL = URL(fileURLWithPath: "/bin/sleep")
        child.arguments = ["60"]
        try child.run()
        defer { child.terminate() }
        #expect(lock != nil)
        lock = nil
        _ = try FarmLock.acquire(path: path, command: "y")
    }
}
