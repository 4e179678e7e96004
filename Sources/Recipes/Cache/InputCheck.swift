import Glibc
import Signing

/// Compares what is remembered of files with what they are now.
struct InputCheck {
    /// A row that has to be read again.
    struct Change {
        let row: Int
        /// The recipe's folder.
        let folder: String
        /// Whether an overlay changes it: then two folders speak for it.
        let isOverlaid: Bool
    }

    private let memory: TreeMemory
    /// The inputs with the stamps that they have now.
    private(set) var inputs: [TreeMemory.Input]
    /// Whether stamps or contents differ from what is remembered, so that it is worth remembering anew.
    private(set) var isChanged = false

    init(_ memory: TreeMemory) {
        self.memory = memory
        inputs = memory.inputs
    }

    /// The rows whose inputs changed, in order; nil when recipes came or went.
    mutating func changes() -> [Change]? {
        var rows: [UInt32: String] = [:]
        var base: CInt = -1
        var folder = ""
        defer { if base >= 0 { close(base) } }
        for index in inputs.indices {
            let old = inputs[index]
            let path = memory.paths.utf8(old.path)
            guard path.last == 0 else { return nil }
            if old.row == TreeMemory.Input.folder {
                if base >= 0 { close(base) }
                folder = String(decoding: path.dropLast(), as: UTF8.self)
                base = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
                guard base >= 0 else { return nil }
                let stamp = FileStamp(of: ".", at: base)
                guard stamp == old.stamp, stamp.isSettled(before: memory.written) else { return nil }
                continue
            }
            let stamp = FileStamp(of: path, at: base)
            if old.row == TreeMemory.Input.nothing {
                guard stamp == .absent else { return nil }
                continue
            }
            if stamp == old.stamp, stamp.isSettled(before: memory.written) { continue }
            isChanged = true
            let name = String(decoding: path.dropLast(), as: UTF8.self)
            inputs[index].stamp = stamp
            let contents = Self.digest(of: "\(folder)/\(name)")
            if let contents, (contents.0, contents.1) == (old.first, old.second) { continue }
            (inputs[index].first, inputs[index].second) = contents ?? (0, 0)
            let own = name.split(separator: "/").first.map(String.init) ?? name
            rows[old.row] = "\(folder)/\(own)"
        }
        guard !rows.isEmpty else { return [] }
        var overlaid: Set<UInt32> = []
        for input in inputs where rows[input.row] != nil && names(RecipeFolder.overlayName, input) {
            overlaid.insert(input.row)
        }
        return rows.sorted { $0.key < $1.key }.map { row, folder in
            Change(row: Int(row), folder: folder, isOverlaid: overlaid.contains(row))
        }
    }

    /// Whether an input is a file of this name in a folder.
    private func names(_ file: String, _ input: TreeMemory.Input) -> Bool {
        let name = memory.paths.utf8(input.path).dropLast()
        return name.reversed().starts(with: "/\(file)".utf8.reversed())
    }

    /// The inputs as they are now, of these rows the recipes alone: what else counts is found when they are read.
    func inputs(readingAgain rows: Set<UInt32>) -> [TreeMemory.Input] {
        inputs.filter { !rows.contains($0.row) || names("APKBUILD", $0) }
    }

    /// By row: its inputs.
    static func byRow(_ memory: TreeMemory) -> [[TreeMemory.Input]] {
        var rows = [[TreeMemory.Input]](repeating: [], count: memory.table.rows.count)
        for input in memory.inputs where Int(input.row) < rows.count { rows[Int(input.row)].append(input) }
        return rows
    }

    /// The first half of the SHA-256 of a file; nil when it is not there or no plain file.
    static func digest(of path: String) -> (UInt64, UInt64)? {
        // What cannot be read has no contents to compare; reading the recipe says why.
        guard let digest = try? SHA256.digest(ofFile: path) else { return nil }
        return halved(digest)
    }

    /// The first half of a SHA-256.
    static func halved(_ digest: Digest) -> (UInt64, UInt64) {
        digest.bytes.withUnsafeBytes {
            ($0.loadUnaligned(as: UInt64.self), $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        }
    }
}
