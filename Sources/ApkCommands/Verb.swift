import Apk

/// What apk can be told to do.
enum Verb: CaseIterable, Equatable {
    case add, adbdump, audit, cache, convndx, del, diff, dot, extract, fetch, fix, index, info, list, manifest
    case mkndx, policy, query, search, sign, stats, update, upgrade, verify, version

    init?(name: ByteText) {
        for verb in Verb.allCases where ByteText(stringLiteral: verb.name) == name {
            self = verb
            return
        }
        return nil
    }

    /// Verbs that look for packages and take the options of a search.
    static let queries: [Verb] = [.dot, .fetch, .info, .list, .policy, .query, .search]
    /// Verbs that may change the root.
    static let changes: [Verb] = [.add, .del, .fix, .upgrade]

    var name: StaticString {
        switch self {
        case .add: "add"
        case .adbdump: "adbdump"
        case .audit: "audit"
        case .cache: "cache"
        case .convndx: "convndx"
        case .del: "del"
        case .diff: "diff"
        case .dot: "dot"
        case .extract: "extract"
        case .fetch: "fetch"
        case .fix: "fix"
        case .index: "index"
        case .info: "info"
        case .list: "list"
        case .manifest: "manifest"
        case .mkndx: "mkndx"
        case .policy: "policy"
        case .query: "query"
        case .search: "search"
        case .sign: "sign"
        case .stats: "stats"
        case .update: "update"
        case .upgrade: "upgrade"
        case .verify: "verify"
        case .version: "version"
        }
    }

    var help: StaticString {
        switch self {
        case .add: "Add packages to WORLD and install them"
        case .adbdump: "Show the content of an index or package of apk 3"
        case .audit: "Audit the files of the root"
        case .cache: "Manage the kept packages and indexes"
        case .convndx: "Turn an index of apk 2 into one of apk 3"
        case .del: "Remove packages from WORLD and uninstall them"
        case .diff: "Say how two package files differ"
        case .dot: "Render dependencies as graphviz graphs"
        case .extract: "Extract the files of packages"
        case .fetch: "Download packages to a local directory"
        case .fix: "Fix, reinstall or upgrade packages without modifying WORLD"
        case .index: "Create repository index file from packages"
        case .info: "Give detailed information about packages"
        case .list: "List packages matching a pattern or other criteria"
        case .manifest: "Show checksums of package contents"
        case .mkndx: "Create repository index of apk 3 from packages"
        case .policy: "Show repository policy for packages"
        case .query: "Query information about packages by various criteria"
        case .search: "Search for packages by name or description"
        case .sign: "Sign packages and indexes"
        case .stats: "Count what is installed and offered"
        case .update: "Update repository indexes"
        case .upgrade: "Install newer versions of what is installed"
        case .verify: "Verify package integrity and signature"
        case .version: "Compare package versions or check for newer ones"
        }
    }

    var arguments: StaticString {
        switch self {
        case .add, .del, .fix, .upgrade, .policy: "[PACKAGES...]"
        case .adbdump, .convndx, .extract, .index, .mkndx, .sign, .verify: "FILES..."
        case .audit: "[FOLDERS...]"
        case .cache: "sync | clean | purge | download [PACKAGES...]"
        case .diff: "FILE FILE"
        case .dot, .fetch, .info, .list, .query, .search: "[PATTERNS...]"
        case .manifest: "PACKAGES|FILES..."
        case .stats, .update: ""
        case .version: "[PACKAGES...] | VERSIONS..."
        }
    }
}
