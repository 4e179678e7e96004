import ArgumentParser
import FarmServices
import Foundation
import Publishing
import Signing

extension Farm {
    /// What changes keys.
    func keyRotation() -> KeyRotation {
        KeyRotation(folders.channels, scratch: folders.work + "/keys", now: { Farm.now })
    }
}

/// `apkfarm key rotate`: makes a new key and lets clients trust it.
struct KeyRotate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Makes a new key and publishes it in the package apkfarm-keys, signed by the present one.",
        discussion: """
            Both are trusted from then on. When clients have had time to upgrade, 'apkfarm key activate NEW' signs with
            the new key, and 'apkfarm key retire OLD' ends the trust in the old one.
            """)

    @OptionGroup var options: FarmOptions

    @Option(help: "The beginning of the new key's file name.")
    var name = "apkfarm"

    @Option(help: "The key that clients trust, when there are several.")
    var key: String?

    func run() throws {
        let farm = try Farm(options)
        let keys = SigningKeys(folder: farm.folders.keys)
        let old = try keys.key(named: key)
        guard keys.agent == nil else {
            throw ValidationError(
                "the agent's keys cannot be added to from here; run this where the key folder is")
        }
        try farm.writing("key rotate") {
            let new = try PrivateKey.generate(bits: 4096, owner: name)
            // From now on there are two keys, and the old one is the one to sign with.
            try keys.activate(String(old.name.dropLast(".pub".count)))
            let path = try new.save(in: farm.folders.keys)
            let version = try farm.keyRotation().introduce(new.publicKey, signedBy: old)
            Output.data(path)
            Output.talk(
                "published apkfarm-keys-\(version); when clients have it: apkfarm key activate \(new.name)")
        }
    }
}

/// `apkfarm key activate NAME`: signs with a key from now on.
struct KeyActivate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "activate", abstract: "Signs every index with a key, and everything from now on.")

    @OptionGroup var options: FarmOptions

    @Argument(help: "The key's name, as 'key list' shows it.")
    var name: String

    func run() throws {
        let farm = try Farm(options)
        let keys = SigningKeys(folder: farm.folders.keys)
        let new = try keys.key(named: name)
        try farm.writing("key activate") {
            try farm.keyRotation().activate(new)
            if keys.agent == nil { try keys.activate(String(new.name.dropLast(".pub".count))) }
        }
    }
}

/// `apkfarm key retire NAME`: ends the trust in a key.
struct KeyRetire: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retire",
        abstract:
            "Ends the trust in a key: it leaves apkfarm-keys, and every index is signed by the active one.",
        discussion: """
            With --revoke: somebody else may have it. What it signed is not believed any more; packages stay installable
            because the index names their very bytes, which is why 'repo check' and '--verify' builds come next.
            """)

    @OptionGroup var options: FarmOptions

    @Argument(help: "The public key's name, as 'key list' shows it.")
    var name: String

    @Flag(help: "Somebody else may have the key.")
    var revoke = false

    @Option(help: "Why.")
    var reason = ""

    @Option(help: "The key to sign with, when none is active.")
    var key: String?

    func run() throws {
        let farm = try Farm(options)
        let signer = try SigningKeys(folder: farm.folders.keys).key(named: key)
        try farm.writing("key retire") {
            let rotation = farm.keyRotation()
            try rotation.retire(name, isRevoked: revoke, reason: reason, signedBy: signer)
            Output.talk("\(name) is \(revoke ? "revoked" : "retired"); its private half may be deleted")
        }
    }
}
