import Apk

// version: compares, checks, and says what could be upgraded.
extension ApkProgram {
    func version(_ line: CommandLine) throws(ApkError) -> Int32 {
        if line.has("check") {
            var status: Int32 = 0
            for word in line.arguments where !PackageVersion.isValid(word.bytes[...]) {
                if line.verbosity > 0 { host.say(word.description) }
                status += 1
            }
            return status
        }
        if line.has("test") { return test(line.arguments) }
        let manager = try open(line, makesRoot: false)
        try loadRepositories(manager, line, all: true)
        if line.has("indexes") {
            for (_, repository, status) in manager.repositories where status.isAvailable {
                host.say("\(status.description) [\(repository.location)]")
            }
            return 0
        }
        return try showVersions(line, manager)
    }

    private func test(_ words: [ByteText]) -> Int32 {
        guard words.count == 2 else { return 1 }
        do throws(ApkError) {
            let left = try PackageVersion(bytes: words[0].bytes[...])
            switch left.compare(try PackageVersion(bytes: words[1].bytes[...])) {
            case .less: host.say("<")
            case .equal: host.say("=")
            case .greater: host.say(">")
            }
            return 0
        } catch {
            // As apk 3: no word about a version that is none; `--check` names it.
            return 1
        }
    }

    private struct Row {
        let label: String
        let name: PackageName
        let sign: StaticString
        let latest: IndexEntry
        let tag: ByteText
    }

    private func showVersions(
        _ line: CommandLine, _ manager: PackageManager<Host.Machine>
    ) throws(ApkError) -> Int32 {
        let catalogue = Catalogue(manager)
        var limit = line.value("limit") ?? ByteText()
        if line.value("limit") == nil, line.arguments.isEmpty, line.verbosity == 1 { limit = "<" }
        var rows: [Row] = []
        var width = 39
        for number in catalogue.sorted where catalogue.candidates[number].isInstalled {
            let installed = catalogue.candidates[number].entry
            guard
                line.arguments.isEmpty
                    || line.arguments.contains(where: { Wildcard.matches($0, installed.name.text) })
            else { continue }
            let (latest, tag) = latest(number, catalogue, all: line.has("all"))
            let sign: StaticString =
                switch installed.version.compare(latest.version) {
                case .less: "<"
                case .equal: "="
                case .greater: ">"
                }
            guard limit.isEmpty || sign.withUTF8Buffer({ limit.bytes.contains($0[0]) }) else { continue }
            rows.append(
                Row(label: installed.label, name: installed.name, sign: sign, latest: latest, tag: tag))
            width = max(width, installed.label.utf8.count)
        }
        if try line.wantsDocument() {
            let values = rows.map { row in
                JSONValue.object([
                    ("name", .text(row.name.text)), ("installed", .text(ByteText(row.label))),
                    ("order", .text(ByteText(stringLiteral: row.sign))),
                    ("available", .text(row.latest.version.text)),
                ])
            }
            host.say(JSONValue.list(values).document(line.format))
            return 0
        }
        if line.verbosity > 0 { host.say(filled("Installed:", to: width) + "   Available:") }
        for row in rows {
            host.say(
                line.verbosity == 0
                    ? row.name.description
                    : filled(row.label, to: width) + " \(row.sign) \(row.latest.version) \(row.tag)")
        }
        return 0
    }

    /// The newest version that may replace an installed one, with the tag to be shown.
    private func latest(
        _ number: Int, _ catalogue: Catalogue<Host.Machine>, all: Bool
    ) -> (IndexEntry, ByteText) {
        let manager = catalogue.manager
        var latest = catalogue.candidates[number].entry
        let own = manager.database.package(named: latest.name)?.repositoryTag
        var repositories: [Int] = []
        for candidate in catalogue.candidates where candidate.entry.name == latest.name {
            let offers = manager.repositories.filter { source in
                candidate.repositories.contains(source.number)
                    && (all || source.repository.tag == nil || source.repository.tag == own)
            }
            guard !offers.isEmpty else { continue }
            switch candidate.entry.version.compare(latest.version) {
            case .greater:
                latest = candidate.entry
                repositories = offers.map { $0.number }
            case .equal: repositories += offers.map { $0.number }
            case .less: break
            }
        }
        for (number, repository, _) in manager.repositories {
            if let tag = repository.tag, repositories.contains(number) { return (latest, "@" + tag) }
        }
        return (latest, ByteText())
    }

    private func filled(_ text: String, to width: Int) -> String {
        var filled = text
        for _ in text.utf8.count..<max(width, text.utf8.count) { filled += " " }
        return filled
    }
}
