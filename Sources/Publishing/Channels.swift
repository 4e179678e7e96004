/// The channels below one folder: `repo/edge`, `repo/staging`, `repo/v1`, each with repositories (`main`, `community`)
/// that share the public keys in `repo/keys`.
public struct Channels: Sendable {
    /// The folder: `repo`.
    public let root: String
    /// The architecture: `wasm32`.
    public let architecture: String
    private let files: any RepositoryFiles

    /// The channels of a folder.
    public init(root: String, arch: String, files: any RepositoryFiles = LocalFiles()) {
        self.root = root
        architecture = arch
        self.files = files
    }

    /// Names of the channels that have a repository with an index, sorted.
    public func names() throws(PublishingError) -> [String] {
        var channels: [String] = []
        for name in try files.names(in: root).sorted() where Self.isName(name) && name != "keys" {
            // A file beside the channels has no names in it.
            guard let repositories = try? repositories(of: name), !repositories.isEmpty else { continue }
            channels.append(name)
        }
        return channels
    }

    /// Names of a channel's repositories that have an index, sorted.
    public func repositories(of channel: String) throws(PublishingError) -> [String] {
        var names: [String] = []
        for name in try files.names(in: "\(root)/\(channel)").sorted() where Self.isName(name) {
            let index = "\(root)/\(channel)/\(name)/\(architecture)/APKINDEX.tar.gz"
            if try files.size(of: index) != nil { names.append(name) }
        }
        return names
    }

    /// A repository, which need not exist yet.
    public func repository(_ channel: String, _ name: String) -> PackageRepository {
        PackageRepository(
            folder: "\(root)/\(channel)/\(name)", arch: architecture, keysFolder: "\(root)/keys", files: files
        )
    }

    /// Whether a channel or repository may be called so: it becomes a folder and a part of addresses.
    public static func isName(_ name: String) -> Bool {
        guard let first = name.utf8.first, name.utf8.count <= 40, first != UInt8(ascii: "."),
            first != UInt8(ascii: "-")
        else { return false }
        return name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "-"):
                true
            default: false
            }
        }
    }
}
