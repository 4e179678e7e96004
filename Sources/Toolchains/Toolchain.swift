import Foundation
import Signing

/// The wasm32 cross toolchain: what lies in `toolchain/`, and the two digests that decide what a change of it rebuilds.
public struct Toolchain: Sendable {
    /// The `toolchain` folder.
    public let root: String
    /// Covers compiler, linker, binaryen, the driver and the files for configure scripts: keys the build of packages.
    public let compileDigest: String
    /// Covers the runner: keys what a package's tests said.
    public let runnerDigest: String

    /// The native host of wasm processes.
    public var runner: String { root + "/libexec/runner" }
    /// PID 1 of a build sandbox.
    public var sandboxInit: String { root + "/libexec/sandbox-init" }
    /// The runner with its loader and libraries, to be seen as `/.apkfarm` inside an installed root.
    public var guest: String { root + "/libexec/guest" }
    /// The machine's own tools under the cross tools' names, for running suites natively.
    public var native: String { root + "/libexec/native" }
    /// Alpine's names of build tools and the Debian packages that have them.
    public var hostTools: String { root + "/host-tools.tsv" }

    /// Programs and libraries of the host that decide what the compiler writes.
    static let hostFiles = [
        "/usr/lib/llvm-22/bin/clang", "/usr/lib/llvm-22/bin/lld", "/usr/lib/llvm-22/bin/llvm-ar",
        "/usr/lib/llvm-22/bin/llvm-objcopy",
        "/usr/lib/x86_64-linux-gnu/libLLVM.so.22.1",
        "/usr/lib/x86_64-linux-gnu/libclang-cpp.so.22.1",
        "/usr/lib/llvm-22/lib/clang/22/lib/wasi/libclang_rt.builtins-wasm32.a",
    ]

    /// Looks at a toolchain folder and digests it.
    /// - Parameters:
    ///   - root: the absolute path of `toolchain`.
    ///   - digests: remembers large files that did not change.
    /// - Throws: `ToolchainError.notBuilt` when its programs are missing, `.unreadable` when a file cannot be read.
    public init(root: String, digests: inout FileDigests) throws(ToolchainError) {
        self.root = root
        for program in ["driver", "runner", "sandbox-init", "wasmtime/_libwasmtime.so", "binaryen"] {
            let path = "\(root)/libexec/\(program)"
            guard FileManager.default.fileExists(atPath: path) else { throw .notBuilt(path) }
        }
        var compile: [String] = []
        for folder in ["driver", "share"] {
            compile.append(
                try digests.digest(ofTree: "\(root)/\(folder)", leavingOut: ["README.md", "tests"]))
        }
        compile.append(try digests.digest(of: "\(root)/versions"))
        for file in Self.hostFiles { compile.append(try digests.digest(of: file)) }
        compileDigest = Self.combined(compile)
        runnerDigest = Self.combined([
            try digests.digest(ofTree: "\(root)/runner", leavingOut: ["README.md", "tests", "build"]),
            try digests.digest(of: "\(root)/syscalls.tsv"),
            try digests.digest(of: "\(root)/libexec/wasmtime/_libwasmtime.so"),
        ])
    }

    private static func combined(_ parts: [String]) -> String {
        var hash = SHA256()
        for part in parts { hash.update(Array(part.utf8) + [10]) }
        return hash.finalize().hex
    }
}

/// What can be wrong with a toolchain folder.
public enum ToolchainError: Error, Equatable, CustomStringConvertible {
    /// A program that `make -C toolchain` makes is not there.
    case notBuilt(String)
    /// A file that counts for the digest cannot be read: its path and the system's reason.
    case unreadable(String, String)

    /// What is wrong, and the command that repairs it.
    public var description: String {
        switch self {
        case .notBuilt(let path): "\(path): not there; run 'make setup' to install and build the toolchain"
        case .unreadable(let path, let reason): "\(path): \(reason); run 'make setup' to repair the toolchain"
        }
    }
}
