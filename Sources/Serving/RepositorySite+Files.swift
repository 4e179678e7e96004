import Glibc

extension RepositorySite {
    /// Why a package was withdrawn; nil when it was not. The repository's `withdrawn.tsv` says it: package file, time
    /// and reason, one a line.
    func tombstone(of path: ResourcePath) throws(ServingError) -> String? {
        let folder = path.components.dropLast(2).joined(separator: "/")
        // Most repositories have none: one call says so, where opening it folder by folder takes ten.
        var status = stat()
        guard !folder.isEmpty, stat("\(root)/\(folder)/withdrawn.tsv", &status) == 0 || errno != ENOENT,
            let list = try OpenFile.open(root: root, path: folder + "/withdrawn.tsv")
        else {
            return nil
        }
        let text = String(
            decoding: try list.read(at: 0, count: Int(min(list.facts.size, 4 << 20))), as: UTF8.self)
        for line in text.split(separator: "\n") {
            let columns = line.split(separator: "\t", maxSplits: 2)
            if columns.count == 3, columns[0] == path.name { return String(columns[2]) }
        }
        return nil
    }

    /// The compressed form that lies beside a JSON file, for clients that take it. Publishing writes both.
    func precompressed(_ path: ResourcePath, _ request: RequestHead) throws(ServingError) -> Response? {
        guard path.name.hasSuffix(".json"), let plain = try OpenFile.open(root: root, path: path.relative),
            let file = try OpenFile.open(root: root, path: path.relative + ".gz"),
            // An older one belongs to bytes that were replaced.
            (file.facts.modified, file.facts.nanoseconds) >= (plain.facts.modified, plain.facts.nanoseconds)
        else { return nil }
        let vary = [(name: "Vary", value: "Accept-Encoding")]
        guard Self.takesGzip(request.value("Accept-Encoding")) else {
            return Self.answer(request, plain, FilePolicy(path), fields: vary)
        }
        return Self.answer(request, file, FilePolicy(path), fields: [("Content-Encoding", "gzip")] + vary)
    }

    /// Whether a client takes gzip (RFC 9110 §12.5.3).
    static func takesGzip(_ value: String?) -> Bool {
        guard let value else { return false }
        for item in value.lowercased().split(separator: ",") {
            let parts = item.split(separator: ";").map { String($0).trimmingSpaces }
            guard let name = parts.first, name == "gzip" || name == "*" else { continue }
            let weight = parts.dropFirst().first { $0.hasPrefix("q=") }.map { $0.dropFirst(2) }
            return weight.map { !$0.allSatisfy { $0 == "0" || $0 == "." } } ?? true
        }
        return false
    }
}
