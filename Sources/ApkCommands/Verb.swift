import Apk

/// What apk can be told to do.
enum Verb: CaseIterable, Equatable {
    case add, del, upgrade, info, verify, index, version

    init?(name: ByteText) {
        for verb in Verb.allCases where ByteText(stringLiteral: verb.name) == name {
            self = verb
            return
        }
        return nil
    }

    var name: StaticString {
        switch self {
        case .add: "add"
        case .del: "del"
        case .upgrade: "upgrade"
        case .info: "info"
        case .verify: "verify"
        case .index: "index"
        case .version: "version"
        }
    }

    var help: StaticString {
        switch self {
        case .add: "Add packages to WORLD and install them"
        case .del: "Remove packages from WORLD and uninstall them"
        case .upgrade: "Install newer versions of what is installed"
        case .info: "Give detailed information about packages"
        case .verify: "Verify package integrity and signature"
        case .index: "Create repository index file from packages"
        case .version: "Compare package versions"
        }
    }

    var arguments: StaticString {
        switch self {
        case .add, .del: "PACKAGES..."
        case .upgrade: ""
        case .info: "[PACKAGES...]"
        case .verify, .index: "FILES..."
        case .version: "VERSIONS..."
        }
    }
}

/// All options.
enum OptionTable {
    static let all: [CommandLine.Option] = [
        .init("root", "p", value: true, help: "Install to the root at this folder"),
        .init(
            "keys-dir", value: true, help: "Trust the keys of this folder instead of the root's etc/apk/keys"),
        .init(
            "repository", "X", value: true,
            help: "Use this repository besides those of the root; may be repeated"),
        .init("arch", value: true, help: "The architecture of a new root; wasm32 without it"),
        .init("allow-untrusted", help: "Accept packages and indexes that no trusted key signed"),
        .init("no-scripts", help: "Do not run scripts"),
        .init("simulate", "s", help: "Say what would be done, and do nothing"),
        .init("quiet", "q", help: "Say less"),
        .init("verbose", "v", help: "Say more"),
        .init("help", "h", help: "Show this help"),
        .init("version", "V", help: "Show the program's version"),
        .init("initdb", of: [.add], help: "Make a new root; one that is missing is made anyway"),
        .init("no-cache", help: "Accepted: nothing is cached"),
        .init("no-progress", help: "Accepted: no progress bar is shown"),
        .init("upgrade", "u", of: [.add], help: "Take newer versions of the packages named"),
        .init("available", "a", of: [.upgrade], help: "Prefer what repositories offer, even if older"),
        .init("all", "a", of: [.info], help: "Everything that is known"),
        .init("description", "d", of: [.info], help: "What it is"),
        .init("webpage", "w", of: [.info], help: "Its home page"),
        .init("size", "s", of: [.info], help: "Bytes of its files"),
        .init("depends", "R", of: [.info], help: "What it needs"),
        .init("provides", "P", of: [.info], help: "What it provides"),
        .init("rdepends", "r", of: [.info], help: "Installed packages that need it"),
        .init("contents", "L", of: [.info], help: "Its files"),
        .init("triggers", "t", of: [.info], help: "Folders it watches"),
        .init("install-if", "i", of: [.info], help: "What installs it by itself"),
        .init("rinstall-if", "I", of: [.info], help: "Installed packages that it helped to install"),
        .init("replaces", of: [.info], help: "Packages whose files it may take over"),
        .init("license", of: [.info], help: "Its license"),
        .init("who-owns", "W", of: [.info], help: "Which package owns a file"),
        .init("installed", "e", of: [.info], help: "Whether packages are installed"),
        .init("output", "o", value: true, of: [.index], help: "Write the index to this file"),
        .init("description", "d", value: true, of: [.index], help: "Words about the repository"),
        .init("rewrite-arch", value: true, of: [.index], help: "Enter all packages under this architecture"),
        .init("test", "t", of: [.version], help: "Compare two versions"),
        .init("check", "c", of: [.version], help: "Name the versions that are not valid"),
    ]
}
