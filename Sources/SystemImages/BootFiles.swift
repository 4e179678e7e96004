import Foundation
import Packages

/// The files that a headless machine is started with.
public struct BootFiles: Sendable {
    /// node 24 or newer.
    public let node: String
    /// The script that boots.
    public let script: String
    /// The folder with the host's compiled parts.
    public let parts: String
    /// The kernel.
    public let kernel: String

    /// Why a machine cannot be booted.
    public struct Missing: Error, CustomStringConvertible {
        /// What is missing, and the command that brings it.
        public let description: String
    }

    /// Finds them.
    ///
    /// - Parameters:
    ///   - root: the checkout, or the installed share folder.
    ///   - kernelPackage: the published package of the kernel.
    ///   - unpacked: a folder for the kernel, named after the package's content by the caller.
    ///   - environment: `NODE` names another node.
    /// - Throws: `Missing`, or `PackageError` for a damaged package.
    public init(
        root: String, kernelPackage: String, unpacked: String, environment: [String: String]
    ) throws {
        let manager = FileManager.default
        node = environment["NODE"] ?? root + "/toolchain/libexec/node"
        script = root + "/Sources/BrowserMachine/node/boot.js"
        parts = root + "/toolchain/libexec/browser-machine"
        kernel = unpacked + "/boot/vmlinux.wasm"
        for (file, what) in [(node, "node"), (script, "the machine's host"), (parts, "the host's parts")] {
            guard manager.fileExists(atPath: file) else {
                throw Missing(description: "\(what) is missing at \(file): run 'make setup'")
            }
        }
        if !manager.fileExists(atPath: kernel) {
            let new = unpacked + ".new"
            try? manager.removeItem(atPath: new)  // of a start that was killed
            try manager.createDirectory(atPath: new, withIntermediateDirectories: true)
            try Sysroot.assemble([kernelPackage], in: new)
            try manager.moveItem(atPath: new, toPath: unpacked)
        }
    }

    /// The command line that boots.
    /// - Parameters:
    ///   - image: an initial file system.
    ///   - disk: a file that is the machine's disk; its claim is the caller's matter (`DiskLock`).
    ///   - append: what the kernel's command line has besides the console.
    ///   - memory: of the kernel, in MiB.
    public func arguments(image: String?, disk: String?, append: String, memory: Int) -> [String] {
        var words = [
            node, script, "--kernel", kernel, "--parts", parts, "--memory", "\(memory)",
        ]
        if let image { words += ["--initrd", image] }
        if let disk { words += ["--disk", disk] }
        if !append.isEmpty { words += ["--append", append] }
        return words
    }
}
