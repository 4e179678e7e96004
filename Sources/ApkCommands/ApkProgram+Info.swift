import Apk

// The verb that says what is known: info.
extension ApkProgram {
    func info(_ line: CommandLine) throws(ApkError) -> Int32 {
        let manager = try open(line, makesRoot: false)
        if line.has("who-owns") { return whoOwns(line, manager.database) }
        if line.has("installed") || line.has("exists") { return installed(line, manager.database) }
        if line.arguments.isEmpty, try !line.wantsDocument() {
            for package in manager.database.packages.sorted(by: {
                Catalogue<Host.Machine>.precedes($0.entry.name, $1.entry.name)
            }) {
                host.say(oneLine(package.entry, max(1, line.verbosity)))
            }
            return 0
        }
        if !line.values("repository").isEmpty || !line.arguments.isEmpty {
            // What is installed is known anyway: without a word about repositories that nobody named.
            let isAsked = !line.values("repository").isEmpty
            try manager.loadRepositories { error in
                if isAsked { host.complain("WARNING: opening \(error.message)") }
            }
        }
        var query = Query()
        query.fields =
            try line.value("match").map { text throws(ApkError) in try QueryField.list(text) }
            ?? [.name, .provides]
        query.showsAllVersions = true
        query.emptyMatchesAll = true
        query.onlyInstalled = line.arguments.isEmpty
        let (numbers, status) = try found(query, line, manager)
        let catalogue = Catalogue(manager)
        if try line.wantsDocument() {
            return showDocument(numbers, line, catalogue, jsonFields(line), isForInfo: true)
        }
        var isPartial = false
        for number in numbers {
            let candidate = catalogue.candidates[number]
            let known = candidate.isInstalled ? manager.database.package(named: candidate.entry.name) : nil
            isPartial = isPartial || known == nil
            show(known ?? InstalledPackage(entry: candidate.entry), isInstalled: known != nil, line, manager)
        }
        return status == 0 && isPartial && line.has("all") ? 1 : status
    }

    private func oneLine(_ entry: IndexEntry, _ verbosity: Int) -> String {
        var text = entry.name.description
        if verbosity > 1 { text += "-\(entry.version)" }
        if verbosity > 2 { text += " - \(entry.summary)" }
        return text
    }

    private func jsonFields(_ line: CommandLine) -> [QueryField] {
        if line.has("all") { return QueryField.allCases }
        var fields: [QueryField] = [.name, .version]
        for section in Section.allCases where line.has(section.option) {
            fields.append(section.field)
        }
        if fields.count == 2 { fields += [.description, .url, .installedSize] }
        return fields
    }

    private func installed(_ line: CommandLine, _ database: InstalledDatabase) -> Int32 {
        var status: Int32 = 0
        for word in line.arguments {
            let atom: DependencyAtom
            do throws(ApkError) {
                atom = try DependencyAtom(bytes: word.bytes[...])
            } catch {
                // Nothing of such a name can be installed. For some of these words apk answers as if it were.
                status += 1
                continue
            }
            let found = database.packages.first { package in
                if package.entry.name == atom.name {
                    return atom.accepts(version: package.entry.version, identity: package.entry.identity)
                }
                return package.entry.provides.contains {
                    $0.name == atom.name && atom.accepts(version: $0.version, identity: nil)
                }
            }
            if let found, found.entry.name == atom.name || !atom.isConflict {
                if line.verbosity > 0 { host.say(oneLine(found.entry, line.verbosity)) }
            } else {
                status += 1
            }
        }
        return status
    }

    private func whoOwns(_ line: CommandLine, _ database: InstalledDatabase) -> Int32 {
        var status: Int32 = 0
        var names: Set<PackageName> = []
        for word in line.arguments {
            var path = word.bytes[...]
            while path.first == UInt8(ascii: "/") { path = path.dropFirst() }
            if let owner = owner(of: ByteText(path), database) {
                if line.verbosity == 0 {
                    names.insert(owner.name)
                } else {
                    host.say("\(word) is owned by \(owner.label)")
                }
            } else {
                host.complain("ERROR: \(word): Could not find owner package")
                status += 1
            }
        }
        for name in names.sorted(by: { Catalogue<Host.Machine>.precedes($0, $1) }) {
            host.say(name.description)
        }
        return status
    }

