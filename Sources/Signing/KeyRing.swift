import Glibc

/// The public keys that are trusted, by name. Keys that cannot be accepted are kept with the reason.
public struct KeyRing: Sendable {
    /// What error messages call the ring: the folder that it was read from.
    public let origin: String
    private var keys: [String: PublicKey] = [:]
    /// Why a key of the folder was refused, by its name.
    public private(set) var refused: [String: SigningError] = [:]

    /// The keys of a folder's files that end with `.pub`; others are ignored, as are hidden ones.
    ///
    /// - Throws: `SigningError.file` if the folder cannot be listed. A bad key in it is refused, not an error: one
    ///   foreign file must not take away all trust.
    public init(folder: String) throws(SigningError) {
        origin = folder
        guard let stream = opendir(folder) else {
            throw .file(path: folder, action: "list the keys", reason: systemReason(errno))
        }
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard name.hasSuffix(".pub"), !name.hasPrefix(".") else { continue }
            do throws(SigningError) {
                keys[name] = try PublicKey.load(path: folder + "/" + name)
            } catch {
                refused[name] = error
            }
        }
    }

    /// A ring of these keys; of two with one name the last counts.
    public init(_ keys: [PublicKey], origin: String = "the given keys") {
        self.origin = origin
        for key in keys { self.keys[key.name] = key }
    }

    /// The names of all keys, sorted.
    public var names: [String] { keys.keys.sorted() }

    /// The key of that name, if it is there and acceptable.
    public subscript(name: String) -> PublicKey? { keys[name] }

    /// The key that files of apk 3 name so; see `PublicKey.identifier`.
    public func key(identifier: [UInt8]) -> PublicKey? { keys.values.first { $0.identifier == identifier } }

    /// The key of that name.
    ///
    /// - Throws: the reason why it was refused, or `SigningError.unknownKey`.
    public func key(named name: String) throws(SigningError) -> PublicKey {
        if let key = keys[name] { return key }
        throw refused[name] ?? .unknownKey(name, folder: origin)
    }
}
