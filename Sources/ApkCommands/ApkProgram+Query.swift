import Apk

// The verbs that look for packages: list, search, policy, query, dot, fetch.
extension ApkProgram {
    /// The query that the options describe, and the manager with what it looks at loaded.
    func query(
        _ line: CommandLine, _ change: (inout Query) -> Void = { _ in }
    ) throws(ApkError) -> (query: Query, manager: PackageManager<Host.Machine>) {
        var query = Query()
        if let fields = line.value("match") { query.fields = try QueryField.list(fields) }
        query.showsAllVersions = line.has("all-matches")
        query.matchesAnywhere = line.has("search")
        query.onlyAvailable = line.has("available")
        query.onlyInstalled = line.has("installed")
        query.onlyOrphaned = line.has("orphaned")
        query.onlyUpgradable = line.has("upgradable")
        change(&query)
        let manager = try open(line, makesRoot: false)
        try loadRepositories(manager, line, all: true)
        return (query, manager)
    }

    /// Loads what is offered; a repository that cannot be used is said, as apk goes on without it.
    func loadRepositories(
        _ manager: PackageManager<Host.Machine>, _ line: CommandLine, all: Bool
    ) throws(ApkError) {
        if let from = line.value("from"), from == "installed" || from == "none" { return }
        try manager.loadRepositories { error in host.complain("WARNING: opening \(error.message)") }
    }

    /// The numbers of what was found, each once, in the order for people; with `--recursive` what a world of the
    /// words would install.
    func found(
        _ query: Query, _ line: CommandLine, _ manager: PackageManager<Host.Machine>
    ) throws(ApkError) -> (numbers: [Int], status: Int32) {
        let catalogue = Catalogue(manager)
        var numbers: Set<Int> = []
        var status: Int32 = 0
        if line.has("recursive") || line.has("world") {
            var world = line.has("world") ? manager.world : []
            for word in line.arguments { world.append(try worldAtom(word)) }
            for entry in try manager.solve(world).packages {
                for (number, candidate) in catalogue.candidates.enumerated()
                where candidate.entry.name == entry.name && candidate.entry.version == entry.version {
                    numbers.insert(number)
                }
            }
        } else {
            let (found, missing) = query.matches(line.arguments, in: manager)
            for match in found { if let number = match.candidate { numbers.insert(number) } }
            status = missing
        }
        return (catalogue.sorted.filter { numbers.contains($0) }, status)
    }

    func list(_ line: CommandLine) throws(ApkError) -> Int32 {
        let isManifest = line.has("manifest")
        let (query, manager) = try query(line) { query in
            query.emptyMatchesAll = true
            query.showsAllVersions = true
            if line.has("origin") {
                query.fields = [.origin]
            } else if line.has("depends") {
                query.fields = [.depends]
            } else if line.has("providers") {
                query.fields = [.name, .provides]
            }
            query.onlyInstalled = query.onlyInstalled || isManifest
            query.onlyUpgradable = query.onlyUpgradable || line.has("upgradeable")
        }
        let catalogue = Catalogue(manager)
        if try line.wantsDocument() {
            return showDocument(try found(query, line, manager).numbers, line, catalogue)
        }
        var rows: [(name: PackageName, number: Int)] = []
        for match in query.matches(line.arguments, in: manager).found {
            guard let number = match.candidate else { continue }
            let name = match.name ?? catalogue.candidates[number].entry.name
            if !rows.contains(where: { $0.number == number && $0.name == name }) {
                rows.append((name, number))
            }
        }
        rows.sort { left, right in
            if left.name != right.name { return Catalogue<Host.Machine>.precedes(left.name, right.name) }
            let a = catalogue.candidates[left.number].entry
            let b = catalogue.candidates[right.number].entry
            return a.name == b.name ? a.version < b.version : Catalogue<Host.Machine>.precedes(a.name, b.name)
        }
        for (name, number) in rows {
            let entry = catalogue.candidates[number].entry
            let start = line.has("providers") ? "<\(name)> " : ""
            if isManifest {
                host.say("\(start)\(entry.name) \(entry.version)")
            } else if line.verbosity == 0 {
                host.say("\(start)\(entry.name)")
            } else {
                host.say(start + listed(number, line.verbosity, catalogue))
            }
        }
        return 0
    }

    private func listed(_ number: Int, _ verbosity: Int, _ catalogue: Catalogue<Host.Machine>) -> String {
        let candidate = catalogue.candidates[number]
        let entry = candidate.entry
        let origin = entry.origin.flatMap { $0.isEmpty ? nil : $0 } ?? entry.name.text
        var row = "\(entry.label) \(entry.architecture ?? "") {\(origin)} (\(entry.license))"
        if candidate.isInstalled {
            row += " [installed]"
        } else if let old = catalogue.upgraded(by: number) {
            row += " [upgradable from: \(old.label)]"
        }
        if verbosity > 1 { row += "\n  \(entry.summary)\n" }
        if verbosity > 2 { row += "  <\(entry.url)>\n" }
        return row
    }

