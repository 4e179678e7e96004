public import Apk
import Packages
public import Signing

/// Changes the key of all channels without a moment in which a client can verify nothing:
/// the new key is introduced in a keys package that the old one signs, clients get it by upgrading, later the new one
/// signs the indexes, and at the end the old one leaves the keys package.
///
/// Packages are never signed again: their names stand for the same bytes, and apk goes by the identity that the
/// signed index names.
public struct KeyRotation: Sendable {
    /// The package that brings the public keys to `/etc/apk/keys`, as alpine-keys does.
    public static let package: StaticString = "apkfarm-keys"

    private let channels: Channels
    private let files: any RepositoryFiles
    private let now: @Sendable () -> Int64
    private let scratch: String

    /// A rotation.
    ///
    /// - Parameters:
    ///   - scratch: a folder for making the keys package, made if missing.
    ///   - now: seconds since 1970.
    public init(
        _ channels: Channels, scratch: String, files: any RepositoryFiles = LocalFiles(),
        now: @escaping @Sendable () -> Int64
    ) {
        self.channels = channels
        self.scratch = scratch
        self.files = files
        self.now = now
    }

    private var folder: String { "\(channels.root)/keys" }

    /// What became of every key.
    public func ledger() throws(PublishingError) -> KeyLedger {
        let path = "\(folder)/\(KeyLedger.fileName)"
        guard let bytes = try files.read(path) else { return KeyLedger() }
        return try KeyLedger(bytes: bytes, path: path)
    }

    /// Makes clients trust a new key: its public half joins the others, and every channel gets a keys package with all
    /// of them, signed by the key that clients trust already. The old one goes on signing.
    ///
    /// - Returns: the version of the keys package.
    @discardableResult
    public func introduce(_ new: PublicKey, signedBy old: PrivateKey) throws(PublishingError)
        -> PackageVersion
    {
        try files.makeFolder(folder)
        if try files.read("\(folder)/\(new.name)") == nil {
            let pem: [UInt8]
            do { pem = try new.pem() } catch {
                throw .file(path: "\(folder)/\(new.name)", action: "written", reason: "\(error)")
            }
            try files.replace("\(folder)/\(new.name)", with: pem)
            try files.sync(folder: folder)
        }
        let version = try publishKeys(signedBy: old)
        var ledger = try ledger()
        ledger.set(old.name, .active, since: now())
        ledger.set(new.name, .next, since: now(), reason: "introduced by \(old.name)")
        try write(ledger)
        return version
    }

    /// Signs every index with a key that was introduced; from now on the farm signs with it. The old key is trusted
    /// still.
    public func activate(_ new: PrivateKey) throws(PublishingError) {
        guard try files.read("\(folder)/\(new.name)") != nil else {
            throw .untrustedKey(new.name, folder: folder)
        }
        try resign(new)
        var ledger = try ledger()
        for line in ledger.lines where line.state == .active && line.name != new.name {
            ledger.set(line.name, .old, since: now(), reason: "followed by \(new.name)")
        }
        ledger.set(new.name, .active, since: now())
        try write(ledger)
    }

    /// Ends the trust in a key: it leaves the keys package, every index is signed by another one, and then its public
    /// half leaves the keys' folder. Clients that upgrade trust it no more.
    ///
    /// - Parameters:
    ///   - isRevoked: somebody else may have it: what it signed is not believed any more, old snapshots neither.
    ///   - key: another key that clients trust.
    public func retire(
        _ name: String, isRevoked: Bool, reason: String, signedBy key: PrivateKey
    ) throws(PublishingError) {
        guard PublicKey.isName(name), let bytes = try files.read("\(folder)/\(name)") else {
            throw .untrustedKey(name, folder: folder)
        }
        guard name != key.name, try files.read("\(folder)/\(key.name)") != nil else {
            throw .untrustedKey(key.name, folder: folder)
        }
        try publishKeys(signedBy: key, without: name)
        try resign(key)
        let state = isRevoked ? KeyLedger.State.revoked : .retired
        try files.makeFolder("\(folder)/\(state.rawValue)")
        try files.replace("\(folder)/\(state.rawValue)/\(name)", with: bytes)
        var ledger = try ledger()
        ledger.set(name, state, since: now(), reason: reason)
        try write(ledger)
        try files.remove("\(folder)/\(name)")
        try files.sync(folder: folder)
    }

    // MARK: Parts

    private func write(_ ledger: KeyLedger) throws(PublishingError) {
        try files.replace("\(folder)/\(KeyLedger.fileName)", with: ledger.bytes)
    }

    private func resign(_ key: PrivateKey) throws(PublishingError) {
        for channel in try channels.names() {
            for name in try channels.repositories(of: channel) {
                try channels.repository(channel, name).resign(key, epoch: now())
            }
        }
    }

    /// Publishes the keys package into the first repository of every channel: `main` where there is one.
    @discardableResult
    private func publishKeys(signedBy key: PrivateKey, without left: String? = nil) throws(PublishingError)
        -> PackageVersion
    {
        let root = "\(scratch)/keys-package"
        let target = "\(root)/etc/apk/keys"
        try files.makeFolder(target)
        for name in try files.names(in: target) { try files.remove("\(target)/\(name)") }
        for name in try files.names(in: folder)
        where PublicKey.isName(name) && name.hasSuffix(".pub") && name != left {
            try files.copy("\(folder)/\(name)", to: "\(target)/\(name)")
        }
        let version: PackageVersion
        let file: String
        do {
            let digits = UTCDate.text(now()).filter(\.isNumber)
            version = try PackageVersion(parsing: "\(digits)-r0")
            var info = PackageInfo(
                name: try PackageName(parsing: "\(Self.package)"), version: version,
                architecture: ByteText(channels.architecture))
            info.summary = "Public keys of this farm's packages"
            info.license = "CC0-1.0"
            info.origin = ByteText("\(Self.package)")
            info.buildDate = now()
            file = "\(scratch)/\(info.fileName)"
            try PackageBuilder(info: info, root: root, epoch: now()).write(to: file, signedBy: key)
        } catch { throw .badPackage(path: scratch, reason: "the keys package cannot be made: \(error)") }
        for channel in try channels.names() {
            let names = try channels.repositories(of: channel)
            guard let name = names.first(where: { $0 == "main" }) ?? names.first else { continue }
            try channels.repository(channel, name).publish([file], key: key, epoch: now())
        }
        try files.remove(file)
        return version
    }
}

extension PackageRepository {
    /// Signs the index with another key, under a number of its own. Nothing else changes.
    public func resign(_ key: PrivateKey, epoch: Int64) throws(PublishingError) {
        try requireOwn(key)
        let old = try index(trusting: key.publicKey)
        var change = IndexChange(index: old, action: .resign, suites: try suites(of: old))
        change.reason = "signed by \(key.name)"
        _ = try commit(change, over: old, try superseded(), key: key, epoch: epoch)
    }
}
