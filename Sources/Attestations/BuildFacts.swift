/// Everything that went into one build, in the words of its request.
public struct BuildFacts: Sendable, Equatable {
    /// A package of the build root.
    public struct Dependency: Sendable, Equatable {
        /// Its name.
        public var name: String
        /// Version and release.
        public var version: String
        /// SHA-1 of its control member, in hexadecimal digits: what apk calls its identity.
        public var sha1: String

        /// A dependency of these parts.
        public init(name: String, version: String, sha1: String) {
            self.name = name
            self.version = version
            self.sha1 = sha1
        }
    }

    /// The repository of the recipe: `main`.
    public var repository: String
    /// The recipe.
    public var origin: String
    /// The published version: `1.3.1-r0`.
    public var version: String
    /// SHA-256 of the whole request, in hexadecimal digits.
    public var requestDigest: String
    /// SHA-256 of every file of the recipe's folder, by its path.
    public var recipeFiles: [String: String]
    /// SHA-512 of every source, by its name; several where several files will do.
    public var sources: [String: [String]]
    /// The packages of the build root.
    public var dependencies: [Dependency]
    /// SHA-256 of the toolchain (compiler, driver, configuration), of the runner that ran the tests, and of the build
    /// functions.
    public var toolchain: [String: String]
    /// Host tools by Debian package, with their versions.
    public var hostTools: [String: String]
    /// Which tests ran: `short`, `full`, `skipped`.
    public var checks: String
    /// SOURCE_DATE_EPOCH of the build.
    public var epoch: Int64

    /// Facts of these parts.
    public init(
        repository: String, origin: String, version: String, requestDigest: String,
        recipeFiles: [String: String], sources: [String: [String]], dependencies: [Dependency],
        toolchain: [String: String], hostTools: [String: String], checks: String, epoch: Int64
    ) {
        self.repository = repository
        self.origin = origin
        self.version = version
        self.requestDigest = requestDigest
        self.recipeFiles = recipeFiles
        self.sources = sources
        self.dependencies = dependencies
        self.toolchain = toolchain
        self.hostTools = hostTools
        self.checks = checks
        self.epoch = epoch
    }
}

/// Package URLs (purl-spec, type apk) of this distribution's packages.
enum PackageURL {
    static func text(_ name: String, _ version: String) -> String {
        "pkg:apk/apkfarm/\(escaped(name))@\(escaped(version))?arch=wasm32"
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "-"),
                UInt8(ascii: "~"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                result += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return result
    }
}