    private func owner(of path: ByteText, _ database: InstalledDatabase) -> IndexEntry? {
        let parent = SafePath.parent(of: path) ?? ByteText()
        let name = SafePath.name(of: path)
        for package in database.packages {
            for folder in package.folders where folder.path == parent {
                if folder.files.contains(where: { $0.name == name }) { return package.entry }
            }
        }
        return nil
    }

    /// A package's parts; what only an installed package has is left out of one that is offered.
    private func show(
        _ package: InstalledPackage, isInstalled: Bool, _ line: CommandLine,
        _ manager: PackageManager<Host.Machine>
    ) {
        let wished = Section.allCases.filter { line.has("all") || line.has($0.option) }
        for section in wished.isEmpty ? [.description, .webpage, .size] : wished
        where isInstalled || !section.isOfInstalled {
            let rows = rows(section, package, manager)
            let name = package.entry.name
            switch section.form {
            case .text where line.verbosity > 1: host.say("\(name): \(rows[0])")
            case .list where line.verbosity > 1: host.say("\(name): " + rows.map { $0 + " " }.joined())
            case .lines(let start) where line.verbosity > 1:
                for row in rows { host.say("\(name): \(start)\(row)") }
                host.say("")
            case .text:
                host.say("\(package.entry.label) \(section.heading):")
                host.say(rows[0])
                host.say("")
            case .list, .lines:
                if line.verbosity > 0 { host.say("\(package.entry.label) \(section.heading):") }
                for row in rows { host.say(row) }
                host.say("")
            }
        }
    }

    private func rows(
        _ section: Section, _ package: InstalledPackage, _ manager: PackageManager<Host.Machine>
    ) -> [String] {
        let entry = package.entry
        switch section {
        case .description: return [entry.summary.description]
        case .webpage: return [entry.url.description]
        case .size: return [HumanSize.text(entry.installedSize)]
        case .depends: return entry.dependencies.map { $0.description }
        case .provides: return entry.provides.map { $0.description }
        case .requiredBy:
            return manager.database.packages.filter { $0.entry.name != entry.name && needs($0.entry, entry) }
                .map { $0.entry.label }
        case .contents:
            return package.folders.flatMap { folder in folder.files.map { folder.path(of: $0).description } }
        case .triggers: return manager.triggers(of: entry).map { $0.description }
        case .installIf: return entry.installIf.map { $0.description }
        case .affects:
            return manager.database.packages
                .filter { other in other.entry.installIf.contains { !$0.isConflict && $0.name == entry.name }
                }
                .map { $0.entry.label }
        case .replaces: return package.replaces.map { $0.description }
        case .license: return [entry.license.description]
        }
    }
}

/// A part of what `info` tells, in apk's order.
private enum Section: CaseIterable {
    case description, webpage, size, depends, provides, requiredBy, contents, triggers, installIf, affects
    case replaces, license

    var option: StaticString {
        switch self {
        case .description: "description"
        case .webpage: "webpage"
        case .size: "size"
        case .depends: "depends"
        case .provides: "provides"
        case .requiredBy: "rdepends"
        case .contents: "contents"
        case .triggers: "triggers"
        case .installIf: "install-if"
        case .affects: "rinstall-if"
        case .replaces: "replaces"
        case .license: "license"
        }
    }

    /// How a part is shown on a line of its own when much is said.
    enum Form {
        case text, list
        case lines(StaticString)
    }

    var form: Form {
        switch self {
        case .description, .webpage, .size, .license: .text
        case .contents: .lines("")
        case .triggers: .lines("trigger ")
        default: .list
        }
    }

    /// Whether only an installed package has it.
    var isOfInstalled: Bool {
        switch self {
        case .requiredBy, .contents, .triggers, .affects, .replaces: true
        default: false
        }
    }

    var field: QueryField {
        switch self {
        case .description: .description
        case .webpage: .url
        case .size: .installedSize
        case .depends: .depends
        case .provides: .provides
        case .requiredBy: .reverseDepends
        case .contents: .contents
        case .triggers: .triggers
        case .installIf: .installIf
        case .affects: .reverseInstallIf
        case .replaces: .replaces
        case .license: .license
        }
    }

    var heading: StaticString {
        switch self {
        case .description: "description"
        case .webpage: "webpage"
        case .size: "installed size"
        case .depends: "depends on"
        case .provides: "provides"
        case .requiredBy: "is required by"
        case .contents: "contains"
        case .triggers: "triggers"
        case .installIf: "has auto-install rule"
        case .affects: "affects auto-installation of"
        case .replaces: "replaces"
        case .license: "license"
        }
    }
}
