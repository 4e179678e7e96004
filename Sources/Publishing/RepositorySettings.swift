/// What a repository's owner chose: the file `settings.tsv` of a repository. Without it everything is as below.
public struct RepositorySettings: Sendable, Equatable {
    static let fileName = "settings.tsv"
    private static let earlier = "earlier-versions"

    /// Whether the index lists earlier versions too, for as long as their files are kept, so that `apk add NAME=VERSION`
    /// finds them. apk takes the newest unless told otherwise.
    public var listsEarlierVersions = false

    /// Only the newest version of each package is listed.
    public init() {}

    init(bytes: [UInt8], path: String) throws(PublishingError) {
        for row in try TableText.rows(bytes, columns: 2, form: "SETTING<tab>VALUE", path: path) {
            guard row[0] == Self.earlier, ["listed", "hidden"].contains(row[1]) else {
                throw .damagedRepository(
                    path: path,
                    reason: "'\(row[0])' '\(row[1])' is no setting; there is '\(Self.earlier)', "
                        + "'listed' or 'hidden'")
            }
            listsEarlierVersions = row[1] == "listed"
        }
    }

    var bytes: [UInt8] { Array("\(Self.earlier)\t\(listsEarlierVersions ? "listed" : "hidden")\n".utf8) }
}

extension PackageRepository {
    /// What its owner chose.
    public func settings() throws(PublishingError) -> RepositorySettings {
        let path = "\(folder)/\(RepositorySettings.fileName)"
        guard let bytes = try files.read(path) else { return RepositorySettings() }
        return try RepositorySettings(bytes: bytes, path: path)
    }

    /// Chooses. The index follows with the next publication.
    public func set(_ settings: RepositorySettings) throws(PublishingError) {
        try files.makeFolder(folder)
        try files.replace("\(folder)/\(RepositorySettings.fileName)", with: settings.bytes)
    }
}
