import Glibc
import Signing

/// Sources by their SHA-512, each fetched once and named only when its checksum is right.
///
/// Looked for in the store itself, then mirror folders, then Debian's archive through the catalogue, then upstream.
/// Any number of tasks and processes may use one store: two that want the same source make one download.
public struct SourceStore: Sendable {
    let folder: StoreFolder
    let mirrors: [String]
    let catalogue: DebianCatalogue?
    let settings: FetchSettings

    /// A store in a folder, which is made when needed.
    ///
    /// - Parameters:
    ///   - folder: the folder `distfiles` of the cache.
    ///   - mirrors: paths or base URLs; below each the file is looked for as `NAME` and as `ab/abcd…` (SHA-512).
    ///   - catalogue: which sources Debian's archive has.
    public init(
        folder: String, mirrors: [String] = [], catalogue: DebianCatalogue? = nil,
        settings: FetchSettings = FetchSettings()
    ) {
        self.folder = StoreFolder(path: folder)
        self.mirrors = mirrors
        self.catalogue = catalogue
        self.settings = settings
    }

    /// The same store, which looks nowhere but in these folders for what it does not have.
    public func only(mirrors: [String]) -> SourceStore {
        var settings = settings
        settings.allowsUpstreams = false
        return SourceStore(folder: folder.path, mirrors: mirrors, catalogue: nil, settings: settings)
    }

    /// Where a source with this SHA-512 lies, if it is in the store.
    public func path(of sha512: Digest) -> String? {
        folder.contains(sha512) ? folder.source(sha512) : nil
    }

    /// Reads a source in the store again. For one that is damaged the answer is false, and it leaves the store (it is
    /// kept aside). Blocks.
    ///
    /// - Throws: `FetchError.store` if it cannot be read or moved.
    public func verify(_ sha512: Digest) throws(FetchError) -> Bool {
        let path = folder.source(sha512)
        let found: Digest
        do throws(SigningError) {
            found = try SHA512.digest(ofFile: path)
        } catch {
            throw .store(path: path, reason: error.description)
        }
        if found == sha512 { return true }
        try StoreFolder.move(path, to: folder.rejected(found))
        return false
    }

    /// The path of a source, fetched if it is not there.
    ///
    /// - Throws: `notFound` with every place tried; `store`, `cancelled`.
    public func fetch(_ request: SourceRequest) async throws(FetchError) -> String {
        try await retrieve(request).path
    }

    /// A source, fetched if it is not there.
    ///
    /// - Throws: `notFound` with every place tried; `store`, `cancelled`.
    public func retrieve(_ request: SourceRequest) async throws(FetchError) -> FetchedSource {
        if let source = stored(request) { return source }
        // In one order for all, so that two requests never wait for each other.
        var locks: [StoreLock] = []
        for digest in request.sha512s.sorted(by: { $0.hex < $1.hex }) {
            locks.append(try await StoreLock.take(folder.lock(digest), name: request.name))
        }
        // Held, and given back, by their lifetime.
        defer { locks.removeAll() }
        if let source = stored(request) { return source }
        var attempts = [FetchAttempt(place: folder.path, answer: .absent("not in the store"))]
        for candidate in mirrorPlaces(request) {
            if let source = try await tryPlace(candidate, request, &attempts) { return source }
        }
        if let source = try await tryDebian(request, &attempts) { return source }
        for url in request.urls where settings.allowsUpstreams {
            if let source = try await tryPlace(Place(url), request, isUpstream: true, &attempts) {
                return source
            }
        }
        throw .notFound(name: request.name, wanted: request.sha512s, attempts: attempts)
    }

    private func stored(_ request: SourceRequest) -> FetchedSource? {
        request.sha512s.first { folder.contains($0) }.map {
            FetchedSource(path: folder.source($0), sha512: $0, origin: nil)
        }
    }

    private func mirrorPlaces(_ request: SourceRequest) -> [Place] {
        mirrors.flatMap { mirror in
            [Place(mirror).appending(request.name)]
                + request.sha512s.map { Place(mirror).appending("\($0.hex.prefix(2))/\($0.hex)") }
        }
    }

    /// Looks into Debian's archive for what the catalogue says.
    private func tryDebian(
        _ request: SourceRequest, _ attempts: inout [FetchAttempt]
    ) async throws(FetchError) -> FetchedSource? {
        guard let catalogue else { return nil }
        let entries = request.sha512s.flatMap { catalogue.entries(for: $0) }
        if entries.isEmpty {
            attempts.append(FetchAttempt(place: catalogue.origin, answer: .absent("lists no such checksum")))
        }
        for entry in entries {
            let place = "Debian source \(entry.package) \(entry.version) (\(entry.suite))"
            do throws(FetchError) {
                let files = try await catalogue.files(of: "\(entry.package)=\(entry.version)")
                guard let file = files.first(where: { $0.name == entry.file }) else {
                    attempts.append(FetchAttempt(place: place, answer: .absent("has no file \(entry.file)")))
                    continue
                }
                if let source = try await tryPlace(Place(file.url), request, &attempts) { return source }
            } catch {
                guard case .debian(_, let reason) = error else { throw error }
                attempts.append(FetchAttempt(place: place, answer: .failed(reason)))
            }
        }
        return nil
    }

    private func tryPlace(
        _ place: Place, _ request: SourceRequest, isUpstream: Bool = false, _ attempts: inout [FetchAttempt]
    ) async throws(FetchError) -> FetchedSource? {
        let outcome = try await bring(
            place, name: request.name, key: request.sha512s[0], isUpstream: isUpstream
        ) { digests in
            request.sha512s.contains(digests.sha512)
        }
        switch outcome {
        case .arrived(let digest):
            return FetchedSource(path: folder.source(digest), sha512: digest, origin: place.description)
        case .refused(let answer):
            attempts.append(FetchAttempt(place: place.description, answer: answer))
            return nil
        }
    }

    /// What came of one place.
    enum Outcome {
        case arrived(Digest)
        case refused(FetchAttempt.Answer)
    }

    /// Brings one place's file into the store if it is right, and aside if it is not.
    ///
    /// - Parameter key: names what is on its way, so that the next time goes on with it.
    func bring(
        _ place: Place, name: String, key: Digest, isUpstream: Bool = false,
        isRight: (PartialFile.Digests) -> Bool
    ) async throws(FetchError) -> Outcome {
        if isUpstream, place.localPath != nil, !settings.allowsPrivateUpstreams {
            return .refused(.failed("not fetched: a recipe cannot name a file of this machine"))
        }
        if let path = place.localPath, !StoreFolder.isFile(path) { return .refused(.absent("no such file")) }
        let file = try await PartialFile.open(
            folder.partial(key, place: place.url), sizeLimit: settings.sizeLimit)
        while true {
            if file.count == 0 || !isRight(file.digests) {
                let download = Download(
                    place: place, settings: settings, name: name, isUpstream: isUpstream)
                if let answer = try await download.run(into: file) {
                    // Half a file is worth keeping; one that is nothing or too much is not.
                    if case .failed = answer, file.count > 0 {} else { file.discard() }
                    return .refused(answer)
                }
            }
            let digests = file.digests
            if isRight(digests) {
                try file.finish(as: folder.source(digests.sha512))
                return .arrived(digests.sha512)
            }
            guard file.isPieced else {
                let aside = folder.rejected(digests.sha512)
                try file.finish(as: aside)
                return .refused(.wrongChecksum(got: digests.sha512, keptAt: aside))
            }
            // The pieces may be of two different files: once more, in one piece.
            try file.reset()
        }
    }
}
