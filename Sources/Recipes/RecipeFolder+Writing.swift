import FoundationEssentials

extension RecipeFolder {
    /// Writes the folder as it is with its overlay: the text as APKBUILD and every file beside it. `path` must not
    /// exist yet. Without an overlay the folder is copied as it lies.
    ///
    /// Throws an error of Foundation when a file cannot be read or written.
    public func write(to path: String) throws {
        let manager = FileManager.default
        guard overlay != nil else { return try manager.copyItem(atPath: self.path, toPath: path) }
        try manager.createDirectory(atPath: path, withIntermediateDirectories: true)
        for file in files {
            if file.contains("/") {
                let folder = FolderReader.parent(of: "\(path)/\(file)")
                try manager.createDirectory(atPath: folder, withIntermediateDirectories: true)
            }
            // A link may point at its neighbour, which an overlay may have replaced.
            let source = FolderReader.resolved(location(of: file)) ?? location(of: file)
            try manager.copyItem(atPath: source, toPath: "\(path)/\(file)")
        }
        try Data(text.utf8).write(to: URL(filePath: "\(path)/APKBUILD"))
    }
}
