/// The variables that a recipe may see while it is evaluated. Everything else is unset: FLAVOR, JOBS, APORTSDIR
/// and the like change results when they leak in (measured over all of Alpine's recipes).
public struct RecipeEnvironment: Sendable, Hashable, Codable {
    /// Alpine's name of the architecture that packages are made for: `wasm32`.
    public let architecture: String
    /// Alpine's name of the machine that builds: `x86_64`.
    public let buildArchitecture: String
    /// The folder of the recipe, as the recipe sees it.
    public let startdir: String
    /// The folder where sources are unpacked, as the recipe sees it.
    public let srcdir: String

    /// An environment for packages of `architecture`. The default folders are those of the build sandbox.
    public init(
        architecture: String = "wasm32", buildArchitecture: String = "x86_64",
        startdir: String = "/build/recipe", srcdir: String = "/build/src"
    ) {
        self.architecture = architecture
        self.buildArchitecture = buildArchitecture
        self.startdir = startdir
        self.srcdir = srcdir
    }

    /// The triplet of packages: `wasm32-alpine-linux-musl`.
    public var host: String { Self.triplet(of: architecture) }
    /// The triplet of the machine that builds.
    public var build: String { Self.triplet(of: buildArchitecture) }

    /// Every variable that is set, sorted by name.
    public var variables: [(name: String, value: String)] {
        [
            ("CARCH", architecture), ("CBUILD", build), ("CBUILD_ARCH", buildArchitecture), ("CHOST", host),
            ("CLIBC", "musl"), ("CTARGET", host), ("CTARGET_ARCH", architecture),
            ("srcdir", srcdir), ("startdir", startdir),
        ]
    }

    /// Alpine's triplet of an architecture (abuild's functions.sh, `arch_to_hostspec`).
    public static func triplet(of architecture: String) -> String {
        switch architecture {
        case "x86": "i586-alpine-linux-musl"
        case "armhf": "armv6-alpine-linux-musleabihf"
        case "armv7": "armv7-alpine-linux-musleabihf"
        case "ppc64le": "powerpc64le-alpine-linux-musl"
        default: "\(architecture)-alpine-linux-musl"
        }
    }
}
