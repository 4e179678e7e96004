/// What a folder's text and files owe to an overlay.
public struct OverlayLayer: Sendable, Hashable {
    /// The overlay.
    public let overlay: Overlay
    /// Its folder on this machine.
    public let path: String
    /// The files that it adds to the recipe's folder.
    public let files: Set<String>
    /// The recipe's text without the overlay.
    public let originalText: String
    /// Where each line of the changed text comes from.
    let origins: [EditedText.Origin]
}

extension RecipeFolder {
    /// The file that an overlay's folder has.
    static let overlayName = "overlay.toml"
    /// The folder of a stand-in that holds the overlay of the tree's recipe.
    static let ofTree = "of-tree"

    /// Files beside an overlay that are for people.
    static let proseNames: Set<String> = ["why.md", "README.md"]

    /// Where a file of the folder lies on this machine: the overlay's folder for what an overlay added.
    public func location(of file: String) -> String {
        if let overlay, overlay.files.contains(file) { return "\(overlay.path)/\(file)" }
        return "\(path)/\(file)"
    }

    /// The folder as it is without its overlay; itself when it has none.
    public var original: RecipeFolder {
        guard let overlay else { return self }
        return RecipeFolder(
            repository: repository, name: name, path: path,
            files: files.filter { !overlay.files.contains($0) },
            text: overlay.originalText)
    }
}
