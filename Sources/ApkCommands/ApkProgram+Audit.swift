import Apk

// audit: which files of the root are not as packages brought them.
extension ApkProgram {
    func audit(_ line: CommandLine) throws(ApkError) -> Int32 {
        let manager = try open(line, makesRoot: false)
        let mode: Audit<Host.Machine>.Mode =
            line.has("full") ? .full : line.has("system") ? .system : .backup
        var audit = Audit(manager, mode: mode)
        audit.checksPermissions = line.has("check-permissions")
        audit.goesIntoNewFolders = line.has("recursive")
        audit.skipsBusyboxLinks = line.has("ignore-busybox-symlinks")
        if line.arguments.isEmpty { try audit.walk(ByteText()) }
        for word in line.arguments {
            guard word.bytes.first == UInt8(ascii: "/") else {
                host.complain("WARNING: \(word): relative path skipped.")
                continue
            }
            var path = word.bytes[...].dropFirst()
            while path.last == UInt8(ascii: "/") { path = path.dropLast() }
            try audit.walk(ByteText(path))
        }
        audit.addMissing()
        show(audit, line, wantsDocument: try line.wantsDocument())
        return 0
    }

    private func show(_ audit: Audit<Host.Machine>, _ line: CommandLine, wantsDocument: Bool) {
        if wantsDocument {
            let rows = audit.findings.map { finding in
                var members: [(key: StaticString, value: JSONValue)] = [
                    ("status", .text(finding.letter)), ("path", .text(finding.path)),
                ]
                if let owner = finding.owner { members.append(("package", .text(owner.name.text))) }
                return JSONValue.object(members)
            }
            return host.say(JSONValue.list(rows).document(line.format))
        }
        var named: Set<PackageName> = []
        for finding in audit.findings {
            if line.has("packages") {
                guard let owner = finding.owner, named.insert(owner.name).inserted else { continue }
                host.say(line.verbosity < 1 ? owner.name.description : owner.label)
            } else if line.verbosity < 1 {
                host.say(finding.path.description)
            } else {
                if line.has("details") { for detail in finding.details { host.say(detail) } }
                host.say("\(finding.letter) \(finding.path)")
            }
        }
    }
}

/// Compares a root with its database, by apk's rules and letters (apk-audit(8)).
struct Audit<Machine: ApkMachine> {
    enum Mode { case backup, system, full }

    struct Finding {
        /// A new, U changed, X missing, D or d new folder, M or m other mode or owner, e cannot be read.
        let letter: ByteText
        let path: ByteText
        let owner: IndexEntry?
        let details: [String]
    }

    /// How far the files of a folder are the user's.
    private enum Protection { case none, changed, all, linksOnly, ignored }

    var checksPermissions = false
    var goesIntoNewFolders = false
    var skipsBusyboxLinks = false
    private(set) var findings: [Finding] = []
    private let machine: Machine
    private let mode: Mode
    private var owned: [ByteText: (package: IndexEntry, file: InstalledFile)] = [:]
    private var folders: [ByteText: FileOwnership] = [:]
    private var seen: Set<ByteText> = []
    private var walked: Set<ByteText> = []

    init(_ manager: PackageManager<Machine>, mode: Mode) {
        machine = manager.machine
        self.mode = mode
        for package in manager.database.packages {
            for folder in package.folders {
                folders[folder.path] = folder.ownership
                for file in folder.files { owned[folder.path(of: file)] = (package.entry, file) }
            }
        }
    }

    /// Looks at all that is below a folder.
    mutating func walk(_ folder: ByteText) throws(ApkError) {
        walked.insert(folder)
        for name in try machine.names(in: folder) ?? [] {
            let path = folder.isEmpty ? name : folder + "/" + name
            if case .folder? = try machine.status(path) {
                try enter(path)
            } else {
                try look(path)
            }
        }
    }

    private mutating func enter(_ path: ByteText) throws(ApkError) {
        let protection = self.protection(path)
        switch mode {
        case .backup:
            guard protection != .none || path == "etc" else { return }
            if protection == .ignored { return }
        case .system: guard folders[path] != nil else { return }
        case .full: if protection != .none { return try walk(path) }
        }
        if let expected = folders[path] {
            if checksPermissions, let actual = try machine.ownership(path),
                actual.mode != expected.mode || actual.userID != expected.userID
                    || actual.groupID != expected.groupID
            {
                add("m", path + "/", nil, details(expected, actual, nil, nil))
            }
        } else {
            add(goesIntoNewFolders ? "d" : "D", path + "/", nil, [])
            if !goesIntoNewFolders { return }
        }
        try walk(path)
    }

