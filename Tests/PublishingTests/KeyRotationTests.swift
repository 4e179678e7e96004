import Apk
import Foundation
import Packages
import Publishing
import Signing
import Synchronization
import Testing

@Suite("Key rotation")
struct KeyRotationTests {
    private let farm: Farm
    private let old: PrivateKey
    private let new: PrivateKey

    init() throws {
        farm = try Farm()
        old = try farm.key()
        new = try Keys.stranger.get()
        try farm.publish(try farm.package("zlib", "1-r0"))
        try farm.repository(channel: "staging").publish([try farm.package("lua", "1-r0")], key: old, epoch: 0)
    }

    private var rotation: KeyRotation {
        let clock = farm.clock.withLock { $0 }
        return KeyRotation(
            Channels(root: farm.path + "/repo", arch: "wasm32"), scratch: farm.path + "/scratch",
            now: { clock })
    }

    /// What the newest keys package of a channel brings.
    private func keys(_ channel: String) throws -> [String] {
        let name = try PackageName(parsing: "apkfarm-keys")
        let repository = farm.repository(channel: channel)
        let entry = try #require(try repository.current().newest(name))
        return try PackageReader.read(file: repository.path(of: entry)).entries.map(\.path.description).filter
        {
            $0.hasSuffix(".pub")
        }
    }

    private func signer(_ channel: String) throws -> String {
        let path = farm.repository(channel: channel).indexPath
        for key in [old, new] where (try? IndexFile.read(path, keys: KeyRing([key.publicKey]))) != nil {
            return key.name
        }
        return "nobody"
    }

    @Test(
        "A new key is introduced by the old one, takes over, and the old one is retired; at no time is a client lost"
    )
    func rotate() throws {
        let one = "farm-00000001.rsa.pub"
        let two = "farm-00000002.rsa.pub"
        try rotation.introduce(new.publicKey, signedBy: old)
        for channel in ["edge", "staging"] {
            #expect(try keys(channel) == ["etc/apk/keys/\(one)", "etc/apk/keys/\(two)"])
            #expect(try signer(channel) == one)
        }
        #expect(try rotation.ledger().lines.map(\.state) == [.active, .next])
        farm.advance(100)
        try rotation.activate(new)
        #expect(try signer("edge") == two)
        #expect(try rotation.ledger().lines.map(\.state) == [.old, .active])
        #expect(try farm.faults() == [])
        farm.advance(100)
        try rotation.retire(one, isRevoked: false, reason: "five years old", signedBy: new)
        #expect(try keys("edge") == ["etc/apk/keys/\(two)"])
        #expect(try keys("staging") == ["etc/apk/keys/\(two)"])
        #expect(try farm.repository().keys().names == [two])
        #expect(try rotation.ledger().lines.map(\.state) == [.retired, .active])
        // The package that the old key signed is vouched for by the index, and the snapshot by the retired key.
        #expect(try farm.repository().check() == [])
        #expect(try farm.repository().index(ofSnapshot: 1).entries.map(\.label) == ["zlib-1-r0"])
        try farm.repository().rollBack(to: 1, key: new, epoch: 0)
        #expect(try farm.listed() == ["zlib 1-r0"])
    }

    @Test("A revoked key vouches for nothing any more, snapshots included")
    func revoke() throws {
        try rotation.introduce(new.publicKey, signedBy: old)
        farm.advance(100)
        try rotation.retire(old.name, isRevoked: true, reason: "stolen", signedBy: new)
        #expect(throws: PublishingError.self) { try farm.repository().index(ofSnapshot: 1) }
        #expect(throws: PublishingError.self) { try farm.publish(try farm.package("zlib", "2-r0")) }
        #expect(try rotation.ledger().lines.first?.reason == "stolen")
        #expect(try farm.repository().current().entries.count == 2)
    }

    @Test("A key that clients do not trust takes nothing over, and the last one is not retired")
    func refused() throws {
        #expect(throws: PublishingError.self) { try rotation.activate(new) }
        #expect(throws: PublishingError.self) {
            try rotation.retire(old.name, isRevoked: false, reason: "", signedBy: old)
        }
        #expect(throws: PublishingError.self) {
            try rotation.retire("../x", isRevoked: false, reason: "", signedBy: old)
        }
    }
}
