/// One recipe's folder as it was read: the text of its APKBUILD and the names of the files beside it.
public struct RecipeFolder: Sendable, Hashable {
    /// The repository's name: `main`.
    public let repository: String
    /// The folder's name, by rule the same as the recipe's pkgname.
    public let name: String
    /// Where the folder is on this machine.
    public let path: String
    /// Names of the plain files in the folder, sorted, without APKBUILD and the folders `src`, `pkg`, `tmp`.
    /// Files of subfolders have the form `folder/file`.
    public let files: [String]
    /// The bytes of the APKBUILD, changed by the overlay when there is one.
    public let text: String
    /// The overlay that changed the text and the files; nil for a recipe that is as it lies on the disk.
    public let overlay: OverlayLayer?

    /// A folder with these contents. To read one from the disk use ``RecipeTree`` or ``open(_:repository:)``.
    public init(
        repository: String, name: String, path: String, files: [String], text: String,
        overlay: OverlayLayer? = nil
    ) {
        self.repository = repository
        self.name = name
        self.path = path
        self.files = files
        self.text = text
        self.overlay = overlay
    }

    /// `main/zlib`.
    public var identity: String { "\(repository)/\(name)" }
    /// `main/zlib/APKBUILD`, the file that findings name.
    public var file: String { "\(identity)/APKBUILD" }

    /// The place of `line` and `column` of the text: in the APKBUILD, or in the overlay's file that the line is from.
    public func place(line: Int, column: Int = 1) -> Place {
        guard let origins = overlay?.origins, line >= 1, line <= origins.count else {
            return Place(file: file, line: line, column: column)
        }
        let origin = origins[line - 1]
        return Place(file: origin.file, line: origin.line, column: column)
    }

    /// Reads the folder at `path`. Its repository is the name of the folder above it unless given.
    ///
    /// Throws ``RecipeError`` when there is no APKBUILD, when it is larger than ``largestRecipe``, unreadable, not
    /// UTF-8, holds NUL bytes, or when a symbolic link in the folder leads out of the folder's grandparent, the
    /// recipe tree.
    public static func open(_ path: String, repository: String? = nil) throws(RecipeError) -> RecipeFolder {
        let parts = path.split(separator: "/").map(String.init)
        let parent = parts.count > 1 ? parts[parts.count - 2] : "recipes"
        let name = parts.last ?? path
        return try FolderReader(
            root: FolderReader.parent(of: FolderReader.parent(of: path)),
            repository: repository ?? parent, name: name, path: path
        ).read()
    }

    /// The largest APKBUILD that is read, in bytes. Alpine's largest is 90 KB.
    public static let largestRecipe = 1 << 20
    /// The most files that one recipe's folder may hold. Alpine's largest has 160.
    public static let mostFiles = 2_000
}
