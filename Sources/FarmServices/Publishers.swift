import Fetching
import Publishing
import Signing

extension FarmFolders {
    /// The folder of channels, keys and sources: `repo`.
    public var published: String { String(publicKeys.dropLast("/keys".count)) }

    /// The channels that this farm publishes.
    public var channels: Channels { Channels(root: published, arch: "wasm32") }

    /// The corresponding source of what is published.
    public func sourceShelf(_ store: SourceStore) -> SourceShelf {
        SourceShelf(folder: published + "/sources", distfiles: store)
    }
}
