import Apk
import Foundation
import Packages
import Signing

/// The sysroot that the cross compiler uses outside of builds: `toolchain/sysroot`, made of the published packages of
/// the C library, the kernel headers, and C++ where that is published.
public enum DefaultSysroot {
    private static let packages = [
        "musl", "musl-dev", "musl-libintl", "linux-headers", "libc++-dev", "libc++-static",
    ]

    /// Lays the sysroot out anew when other packages are published than it was made of.
    ///
    /// A farm whose toolchain is another's (a link, or by its configuration) leaves it alone.
    /// - Returns: true when it was made anew.
    @discardableResult
    public static func refresh(_ folders: FarmFolders) throws -> Bool {
        let manager = FileManager.default
        let attributes = try manager.attributesOfItem(atPath: folders.toolchain)
        guard attributes[.type] as? FileAttributeType != .typeSymbolicLink, folders.share == folders.root
        else { return false }
        let repository = folders.repository("main") + "/wasm32"
        guard manager.fileExists(atPath: repository + "/APKINDEX.tar.gz") else { return false }
        let index = try IndexFile.read(
            repository + "/APKINDEX.tar.gz", keys: try KeyRing(folder: folders.publicKeys))
        let entries = try packages.compactMap { index.newest(try PackageName(parsing: $0)) }
        let stamp = entries.map { "\($0.label) \($0.identity?.description ?? "")\n" }.joined()
        let sysroot = folders.toolchain + "/sysroot"
        if let made = manager.contents(atPath: sysroot + "/packages"), made == Data(stamp.utf8) {
            return false
        }
        let new = sysroot + ".new"
        if manager.fileExists(atPath: new) { try manager.removeItem(atPath: new) }
        try manager.createDirectory(atPath: new, withIntermediateDirectories: true)
        try Sysroot.assemble(entries.map { repository + "/" + $0.fileName.description }, in: new)
        try Data(stamp.utf8).write(to: URL(fileURLWithPath: new + "/packages"))
        if manager.fileExists(atPath: sysroot) { try manager.removeItem(atPath: sysroot) }
        try manager.moveItem(atPath: new, toPath: sysroot)
        return true
    }
}
