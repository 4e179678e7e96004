import Foundation
import Signing

/// Where a farm keeps things: the checkout's folders, and the cache and keys outside it.
public struct FarmFolders: Sendable, Equatable {
    /// The checkout, or an installed share folder: holds `toolchain`, `Sources/Building/Phases`, `aports-overlay`.
    public let root: String
    /// Sources, build results, compiled wasm modules and tools, by content. Safe to delete at any time.
    public let cache: String
    /// Private keys. Never seen by a build.
    public let keys: String
    /// The checkout or installed share folder that toolchain and build functions come from: the root itself, unless the
    /// farm was made by `apkfarm init`.
    public let share: String
    /// Recipe trees that win over others, in this order.
    public let overlays: [String]

    /// Folders by the environment: `APKFARM_CACHE`, else `$XDG_CACHE_HOME/apkfarm`, else `~/.cache/apkfarm`;
    /// `APKFARM_KEYS`, else `$XDG_CONFIG_HOME/apkfarm/keys`, else `~/.config/apkfarm/keys`.
    ///
    /// A farm that `apkfarm init` made (`configuration`) has its keys in its own folder.
    public init(root: String, environment: [String: String], configuration: FarmConfiguration? = nil) {
        self.root = root
        share = configuration?.share ?? root
        let own = configuration?.overlays ?? []
        overlays = own.isEmpty ? [(configuration?.share ?? root) + "/aports-overlay"] : own
        let home = environment["HOME"] ?? "/root"
        func folder(_ own: String, _ xdg: String, _ fallback: String, _ below: String) -> String {
            if let path = environment[own], !path.isEmpty { return path }
            if let path = environment[xdg], !path.isEmpty { return path + "/" + below }
            return home + "/" + fallback + "/" + below
        }
        cache = folder("APKFARM_CACHE", "XDG_CACHE_HOME", ".cache", "apkfarm")
        keys =
            configuration == nil
            ? folder("APKFARM_KEYS", "XDG_CONFIG_HOME", ".config", "apkfarm/keys") : root + "/keys"
    }

    /// Our own recipes and the overlays over Alpine's.
    public var overlay: String { share + "/aports-overlay" }
    /// The catalogue that maps a checksum to a Debian source file.
    public var debianSources: String { overlay + "/debian-sources.tsv" }
    /// The wasm32 cross toolchain.
    public var toolchain: String { share + "/toolchain" }
    /// The runner with its loader and libraries, for `GuestCommand`.
    public var guest: String { toolchain + "/libexec/guest" }
    /// The build functions that recipes call.
    public var phases: String { share + "/Sources/Building/Phases" }
    /// The job database and what else the farm remembers.
    public var state: String { root + "/jobs/state" }
    /// Logs of every attempt.
    public var logs: String { root + "/jobs/logs" }
    /// The job database.
    public var database: String { state + "/jobs.sqlite" }
    /// Tokens, the audit log and answers that may be asked for again.
    public var access: String { state + "/access.sqlite" }
    /// What webhooks are signed with.
    public var webhookSecret: String { keys + "/webhook.secret" }
    /// The owner's socket of a running daemon.
    public var socket: String { root + "/farm.socket" }
    /// The lock that the one writer holds.
    public var lock: String { state + "/lock" }
    /// Sources by SHA-512.
    public var distfiles: String { cache + "/distfiles" }
    /// Build results by the digest of their request.
    public var builds: String { cache + "/builds" }
    /// Folders of this farm's running and failed builds. Farms share a cache, so each has a folder of its own there;
    /// its lock keeps two processes of one farm apart.
    public var work: String { cache + "/work/" + SHA256.digest(of: Array(root.utf8)).hex.prefix(16) }
    /// Compiled modules for the runner.
    public var wasmCode: String { cache + "/wasm-code" }
    /// Public keys of the repository.
    public var publicKeys: String { root + "/repo/keys" }

    /// The published repository of one name, for example `main`.
    public func repository(_ name: String) -> String { root + "/repo/edge/" + name }

    /// The farm or checkout that a folder lies in: the nearest folder upwards that has `apkfarm.conf`, or
    /// `aports-overlay` and `toolchain`.
    public static func checkout(above folder: String) -> String? {
        var path = folder
        while true {
            let manager = FileManager.default
            let isCheckout =
                manager.fileExists(atPath: path + "/aports-overlay")
                && manager.fileExists(atPath: path + "/toolchain")
            if isCheckout || manager.fileExists(atPath: path + "/" + FarmConfiguration.fileName) {
                return path
            }
            guard let slash = path.lastIndex(of: "/"), path != "/" else { return nil }
            path = slash == path.startIndex ? "/" : String(path[..<slash])
        }
    }
}
