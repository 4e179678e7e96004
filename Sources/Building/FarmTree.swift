import Apk
import Foundation
import Recipes
import Signing

/// Folders of the farm's own tree as a source: one tar archive, equal for equal content.
///
/// Regular files only, by path, mode 0644, time 0: what a checkout adds by itself does not count.
public enum FarmTree {
    /// The archive of these folders, whose paths are relative to `root`.
    /// - Throws: `BuildError.source` for a folder that leads out of the tree or is not there.
    public static func archive(of folders: [String], in root: String) throws(BuildError) -> [UInt8] {
        var tar: [UInt8] = []
        for folder in folders.sorted() {
            guard !folder.hasPrefix("/"), !folder.split(separator: "/").contains(".."),
                let names = FileManager.default.enumerator(atPath: root + "/" + folder)
            else { throw .source("file://farm/\(folder): is no folder of the farm's own tree") }
            var paths: [String] = []
            while let name = names.nextObject() as? String { paths.append(folder + "/" + name) }
            for path in paths.sorted() {
                var status = stat()
                guard lstat(root + "/" + path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
                    continue
                }
                guard let content = FileManager.default.contents(atPath: root + "/" + path) else {
                    throw .unreadable(path: root + "/" + path, reason: "it cannot be read")
                }
                do throws(ApkError) {
                    tar += try TarWriter.member(
                        TarEntry(path: ByteText(path), kind: .file, mode: 0o644), content: Array(content))
                } catch { throw .source("file://farm/\(path): \(error.message)") }
            }
        }
        return tar + TarWriter.end
    }

    /// What a build request has for such a source: the archive's SHA-512.
    public static func digest(of folders: [String], in root: String) throws(BuildError) -> String {
        SHA512.digest(of: try archive(of: folders, in: root)).hex
    }
}
