/// One entry of a recipe's `source`.
public struct Source: Sendable, Hashable, Codable {
    /// The file's name in `$srcdir`.
    public let name: String
    /// Where upstream keeps it; nil for a file of the recipe's folder.
    public let url: String?
    /// The accepted SHA-512 sums, lower-case hexadecimal. A recipe may list several files of one name: the same
    /// release as different archives ship it.
    public let sha512: [String]

    /// A source of this name.
    public init(name: String, url: String?, sha512: [String]) {
        self.name = name
        self.url = url
        self.sha512 = sha512
    }

    /// Whether the file lies in the recipe's folder.
    public var isLocal: Bool { url == nil }

    /// Folders of the farm's own tree that it is made of (`NAME.tar::file://farm/FOLDER,FOLDER`); nil for every other source.
    /// They need no checksum: what lies there is digested as it is.
    public var farmFolders: [String]? {
        guard let url, url.hasPrefix(Source.farmScheme) else { return nil }
        return url.dropFirst(Source.farmScheme.count).split(separator: ",").map(String.init)
    }

    private static let farmScheme = "file://farm/"

    /// Reads one word of `source`: `https://host/file`, `name::https://host/file`, `name.tar::file://farm/folder`, or
    /// the name of a local file.
    static func parse(_ word: String) -> (name: String, url: String?) {
        var name = word
        var location = word
        if let mark = word.firstRange(of: "::") {
            name = String(word[..<mark.lowerBound])
            location = String(word[mark.upperBound...])
        }
        let isRemote = ["https://", "http://", "ftp://", farmScheme].contains { location.hasPrefix($0) }
        if let slash = name.lastIndex(of: "/") { name = String(name[name.index(after: slash)...]) }
        return (name, isRemote ? location : nil)
    }
}
