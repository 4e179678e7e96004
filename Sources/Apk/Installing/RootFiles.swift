/// Removing a package's files from a root.
enum RootFiles {
    /// Removes files and then empty folders of a package.
    ///
    /// - Parameter stays: paths that must stay, besides those that another package owns now.
    static func remove<Machine: ApkMachine>(
        _ package: InstalledPackage, from machine: Machine, owners: FileOwners, stays: Set<ByteText> = [],
        keepsUserFiles: Bool = false
    ) throws(ApkError) {
        for folder in package.folders {
            for file in folder.files {
                let path = folder.path(of: file)
                if stays.contains(path) { continue }
                if let owner = owners[path], owner != package.entry.name { continue }
                if keepsUserFiles, try isChanged(path, file, machine) { continue }
                try machine.removeFile(path)
            }
        }
        for folder in package.folders.reversed() where !stays.contains(folder.path) && !folder.path.isEmpty {
            try machine.removeFolder(folder.path)
        }
    }

    /// The checksum that the database has for a path of a package.
    static func checksum(of path: ByteText, in package: InstalledPackage) -> ByteText? {
        let parent = SafePath.parent(of: path) ?? ByteText()
        let name = SafePath.name(of: path)
        for folder in package.folders where folder.path == parent {
            for file in folder.files where file.name == name { return file.checksum }
        }
        return nil
    }

    /// Whether a file under `etc` is no longer what the package brought.
    private static func isChanged<Machine: ApkMachine>(
        _ path: ByteText, _ file: InstalledFile, _ machine: Machine
    ) throws(ApkError) -> Bool {
        guard path.hasPrefix("etc/"), let checksum = file.checksum,
            case .file? = try machine.status(path), let bytes = try machine.readFile(path, limit: 64 << 20)
        else { return false }
        return PackageIdentity(sha1: Machine.SHA1.digest(of: bytes))?.text != checksum
    }
}
