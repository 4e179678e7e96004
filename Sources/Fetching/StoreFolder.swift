import Glibc
import Signing

/// The folders of a store on disk: `ab/abcd…` the sources, `partial/` what is on its way, `rejected/` what came with a
/// wrong checksum, `locks/` who is fetching what. All in one file system, so that renaming is atomic.
struct StoreFolder: Sendable {
    let path: String

    func source(_ sha512: Digest) -> String {
        "\(path)/\(sha512.hex.prefix(2))/\(sha512.hex)"
    }

    func rejected(_ sha512: Digest) -> String {
        "\(path)/rejected/\(sha512.hex)"
    }

    /// What a place has sent so far of a source; each place has its own, since their bytes may differ.
    func partial(_ key: Digest, place: String) -> String {
        "\(path)/partial/\(key.hex.prefix(32)).\(SHA256.digest(of: Array(place.utf8)).hex.prefix(16))"
    }

    func lock(_ sha512: Digest) -> String {
        "\(path)/locks/\(sha512.hex)"
    }

    func contains(_ sha512: Digest) -> Bool {
        Self.isFile(source(sha512))
    }

    static func isFile(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    /// Makes the folder of a file, with those above it.
    static func makeFolder(of file: String) throws(FetchError) {
        let parts = file.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        var folder = ""
        for (index, part) in parts.enumerated() {
            folder += index == 0 ? String(part) : "/" + part
            if folder.isEmpty || mkdir(folder, 0o755) == 0 || errno == EEXIST || errno == EISDIR { continue }
            throw .store(path: folder, reason: reason(errno))
        }
    }

    /// Renames a finished file into place and makes the renaming last.
    static func move(_ file: String, to place: String) throws(FetchError) {
        try makeFolder(of: place)
        guard rename(file, place) == 0 else { throw .store(path: place, reason: reason(errno)) }
        let folder = String(place.prefix(upTo: place.lastIndex(of: "/") ?? place.startIndex))
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if descriptor >= 0 {
            fsync(descriptor)
            close(descriptor)
        }
    }

    static func reason(_ number: Int32) -> String {
        String(cString: strerror(number))
    }
}
