import Apk

/// apk's command line: one verb with options, in the words of apk 3.
///
/// Exit status 0 if all went well, else 1 or the number of words that led to nothing, as apk's.
public struct ApkProgram<Host: ApkHost> {
    let host: Host
    private let settings: ManagerSettings

    /// The program in its surroundings. `settings` are what options start from.
    public init(_ host: Host, settings: ManagerSettings = ManagerSettings()) {
        self.host = host
        self.settings = settings
    }

    /// Does what the words say; they are the argument vector without the program's name. Returns the exit status.
    public func run(_ words: [ByteText]) -> Int32 {
        do throws(ApkError) {
            let line = try CommandLine(words)
            if line.has("print-arch") {
                host.say("\(line.value("arch") ?? settings.architecture)")
                return 0
            }
            if line.has("help") || (line.verb == nil && !line.has("version")) {
                showHelp(line.verb)
                return line.has("help") ? 0 : 1
            }
            guard let verb = line.verb else {
                host.say("apkfarm apk, in the manner of apk-tools 3.0")
                return 0
            }
            let status = try run(verb, line)
            // Only eight bits of a status reach the caller.
            return min(status, 99)
        } catch {
            host.complain("ERROR: " + error.message)
            return 1
        }
    }

    private func run(_ verb: Verb, _ line: CommandLine) throws(ApkError) -> Int32 {
        switch verb {
        case .add: try add(line)
        case .adbdump: try adbdump(line)
        case .audit: try audit(line)
        case .cache: try cache(line)
        case .convndx: try convndx(line)
        case .del: try del(line)
        case .diff: try diff(line)
        case .dot: try dot(line)
        case .extract: try extract(line)
        case .fetch: try fetch(line)
        case .fix: try fix(line)
        case .index: try index(line)
        case .info: try info(line)
        case .list: try list(line)
        case .manifest: try manifest(line)
        case .mkndx: try mkndx(line)
        case .policy: try policy(line)
        case .query: try queryVerb(line)
        case .search: try search(line)
        case .sign: try sign(line)
        case .stats: try stats(line)
        case .update: try update(line)
        case .upgrade: try upgrade(line)
        case .verify: try verify(line)
        case .version: try version(line)
        }
    }

    /// The root that the options name, made if need be, with its state read.
    func open(
        _ line: CommandLine, makesRoot: Bool, locks: Bool = false, asksForNewer: Bool = false
    ) throws(ApkError) -> PackageManager<Host.Machine> {
        let machine = try host.machine(
            root: root(line), keysFolder: line.value("keys-dir"), makesRoot: makesRoot)
        var settings = settings
        if let architecture = line.value("arch") { settings.architecture = architecture }
        for repository in line.values("repository") {
            settings.repositories += Repository.list(repository.bytes)
        }
        settings.repositoriesFile = line.value("repositories-file")
        settings.allowsUntrusted = line.has("allow-untrusted")
        settings.allowsOlderIndexes = line.has("allow-older-index")
        settings.usesNetwork = line.isOn("network", unlessSaid: true)
        settings.usesCache = line.isOn("cache", unlessSaid: true)
        settings.cacheFolder = line.value("cache-dir")
        settings.now = host.now
        if let minutes = line.value("cache-max-age") {
            guard let age = DecimalNumber.value(minutes) else {
                throw ApkError(.usage, "command line: option 'cache-max-age' takes minutes, not '\(minutes)'")
            }
            settings.cacheAge = age * 60
        }
        if asksForNewer || line.has("update-cache") || line.has("force-refresh") { settings.cacheAge = 0 }
        let manager = PackageManager(machine, settings: settings)
        if locks { try machine.lock() }
        try manager.open()
        return manager
    }

    func root(_ line: CommandLine) -> ByteText { line.value("root") ?? "/" }

    private func showHelp(_ verb: Verb?) {
        host.say("usage: apk [OPTIONS...] COMMAND [ARGUMENTS...]")
        if let verb {
            host.say("       apk \(verb.name) [OPTIONS...] \(verb.arguments)\n\n\(verb.help)\n\nOptions:")
            for option in OptionTable.all where option.verbs.contains(verb) { host.say(row(option)) }
        } else {
            host.say("\nCommands:")
            for verb in Verb.allCases { host.say("  " + padded("\(verb.name)", to: 22) + "\(verb.help)") }
        }
        host.say("\nOptions of all commands:")
        for option in OptionTable.all where option.verbs.isEmpty { host.say(row(option)) }
        host.say("\nExample: apk add --root DIR --keys-dir repo/keys --repository repo/edge/main busybox")
    }

    private func row(_ option: CommandLine.Option) -> String {
        var names = "    "
        if option.short.utf8CodeUnitCount > 0 {
            let letter = option.short.withUTF8Buffer { ByteText([$0[0]]) }
            names = "-\(letter), "
        }
        names += option.isSwitch ? "--[no-]\(option.long)" : "--\(option.long)"
        return "  " + padded(names + (option.takesValue ? " VALUE" : ""), to: 28) + "\(option.help)"
    }

    private func padded(_ text: String, to width: Int) -> String {
        var padded = text
        for _ in text.utf8.count..<max(width, text.utf8.count + 1) { padded += " " }
        return padded
    }
}

/// Numbers of the command line.
enum DecimalNumber {
    /// A number without sign of up to nine digits.
    static func value(_ text: ByteText) -> Int64? {
        guard !text.isEmpty, text.bytes.count < 10 else { return nil }
        var value: Int64 = 0
        for byte in text.bytes {
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
            value = value * 10 + Int64(byte - UInt8(ascii: "0"))
        }
        return value
    }
}
