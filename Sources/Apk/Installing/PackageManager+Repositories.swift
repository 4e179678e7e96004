// What is offered: indexes of repositories, kept in the root or not, package files and virtual packages.
extension PackageManager {
    /// Reads the indexes of the root's repositories and of the settings', checking their signatures.
    ///
    /// Throws the first failure, naming the repository: an installation must not silently miss one.
    public func loadRepositories() throws(ApkError) {
        var failure: ApkError?
        try loadRepositories { error in
            if failure == nil { failure = error }
        }
        if let failure { throw failure }
    }

    /// The same, handing out the failure of each repository that cannot be used, as apk goes on without it.
    public func loadRepositories(failed: (ApkError) -> Void) throws(ApkError) {
        var repositories = settings.repositories
        if !settings.bringsOnlyFiles,
            let bytes = try machine.readFile(
                settings.repositoriesFile ?? RootState.repositoriesPath, limit: 1 << 20)
        {
            for repository in Repository.list(bytes) where !repositories.contains(repository) {
                repositories.append(repository)
            }
        }
        for repository in repositories {
            let location = repository.indexLocation(architecture)
            var status = RepositoryStatus()
            var index = Index()
            do throws(ApkError) {
                index = try readIndex(location, &status, failed)
                status.isAvailable = true
                status.description = index.description
            } catch {
                failed(error.within(location.description))
            }
            sources.append(.repository(repository, status))
            universe.add(repository: index, tag: repository.tag, architecture: architecture)
        }
    }

    /// Offers a package file, as `apk add ./FILE` does. Returns the world's atom for exactly these bytes.
    ///
    /// Throws `untrusted`, `damaged` and the like, naming the file.
    public func offer(file: ByteText) throws(ApkError) -> DependencyAtom {
        let trust: PackageTrust = settings.allowsUntrusted ? .anyone : .signature
        var reader = PackageStream(
            try PackageParser(tools: machine, visitor: NoVisitor(), trust: trust, limits: settings.limits))
        let package: VerifiedPackage
        do throws(ApkError) {
            try machine.read(file, into: &reader)
            package = try reader.parser.finish()
        } catch {
            throw error.within(file.description)
        }
        let entry = IndexEntry(
            package.header.info, identity: package.header.identity, fileSize: package.fileSize)
        sources.append(.file(file))
        universe.add(repository: Index(entries: [entry]), architecture: architecture)
        return DependencyAtom(entry.name, .identity(package.header.identity.text))
    }

    /// Offers a package without files that needs what is given (`apk add --virtual`).
    public func offer(virtual name: PackageName, version: PackageVersion, needs atoms: [DependencyAtom]) {
        var entry = IndexEntry(name: name, version: version)
        entry.architecture = "noarch"
        entry.summary = "virtual meta package"
        entry.dependencies = atoms
        var text = name.text.bytes + [0] + version.text.bytes
        for atom in atoms { text += [0] + atom.text.bytes }
        entry.identity = PackageIdentity(sha1: Machine.SHA1.digest(of: text))
        sources.append(.virtual)
        universe.add(repository: Index(entries: [entry]))
    }

    /// The places where a new package can be had, in the order in which they are to be tried.
    ///
    /// Throws `notFound` if there is none.
    public func locations(of change: Change) throws(ApkError) -> [ByteText] {
        guard let entry = change.new else {
            throw ApkError(.notFound, "there is nothing to fetch for a removal")
        }
        let found = locations(of: entry, in: change.repositories)
        guard !found.isEmpty else { throw ApkError(.notFound, "no repository offers it any more") }
        return found
    }

    /// The places where the repositories of these numbers have a package.
    public func locations(of entry: IndexEntry, in repositories: [Int]) -> [ByteText] {
        var found: [ByteText] = []
        for number in repositories where number < sources.count {
            switch sources[number] {
            case .repository(let repository, _): found.append(repository.location(of: entry, architecture))
            case .file(let path): found.append(path)
            case .virtual: break
            }
        }
        return found
    }

    func isVirtual(_ change: Change) -> Bool {
        for number in change.repositories {
            if number < sources.count, case .virtual = sources[number] { return true }
        }
        return false
    }

    /// The folder of kept files: apk's, so that both programs share them.
    public func cacheFolder() throws(ApkError) -> ByteText {
        if let folder = settings.cacheFolder { return folder }
        return try keepsPackages() ? "etc/apk/cache" : "var/cache/apk"
    }

