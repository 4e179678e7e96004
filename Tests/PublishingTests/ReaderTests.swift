import Apk
import Foundation
import Packages
import Publishing
import Signing
import Synchronization
import Testing

@Suite("Readers beside a publisher")
struct ReaderTests {
    @Test(
        "A reader sees a whole repository at any moment of publications, promotions and roll-backs, numbers that only rise, and never a name with two contents"
    )
    func readers() throws {
        let farm = try Farm()
        let key = try farm.key()
        try farm.publish(
            try farm.package("zlib", "0-r0"), try farm.package("zlib-dev", "0-r0", origin: "zlib"))
        let keys = try farm.repository().keys()
        let state = Mutex<(isDone: Bool, rounds: Int, faults: [String])>((false, 0, []))
        let reader = Thread {
            var known: [String: PackageIdentity?] = [:]
            var last: Int64 = 0
            while !state.withLock({ $0.isDone }) {
                let faults = Self.read(farm, keys, &known, &last)
                state.withLock {
                    $0.rounds += 1
                    $0.faults += faults
                }
            }
        }
        reader.start()
        var number = 1
        while number < 30 || state.withLock({ $0.rounds }) < 30 {
            let files = [
                try farm.package("zlib", "\(number)-r0", content: "\(number)"),
                try farm.package("zlib-dev", "\(number)-r0", content: "\(number)", origin: "zlib"),
            ]
            switch number % 3 {
            case 0:
                try farm.repository(channel: "staging").publish(files, key: key, epoch: Farm.epoch)
                try farm.repository().promote(
                    from: farm.repository(channel: "staging"), key: key, epoch: Farm.epoch)
            case 1: try farm.repository().publish(files, key: key, epoch: Farm.epoch)
            default:
                try farm.repository().publish(files, key: key, epoch: Farm.epoch)
                try farm.repository().rollBack(key: key, epoch: Farm.epoch)
            }
            number += 1
        }
        state.withLock { $0.isDone = true }
        let (_, rounds, faults) = state.withLock { $0 }
        #expect(rounds >= 30)
        #expect(faults == [])
    }

    /// One look at the repository, as a client does: index first, then every file that it names.
    private static func read(
        _ farm: Farm, _ keys: KeyRing, _ known: inout [String: PackageIdentity?], _ last: inout Int64
    )
        -> [String]
    {
        var faults: [String] = []
        do {
            let repository = farm.repository()
            let index = try IndexFile.read(repository.indexPath, keys: keys)
            let number = IndexStamp(description: index.description)?.number ?? 0
            if number < last { faults.append("number \(number) after \(last)") }
            last = number
            if Set(index.entries.map(\.version)).count != 1 || index.entries.count != 2 {
                faults.append("a mixture: \(index.entries.map(\.label))")
            }
            for entry in index.entries {
                if known.updateValue(entry.identity, forKey: entry.label).map({ $0 != entry.identity })
                    ?? false
                {
                    faults.append("\(entry.label) has changed")
                }
                let contents = try PackageReader.read(file: repository.path(of: entry))
                if contents.identity != entry.identity {
                    faults.append("\(entry.label) is not what the index says")
                }
            }
        } catch { faults.append("\(error)") }
        return faults
    }
}

/// A publisher that is killed: a second process of this very test program runs `publisher` and dies by SIGKILL.
@Suite("A killed publisher")
struct KilledPublisherTests {
    private static let variable = "APKFARM_TEST_PUBLISHER"
    private static let folder = ProcessInfo.processInfo.environment[variable]

    @Test("Only in the process that the other test starts: publishes until it is killed")
    func publisher() throws {
        guard let folder = Self.folder else { return }
        // The folder is the other process's: this one never removes it.
        let farm = Unmanaged.passRetained(try Farm(at: folder)).takeUnretainedValue()
        let key = try PrivateKey.load(path: folder + "/key/farm-00000009.rsa")
        let name = try PackageName(parsing: "zlib")
        for _ in 0..<100_000 {
            let release = try farm.repository().release(for: name, pkgver: "1", pkgrel: 0)
            let content = "\(getpid()) \(release)"
            let files = [
                try farm.package("zlib", "1-r\(release)", content: content, key: key),
                try farm.package("zlib-dev", "1-r\(release)", content: content, origin: "zlib", key: key),
            ]
            try farm.repository().publish(files, key: key, epoch: Farm.epoch)
        }
    }

    @Test("It leaves a whole repository, and no name ever stands for other bytes")
    func killed() throws {
        let farm = try Farm()
        try FileManager.default.createDirectory(atPath: farm.path + "/key", withIntermediateDirectories: true)
        _ = try PrivateKey.generate(bits: 2048, stamp: 9).save(in: farm.path + "/key")
        var known: [String: PackageIdentity] = [:]
        for round in 0..<12 {
            let before = known.count
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
            process.arguments = [
                "--testing-library", "swift-testing", "--filter", "KilledPublisherTests/publisher",
            ]
            process.environment = ProcessInfo.processInfo.environment.merging([Self.variable: farm.path]) {
                $1
            }
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            try process.run()
            for _ in 0..<3_000 where known.count < before + 2 {
                usleep(10_000)
                // Before the first publication there is nothing to look at.
                try? look(farm, &known)
            }
            usleep(UInt32(round * 1_700))
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            try look(farm, &known)
            #expect(known.count > before)
            #expect(try farm.faults() == [])
        }
    }

    /// Notes what every listed name stands for, and that it stands for what it did.
    private func look(_ farm: Farm, _ known: inout [String: PackageIdentity]) throws {
        for entry in try farm.repository().current().entries {
            let identity = try #require(entry.identity)
            if let old = known.updateValue(identity, forKey: entry.label) { #expect(old == identity) }
        }
    }
}
