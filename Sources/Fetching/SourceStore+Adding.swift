import Signing

extension SourceStore {
    /// Finds the tarballs of a Debian source package, brings them into the store, and records them in the catalogue's
    /// file: what `apkfarm sources add` does.
    ///
    /// - Parameters:
    ///   - package: the name of the Debian source package.
    ///   - version: the exact version, with its epoch; nil takes the suite's and reads it from the package's .dsc file.
    ///   - suite: the suite that has it; with a version only a note for people.
    /// - Returns: a line for each tarball, whether it was new to the catalogue or not.
    /// - Throws: `FetchError.badRequest` without a catalogue, `debian` when apt knows no such source or vouches for no
    ///   checksum, `notFound` when the archive does not hand it out; `store`, `cancelled`.
    public func add(
        debianSource package: String, version: String? = nil, suite: String
    ) async throws(FetchError) -> [DebianCatalogue.Entry] {
        guard let catalogue else {
            throw .badRequest(name: package, reason: "the store has no catalogue to record it in")
        }
        for word in [package, suite, version ?? ""]
        where word.hasPrefix("-") || word.contains(where: \.isWhitespace) {
            throw .badRequest(name: package, reason: "'\(word)' names no Debian source, version or suite")
        }
        let selector = version.map { "\(package)=\($0)" } ?? "\(package)/\(suite)"
        let files = try await catalogue.files(of: selector)
        let tarballs = files.filter(\.isOriginal)
        guard !tarballs.isEmpty else {
            throw .debian(source: selector, reason: "it has no tarball of upstream's")
        }
        let exactVersion = if let version { version } else { try await self.version(of: files, selector) }
        var entries: [DebianCatalogue.Entry] = []
        for tarball in tarballs {
            let sha512 = try await bring(tarball, selector)
            entries.append(
                DebianCatalogue.Entry(
                    sha512: sha512, file: tarball.name, package: package, version: exactVersion, suite: suite)
            )
        }
        _ = try DebianCatalogue.append(entries, to: catalogue.origin)
        return entries
    }

    /// The version that the .dsc file states: file names lack the epoch, which apt wants to hear.
    private func version(of files: [DebianCatalogue.File], _ selector: String) async throws(FetchError)
        -> String
    {
        guard let description = files.first(where: { $0.name.hasSuffix(".dsc") }) else {
            throw .debian(source: selector, reason: "it has no .dsc file")
        }
        let text = try DebianCatalogue.read(folder.source(try await bring(description, selector)))
        let mark = "Version: "
        guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix(mark) }) else {
            throw .debian(source: selector, reason: "\(description.name) states no version")
        }
        return String(line.dropFirst(mark.count))
    }

    /// Brings a file of the archive into the store, verified by the checksum that apt vouches for.
    private func bring(_ file: DebianCatalogue.File, _ selector: String) async throws(FetchError) -> Digest {
        guard let vouched = file.digest else {
            throw .debian(source: selector, reason: "'\(file.hash)' of \(file.name) is no SHA-256 or SHA-512")
        }
        let lock = try await StoreLock.take(folder.lock(vouched), name: file.name)
        defer { withExtendedLifetime(lock) {} }
        let outcome = try await bring(Place(file.url), name: file.name, key: vouched) { digests in
            vouched == digests.sha256 || vouched == digests.sha512
        }
        switch outcome {
        case .arrived(let sha512): return sha512
        case .refused(let answer):
            let attempt = FetchAttempt(place: file.url, answer: answer)
            throw .notFound(name: file.name, wanted: [vouched], attempts: [attempt])
        }
    }
}
