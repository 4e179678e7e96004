import Apk

/// apk's command line: one verb with options, in the words of apk 3.
///
/// Verbs: add, del, upgrade, info, verify, index, version. Exit status 0 if all went well, 1 if not, as apk's.
public struct ApkProgram<Host: ApkHost> {
    let host: Host

    /// The program in its surroundings.
    public init(_ host: Host) { self.host = host }

    /// Does what the words say; they are the argument vector without the program's name. Returns the exit status.
    public func run(_ words: [ByteText]) -> Int32 {
        do throws(ApkError) {
            let line = try CommandLine(words)
            if line.has("help") || (line.verb == nil && !line.has("version")) {
                showHelp(line.verb)
                return line.has("help") ? 0 : 1
            }
            guard let verb = line.verb else {
                host.say("apkfarm apk, in the manner of apk-tools 3.0")
                return 0
            }
            switch verb {
            case .add: return try add(line)
            case .del: return try del(line)
            case .upgrade: return try upgrade(line)
            case .info: return try info(line)
            case .verify: return try verify(line)
            case .index: return try index(line)
            case .version: return version(line)
            }
        } catch {
            host.complain("ERROR: " + error.message)
            return 1
        }
    }

    /// The root that the options name, made if need be, with its state read.
    func open(_ line: CommandLine, makesRoot: Bool) throws(ApkError) -> PackageManager<Host.Machine> {
        let machine = try host.machine(
            root: root(line), keysFolder: line.value("keys-dir"), makesRoot: makesRoot)
        var settings = ManagerSettings()
        if let architecture = line.value("arch") { settings.architecture = architecture }
        for repository in line.values("repository") {
            settings.repositories += Repository.list(repository.bytes)
        }
        settings.allowsUntrusted = line.has("allow-untrusted")
        let manager = PackageManager(machine, settings: settings)
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
        let hasShort = option.short.utf8CodeUnitCount > 0
        let names = (hasShort ? "-\(option.short), " : "    ") + "--\(option.long)"
        return "  " + padded(names + (option.takesValue ? " VALUE" : ""), to: 28) + "\(option.help)"
    }

    private func padded(_ text: String, to width: Int) -> String {
        var padded = text
        for _ in text.utf8.count..<max(width, text.utf8.count + 1) { padded += " " }
        return padded
    }
}