    /// Whether packages are kept, as apk does when there is `etc/apk/cache`.
    public func keepsPackages() throws(ApkError) -> Bool {
        guard settings.usesCache, !settings.bringsOnlyFiles else { return false }
        switch try machine.status("etc/apk/cache") {
        case .folder, .symbolicLink: return true
        default: return false
        }
    }

    /// Where a repository's index is.
    public func indexLocation(of repository: Repository) -> ByteText {
        repository.indexLocation(architecture)
    }

    /// The name under which an index is kept: apk 3's.
    public func cacheName(index location: ByteText) -> ByteText {
        let digest = ByteText(Hexadecimal.encode(Machine.SHA256.digest(of: location.bytes))[..<8])
        return "APKINDEX." + digest + ".tar.gz"
    }

    /// The name under which a package is kept: apk's.
    public func cacheName(package entry: IndexEntry) -> ByteText? {
        guard let identity = entry.identity else { return nil }
        let digest = ByteText(Hexadecimal.encode(identity.sha1)[..<8])
        return entry.name.text + "-" + entry.version.text + "." + digest + ".apk"
    }

    /// Notes which indexes were seen. To be called with the root locked.
    public func noteStamps() throws(ApkError) {
        guard !settings.bringsOnlyFiles else { return }
        try stamps.write(to: machine)
    }

    private func readIndex(
        _ location: ByteText, _ status: inout RepositoryStatus, _ failed: (ApkError) -> Void
    ) throws(ApkError) -> Index {
        guard Repository.isRemote(location) else { return try checked(try wholeFile(location), location) }
        guard settings.usesCache, !settings.bringsOnlyFiles else {
            guard settings.usesNetwork else { throw ApkError(.machine, "the network is switched off") }
            return try checked(try wholeFile(location), location)
        }
        let path = try cacheFolder() + "/" + cacheName(index: location)
        let kept = try machine.modificationTime(path)
        let isYoung =
            if let kept { settings.now - kept < settings.cacheAge && kept <= settings.now } else { false }
        if settings.usesNetwork, !isYoung {
            let before = try machine.readFile(path, limit: IndexArchive.fileLimit)
            do throws(ApkError) {
                if try machine.download(location, to: path, newerThan: kept), let before {
                    return try newIndex(at: path, location, orElse: before)
                }
            } catch {
                guard kept != nil else { throw error }
                status.isStale = true
                failed(error.within(location.description))
            }
        }
        guard let bytes = try machine.readFile(path, limit: IndexArchive.fileLimit) else {
            throw ApkError(.notFound, "the network is switched off, and no index of it is kept in the root")
        }
        return try checked(bytes, location)
    }

    /// The index that was brought in the place of one that was kept. One that is no good makes way for it again.
    private func newIndex(
        at path: ByteText, _ location: ByteText, orElse before: [UInt8]
    ) throws(ApkError) -> Index {
        do throws(ApkError) {
            guard let bytes = try machine.readFile(path, limit: IndexArchive.fileLimit) else {
                throw ApkError(.notFound, "\(path) is gone since it was brought")
            }
            return try checked(bytes, location)
        } catch {
            try machine.writeFile(path, before, mode: 0o644)
            throw error
        }
    }

    /// The index that these bytes are, trusted and not older than what was seen.
    private func checked(_ bytes: [UInt8], _ location: ByteText) throws(ApkError) -> Index {
        let index = try IndexArchive.read(
            bytes, tools: machine, requiresSignature: !settings.allowsUntrusted)
        if !settings.bringsOnlyFiles {
            try stamps.accept(index.description, of: location, allowsOlder: settings.allowsOlderIndexes)
        }
        return index
    }

    private func wholeFile(_ location: ByteText) throws(ApkError) -> [UInt8] {
        var whole = WholeFile(limit: IndexArchive.fileLimit)
        try machine.read(location, into: &whole)
        return whole.bytes
    }
}

/// Lets a package pass by: the parser checks it.
public struct NoVisitor: PackageVisitor {
    /// A visitor that looks at nothing.
    public init() {}
    /// Does nothing.
    public mutating func opened(_ header: PackageHeader) throws(ApkError) {}
    /// Does nothing.
    public mutating func began(_ entry: TarEntry) throws(ApkError) {}
    /// Does nothing.
    public mutating func content(_ bytes: UnsafeRawBufferPointer) throws(ApkError) {}
    /// Does nothing.
    public mutating func ended() throws(ApkError) {}
}