    func search(_ line: CommandLine) throws(ApkError) -> Int32 {
        let (query, manager) = try query(line) { query in
            query.emptyMatchesAll = true
            query.matchesAnywhere = !line.has("exact") && !line.has("has-origin")
            query.showsAllVersions = query.showsAllVersions || line.has("all")
            query.fields = [.name, .provides]
            if line.has("description") {
                query.fields.append(.description)
                query.matchesAnywhere = true
                query.showsAllVersions = true
            }
            if line.has("has-origin") {
                query.fields.append(.origin)
                query.showsAllVersions = true
            }
        }
        let catalogue = Catalogue(manager)
        let (numbers, status) = try found(query, line, manager)
        if try line.wantsDocument() { return showDocument(numbers, line, catalogue) }
        for number in numbers {
            let entry = catalogue.candidates[number].entry
            guard line.has("rdepends") else {
                host.say(searched(entry, line))
                continue
            }
            if line.verbosity > 0 { host.say("\(entry.label) is required by:") }
            for user in catalogue.users(of: number, onlyInstalled: false, { $0.dependencies }) {
                host.say(searched(catalogue.candidates[user].entry, line))
            }
        }
        return status
    }

    private func searched(_ entry: IndexEntry, _ line: CommandLine) -> String {
        var text = entry.name.description
        let showsOrigin = line.has("origin")
        if showsOrigin, let origin = entry.origin, !origin.isEmpty { text = origin.description }
        if line.verbosity > 0 { text += "-\(entry.version)" }
        if line.verbosity > 1, !showsOrigin { text += " - \(entry.summary)" }
        return text
    }

    func policy(_ line: CommandLine) throws(ApkError) -> Int32 {
        let (query, manager) = try query(line) { $0.showsAllVersions = true }
        let catalogue = Catalogue(manager)
        let numbers = try found(query, line, manager).numbers
        if try line.wantsDocument() {
            return showDocument(numbers, line, catalogue, [.name, .version, .repositories])
        }
        var name: PackageName?
        var tags: [ByteText?] = [nil]
        for (_, repository, _) in manager.repositories where !tags.contains(repository.tag) {
            tags.append(repository.tag)
        }
        for number in numbers {
            let candidate = catalogue.candidates[number]
            if candidate.entry.name != name {
                name = candidate.entry.name
                host.say("\(candidate.entry.name) policy:")
            }
            host.say("  \(candidate.entry.version):")
            if candidate.isInstalled { host.say("    lib/apk/db/installed") }
            for (number, repository, _) in manager.repositories where candidate.repositories.contains(number)
            {
                // As apk: every tag under which any repository offers it.
                for tag in tags
                where manager.repositories.contains(where: {
                    $0.repository.tag == tag && candidate.repositories.contains($0.number)
                }) {
                    host.say("    " + (tag.map { "@\($0) " } ?? "") + repository.location.description)
                }
            }
        }
        return 0
    }

    func queryVerb(_ line: CommandLine) throws(ApkError) -> Int32 {
        let (query, manager) = try query(line)
        let catalogue = Catalogue(manager)
        let numbers = try found(query, line, manager).numbers
        let fields =
            try line.value("fields").map { text throws(ApkError) in try QueryField.list(text) }
            ?? QueryField.usual
        // As apk: what was not found is no failure, a field that a package cannot have is one.
        let isPartial =
            line.value("fields") != "all" && fields.contains { $0.isOfInstalled }
            && numbers.contains { !catalogue.candidates[$0].isInstalled }
        let status: Int32 = isPartial ? 1 : 0
        if try line.wantsDocument() {
            _ = showDocument(numbers, line, catalogue, fields)
            return status
        }
        for (place, number) in numbers.enumerated() {
            if place > 0 { host.say("") }
            for field in fields {
                guard let value = field.value(of: number, catalogue) else { continue }
                switch value {
                case .text(let text): host.say("\(field.heading): \(text)")
                case .number(let number): host.say("\(field.heading): \(number)")
                case .list(let values), .openList(let values): say(values, of: field)
                default: break
                }
            }
        }
        return status
    }

    /// A list as apk shows it: files and repositories one a line, other things side by side in lines of 80 bytes or little
    /// more.
    private func say(_ values: [JSONValue], of field: QueryField) {
        var text = "\(field.heading):"
        // As in apk the blank behind the heading does not count.
        var width = text.utf8.count - 1
        for case .text(let value) in values {
            if field.isShownInLines {
                text += "\n  \(value)"
                continue
            }
            if width >= 80 {
                text += "\n  "
                width = 2
            } else {
                text += " "
                width += 1
            }
            text += "\(value)"
            width += value.bytes.count
        }
        host.say(text)
    }

    /// Shows packages as a list, JSON or YAML.
    func showDocument(
        _ numbers: [Int], _ line: CommandLine, _ catalogue: Catalogue<Host.Machine>,
        _ usual: [QueryField] = [
            .name, .version, .description, .arch, .license, .origin, .url, .fileSize, .status,
        ], isForInfo: Bool = false
    ) -> Int32 {
        var fields = usual
        if let text = line.value("fields") {
            do throws(ApkError) {
                fields = try QueryField.list(text)
            } catch {
                host.complain("ERROR: " + error.message)
                return 1
            }
        }
        var rows: [JSONValue] = []
        for number in numbers {
            var members: [(key: StaticString, value: JSONValue)] = []
            for field in fields {
                if let value = field.value(of: number, catalogue, isForInfo: isForInfo) {
                    members.append((field.key, value))
                }
            }
            rows.append(.object(members))
        }
        host.say(JSONValue.list(rows).document(line.format))
        return 0
    }

    /// An atom as it may stand in the world. Throws in apk's words.
    func worldAtom(_ word: ByteText) throws(ApkError) -> DependencyAtom {
        do throws(ApkError) {
            return try DependencyAtom(bytes: word.bytes[...])
        } catch {
            throw ApkError(
                .usage,
                "'\(word)' is not a valid world dependency, format is name(@tag)([<>~=]version)")
        }
    }
}
