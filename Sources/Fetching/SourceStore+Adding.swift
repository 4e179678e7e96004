import Signing

extension SourceStore {
    /// Finds the tarballs of a Debian source package, brings them into the store, and records them in the catalogue's
    /// file: what `apkfarm sources add` does.
    ///
    /// - Parameters:
    ///   - package: the name of the Debian source package.
    ///   - version: the exact version, with its epoch.
    ///   - suite: the suite that has it, as a note for people.
    /// - Returns: a line for each tarball, whether it was new to the catalogue or not.
    /// - Throws: `FetchError.badRequest` without a catalogue, `debian` when apt knows no such source or vouches for no
    ///   checksum, `notFound` when the archive does not hand it out; `store`, `cancelled`.
    public func add(
        debianSource package: String, version: String, suite: String
    ) async throws(FetchError) -> [DebianCatalogue.Entry] {
        guard let catalogue else {
            throw .badRequest(name: package, reason: "the store has no catalogue to record it in")
        }
        let tarballs = try await catalogue.files(of: package, version: version).filter(\.isOriginal)
        guard !tarballs.isEmpty else {
            throw .debian(source: "\(package)=\(version)", reason: "it has no tarball of upstream's")
        }
        var entries: [DebianCatalogue.Entry] = []
        for tarball in tarballs {
            guard let vouched = tarball.digest else {
                throw .debian(
                    source: "\(package)=\(version)", reason: "'\(tarball.hash)' is no SHA-256 or SHA-512")
            }
            let lock = try await StoreLock.take(folder.lock(vouched), name: tarball.name)
            defer { withExtendedLifetime(lock) {} }
            let outcome = try await bring(Place(tarball.url), name: tarball.name, key: vouched) { digests in
                vouched == digests.sha256 || vouched == digests.sha512
            }
            switch outcome {
            case .arrived(let sha512):
                entries.append(
                    DebianCatalogue.Entry(
                        sha512: sha512, file: tarball.name, package: package, version: version, suite: suite))
            case .refused(let answer):
                let attempt = FetchAttempt(place: tarball.url, answer: answer)
                throw .notFound(name: tarball.name, wanted: [vouched], attempts: [attempt])
            }
        }
        _ = try DebianCatalogue.append(entries, to: catalogue.origin)
        return entries
    }
}
