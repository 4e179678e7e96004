import Apk

/// What is known about a package, by apk 3's names (apk-query(8)).
enum QueryField: CaseIterable {
    case query, error, package, name, version, description, arch, license, origin, maintainer, url, commit
    case buildTime, installedSize, fileSize, providerPriority, depends, provides, installIf, repositories
    case downloadURL, reverseDepends, reverseInstallIf, contents, triggers, scripts, replacesPriority
    case replaces, status

    var key: StaticString {
        switch self {
        case .query: "query"
        case .error: "error"
        case .package: "package"
        case .name: "name"
        case .version: "version"
        case .description: "description"
        case .arch: "arch"
        case .license: "license"
        case .origin: "origin"
        case .maintainer: "maintainer"
        case .url: "url"
        case .commit: "commit"
        case .buildTime: "build-time"
        case .installedSize: "installed-size"
        case .fileSize: "file-size"
        case .providerPriority: "provider-priority"
        case .depends: "depends"
        case .provides: "provides"
        case .installIf: "install-if"
        case .repositories: "repositories"
        case .downloadURL: "download-url"
        case .reverseDepends: "reverse-depends"
        case .reverseInstallIf: "reverse-install-if"
        case .contents: "contents"
        case .triggers: "triggers"
        case .scripts: "scripts"
        case .replacesPriority: "replaces-priority"
        case .replaces: "replaces"
        case .status: "status"
        }
    }

    /// How apk 3's plain form heads it.
    var heading: String {
        if self == .url { return "URL" }
        var text: [UInt8] = []
        var isFirst = true
        key.withUTF8Buffer { bytes in
            for byte in bytes {
                text.append(isFirst && byte >= UInt8(ascii: "a") ? byte - 32 : byte)
                isFirst = byte == UInt8(ascii: "-")
            }
        }
        let heading = ByteText(text)
        return heading == "Download-Url" ? "Download-URL" : heading.description
    }

    /// Whether the plain form gives each value a line of its own.
    var isShownInLines: Bool { self == .contents || self == .repositories }

    /// What `query` shows unless told otherwise.
    static let usual: [QueryField] = [
        .query, .error, .name, .version, .description, .arch, .license, .origin, .url, .fileSize,
    ]

    /// The fields of a list with commas, in the order in which they are shown. Throws `usage`.
    static func list(_ text: ByteText) throws(ApkError) -> [QueryField] {
        if text == "all" { return allCases.filter { $0 != .query } }
        var fields: [QueryField] = []
        for word in text.bytes.split(separator: UInt8(ascii: ",")) {
            guard let field = allCases.first(where: { ByteText(stringLiteral: $0.key) == ByteText(word) })
            else {
                var known = ""
                for field in allCases { known += " \(field.key)" }
                throw ApkError(.usage, "command line: unknown field '\(ByteText(word))'; known are:" + known)
            }
            fields.append(field)
        }
        // As apk: in its own order, each once.
        return allCases.filter { fields.contains($0) }
    }

    /// The dependencies of a package under this field.
    func atoms(of entry: IndexEntry) -> [DependencyAtom] {
        switch self {
        case .depends: entry.dependencies
        case .provides: entry.provides
        case .installIf: entry.installIf
        default: []
        }
    }

    /// The text of a package under this field; nil if it has none.
    func text(of entry: IndexEntry) -> ByteText? {
        switch self {
        case .package: ByteText(entry.label)
        case .name: entry.name.text
        case .version: entry.version.text
        case .description: entry.summary
        case .arch: entry.architecture
        case .license: entry.license
        case .origin: entry.origin
        case .maintainer: entry.maintainer
        case .url: entry.url
        case .commit: entry.commit
        default: nil
        }
    }

    private func number(of entry: IndexEntry) -> Int64? {
        switch self {
        case .buildTime: entry.buildDate
        case .installedSize: entry.installedSize
        case .fileSize: entry.fileSize
        case .providerPriority: entry.providerPriority
        default: nil
        }
    }

    /// Whether only an installed package can have it.
    var isOfInstalled: Bool {
        switch self {
        case .replaces, .contents, .triggers, .scripts, .replacesPriority, .status: true
        default: false
        }
    }

    /// The value of this field; nil if the package has none, or an empty one.
    ///
    /// - Parameter isForInfo: whether packages that need it count only if they are installed, and are told with their
    ///   versions, as `info` does.
    func value<Machine: ApkMachine>(
        of number: Int, _ catalogue: Catalogue<Machine>, isForInfo: Bool = false
    ) -> JSONValue? {
        func named(_ users: [Int]) -> JSONValue {
            var names: [ByteText] = []
            for user in users {
                let entry = catalogue.candidates[user].entry
                let name = isForInfo ? ByteText(entry.label) : entry.name.text
                if names.last != name { names.append(name) }
            }
            return .openTexts(names)
        }
        let candidate = catalogue.candidates[number]
        let entry = candidate.entry
        if let text = text(of: entry) { return text.isEmpty ? nil : .text(text) }
        if let number = self.number(of: entry) { return number == 0 ? nil : .number(number) }
        let atoms = atoms(of: entry)
        if !atoms.isEmpty { return .atoms(atoms) }
        let manager = catalogue.manager
        switch self {
        case .repositories:
            var names: [ByteText] = candidate.isInstalled ? ["lib/apk/db/installed"] : []
            for (number, repository, _) in manager.repositories where candidate.repositories.contains(number)
            {
                names.append(repository.location)
            }
            return .openTexts(names)
        case .downloadURL:
            return manager.locations(of: entry, in: candidate.repositories).first.map { .text($0) }
        case .reverseDepends:
            return named(catalogue.users(of: number, onlyInstalled: isForInfo) { $0.dependencies })
        case .reverseInstallIf:
            return named(catalogue.users(of: number, onlyInstalled: isForInfo) { $0.installIf })
        default: break
        }
        guard candidate.isInstalled, let package = manager.database.package(named: entry.name) else {
            return nil
        }
        switch self {
        case .contents:
            return .openTexts(package.folders.flatMap { folder in folder.files.map { folder.path(of: $0) } })
        case .triggers:
            let globs = manager.triggers(of: entry)
            return globs.isEmpty ? nil : .texts(globs)
        case .scripts:
            let scripts = manager.scripts(of: entry)
            return scripts.isEmpty ? nil : .texts(scripts.map { ByteText(stringLiteral: $0.kind.name) })
        case .replacesPriority: return package.replacesPriority.flatMap { $0 == 0 ? nil : .number($0) }
        case .replaces: return package.replaces.isEmpty ? nil : .atoms(package.replaces)
        case .status:
            var words: [ByteText] = ["installed"]
            let flags = package.brokenFlags?.bytes ?? []
            if flags.contains(UInt8(ascii: "f")) { words.append("broken-files") }
            if flags.contains(UInt8(ascii: "s")) { words.append("broken-script") }
            if flags.contains(UInt8(ascii: "x")) { words.append("broken-xattr") }
            return .openTexts(words)
        default: return nil
        }
    }
}