    private mutating func look(_ path: ByteText) throws(ApkError) {
        seen.insert(path)
        let known = owned[path]
        var isLink = false
        if case .symbolicLink(let target)? = try machine.status(path) {
            isLink = true
            if known == nil, skipsBusyboxLinks,
                target == "/bin/busybox" || target == "/bin/bbsuid" || target == "/bin/busybox-extras"
            {
                return
            }
        }
        let protection = self.protection(path)
        switch (mode, protection) {
        case (.full, .changed), (.full, .all), (.full, .ignored): return
        case (.full, .linksOnly): if isLink { return }
        case (.backup, .none), (.backup, .ignored): return
        case (.backup, .linksOnly): if !isLink { return }
        case (.system, let protection): if known == nil || protection != .none { return }
        default: break
        }
        if mode == .backup, known == nil, path.hasSuffix(".apk-new") { return }
        if mode == .backup, protection == .all { return add("A", path, known?.package, []) }
        guard let known else { return add("A", path, nil, []) }
        try compare(path, known)
    }

    private mutating func compare(
        _ path: ByteText, _ known: (package: IndexEntry, file: InstalledFile)
    ) throws(ApkError) {
        let digest: [UInt8]
        switch try machine.status(path) {
        case .file?:
            var hasher = HashingConsumer<Machine.SHA1>()
            try machine.read(file: path, into: &hasher)
            digest = hasher.digest.finish()
        case .symbolicLink(let target)?: digest = Machine.SHA1.digest(of: target.bytes)
        default: return add("e", path, known.package, [])
        }
        let actual = PackageIdentity(sha1: digest)?.text
        let ownership = try machine.ownership(path)
        let expected = known.file.ownership
        if actual != known.file.checksum {
            add("U", path, known.package, details(expected, ownership, known.file.checksum, actual))
        } else if checksPermissions, let ownership,
            ownership.mode != expected.mode || ownership.userID != expected.userID
                || ownership.groupID != expected.groupID
        {
            add("M", path, known.package, details(expected, ownership, known.file.checksum, actual))
        }
    }

    /// Adds files of packages that are not there, of folders that were looked at.
    mutating func addMissing() {
        guard mode != .backup else { return }
        for path in owned.keys.sorted() where !seen.contains(path) && protection(path) != .ignored {
            guard walked.contains(SafePath.parent(of: path) ?? ByteText()) else { continue }
            add("X", path, owned[path]?.package, [])
        }
    }

    private mutating func add(
        _ letter: ByteText, _ path: ByteText, _ owner: IndexEntry?, _ details: [String]
    ) {
        findings.append(Finding(letter: letter, path: path, owner: owner, details: details))
    }

    private func details(
        _ expected: FileOwnership, _ actual: FileOwnership?, _ before: ByteText?, _ now: ByteText?
    ) -> [String] {
        var lines = ["- " + described(expected, before)]
        if let actual { lines.append("+ " + described(actual, now)) }
        return lines
    }

    private func described(_ ownership: FileOwnership, _ checksum: ByteText?) -> String {
        var digits: [UInt8] = []
        var rest = ownership.mode
        repeat {
            digits.insert(UInt8(ascii: "0") + UInt8(rest & 7), at: 0)
            rest >>= 3
        } while rest > 0
        var text = "mode=\(ByteText(digits)) uid=\(ownership.userID) gid=\(ownership.groupID)"
        // A checksum that cannot be read is left out.
        if let digest = PackageIdentity.sha1(spelledBy: checksum) {
            text += " hash=\(ByteText(Hexadecimal.encode(digest)))"
        }
        return text
    }

    /// apk's protected paths: `etc`, of `etc/init.d` only links, of `etc/apk` all; with `--full` also what belongs to
    /// the running system.
    private func protection(_ path: ByteText) -> Protection {
        if isAt(path, "etc/init.d") { return .linksOnly }
        if mode != .full, isAt(path, "etc/apk") { return .all }
        if isAt(path, "etc") { return .changed }
        guard mode == .full else { return .none }
        let ignored: [StaticString] = [
            "dev", "home", "lib/apk", "lib/rc/cache", "proc", "root", "run", "sys", "tmp", "var",
        ]
        for folder in ignored where isAt(path, folder) { return .ignored }
        return .none
    }

    private func isAt(_ path: ByteText, _ folder: StaticString) -> Bool {
        guard path.hasPrefix(folder) else { return false }
        let length = folder.utf8CodeUnitCount
        return path.bytes.count == length || path.bytes[length] == UInt8(ascii: "/")
    }
}

/// Digests what it is given.
private struct HashingConsumer<Digest: StreamingDigest>: ByteConsumer {
    var digest = Digest()

    mutating func take(_ bytes: UnsafeRawBufferPointer) throws(ApkError) { digest.update(bytes) }
}
