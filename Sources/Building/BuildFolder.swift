import Foundation
import Recipes
import Sandboxing

/// The folders of one build on the host. Inside the sandbox they have fixed names, so that no path of this machine can
/// get into a package.
public struct BuildFolder: Sendable {
    /// The folder that holds all others.
    public let root: String

    /// `/build` inside: the only place that a recipe may write to, besides `/tmp`.
    public var build: String { root + "/build" }
    /// `/sysroot` inside: headers and libraries of the dependency packages.
    public var sysroot: String { root + "/sysroot" }
    /// `/farm/distfiles` inside: the sources under the names that the recipe gives them.
    public var distfiles: String { root + "/distfiles" }
    /// The unsigned packages; not seen inside.
    public var packages: String { root + "/packages" }
    /// `$pkgdir` and the `$subpkgdir`s lie here.
    public var pkg: String { build + "/pkg" }
    /// What the phases wrote down about each package.
    public var control: String { build + "/control" }
    /// `passwd` and `group` of package(), shown as `/etc`'s.
    var accounts: String { root + "/accounts" }
    /// What the suite left: log and counts.
    public var report: String { build + "/report" }

    /// The folders that an earlier build left below `root`.
    public init(leftIn root: String) { self.root = root }

    /// Folders below `root`, which is emptied first.
    /// - Throws: `BuildError.unreadable` when they cannot be made.
    public init(emptied root: String) throws(BuildError) {
        self.root = root
        let manager = FileManager.default
        do {
            guard FolderRemoval.remove(root) else {
                throw BuildError.unreadable(
                    path: root, reason: "what an earlier build left there cannot be removed")
            }
            for folder in [
                sysroot, distfiles, packages, pkg, control, report, build + "/src", build + "/home",
                build + "/tmp",
                build + "/wasm-code",
            ] {
                try manager.createDirectory(atPath: folder, withIntermediateDirectories: true)
            }
        } catch let error as BuildError {
            throw error
        } catch { throw .unreadable(path: root, reason: "\(error)") }
    }

    /// Removes everything. Failing to is no failure of the build: the next build of the recipe empties the folder.
    public func remove() {
        FolderRemoval.remove(root)
    }

    /// Copies the recipe's folder in as `$startdir`, as its overlay makes it.
    public func stage(recipe folder: RecipeFolder) throws(BuildError) {
        do { try folder.write(to: build + "/recipe") } catch {
            throw .unreadable(path: folder.path, reason: "\(error)")
        }
    }

    /// Puts a fetched source where the sandbox sees it: a hard link, or a copy across file systems.
    public func stage(source path: String, as name: String) throws(BuildError) {
        let target = distfiles + "/" + name
        if link(path, target) == 0 { return }
        do { try FileManager.default.copyItem(atPath: path, toPath: target) } catch {
            throw .unreadable(path: path, reason: "\(error)")
        }
    }
}
