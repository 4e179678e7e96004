/// The scripts that a package may bring.
public enum ScriptKind: CaseIterable, Sendable, Hashable {
    /// Before the first installation's files.
    case preInstall
    /// After them.
    case postInstall
    /// Before a newer (or older) version replaces this package's files.
    case preUpgrade
    /// After that.
    case postUpgrade
    /// Before removal.
    case preDeinstall
    /// After removal.
    case postDeinstall
    /// When a watched folder changed.
    case trigger

    /// Its name in script archives, without the leading dot that it has in packages.
    public var name: StaticString {
        switch self {
        case .preInstall: "pre-install"
        case .postInstall: "post-install"
        case .preUpgrade: "pre-upgrade"
        case .postUpgrade: "post-upgrade"
        case .preDeinstall: "pre-deinstall"
        case .postDeinstall: "post-deinstall"
        case .trigger: "trigger"
        }
    }

    /// The kind of that name (without a leading dot), nil if there is none.
    public init?(name: ArraySlice<UInt8>) {
        for kind in ScriptKind.allCases where name.equals(text: kind.name) {
            self = kind
            return
        }
        return nil
    }
}

/// A script of a package.
public struct PackageScript: Equatable, Sendable {
    /// When it runs.
    public let kind: ScriptKind
    /// The program, mostly a shell script.
    public let bytes: [UInt8]

    /// A script of a kind.
    public init(kind: ScriptKind, bytes: [UInt8]) {
        self.kind = kind
        self.bytes = bytes
    }
}

/// What is known of a package before its files: all that the signature covers directly.
public struct PackageHeader: Sendable {
    /// Its `.PKGINFO`.
    public let info: PackageInfo
    /// The SHA1 of its compressed control member.
    public let identity: PackageIdentity
    /// Its scripts.
    public let scripts: [PackageScript]
    /// Its signatures, checked or not.
    public let signatures: [PackageSignature]
    /// The trusted key that signed it, where that was asked for.
    public let signer: ByteText?
}

/// On whose word a package is accepted.
public enum PackageTrust: Sendable {
    /// A trusted key signed it.
    case signature
    /// It is the very package that a trusted index names.
    case identity(PackageIdentity)
    /// Anyone's word (`--allow-untrusted`); everything but the signature is still checked.
    case anyone
}

/// Takes a package's header, then its files. What it was told is certain only when the parser's `finish` returns.
public protocol PackageVisitor: TarVisitor {
    /// The header, accepted by the trust asked for.
    mutating func opened(_ header: PackageHeader) throws(ApkError)
}
