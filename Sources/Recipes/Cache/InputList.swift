import Glibc
import Signing

/// Everything that decides which recipes there are and what they say, as files and folders with their stamps.
struct InputList {
    private var texts: TextInterner
    private(set) var inputs: [TreeMemory.Input] = []
    /// By row: its inputs.
    private var ofRow: [[Int]] = []

    var paths: TextTable { texts.table }

    /// The inputs of a tree, as they are now. `roots` are the trees that were searched.
    init(_ tree: RecipeTree, roots: [String]) {
        texts = TextInterner()
        var rows: [String: Int] = [:]
        for (row, entry) in tree.entries.enumerated() { rows[entry.path] = row }
        ofRow = [[Int]](repeating: [], count: tree.entries.count)
        for root in roots {
            addFolder(root)
            for repository in FolderReader.names(in: root) ?? [] where !repository.hasPrefix(".") {
                let folder = "\(root)/\(repository)"
                guard FileStamp(of: "\(folder)/.").size >= 0 else { continue }
                let base = addFolder(folder)
                for name in FolderReader.names(in: folder) ?? [] where !name.hasPrefix(".") {
                    add(name, row: rows["\(folder)/\(name)"], at: base)
                }
                if base >= 0 { close(base) }
            }
        }
    }

    /// The folders whose names count, opened for what is relative to it; -1 when it is not there.
    @discardableResult
    private mutating func addFolder(_ path: String) -> CInt {
        let stamp = FileStamp(of: path)
        inputs.append(
            TreeMemory.Input(path: texts.number(of: path + "\0"), row: TreeMemory.Input.folder, stamp: stamp))
        return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    }

    private mutating func add(_ name: String, row: Int?, at base: CInt) {
        let path = "\(name)/APKBUILD"
        let stamp = FileStamp(of: path, at: base)
        // A recipe that another tree's hides decides nothing.
        guard row != nil || stamp == .absent else { return }
        if let row { ofRow[row].append(inputs.count) }
        inputs.append(
            TreeMemory.Input(
                path: texts.number(of: path + "\0"),
                row: row.map { UInt32($0) } ?? TreeMemory.Input.nothing, stamp: stamp))
    }

    /// Whether a row's inputs are what they were; takes over what is known of them.
    mutating func matches(_ row: Int, _ old: [TreeMemory.Input], _ folder: String, written: Int64) -> Bool {
        guard ofRow[row].count == old.count else { return false }
        for (index, old) in zip(ofRow[row], old) {
            if inputs[index].stamp == old.stamp, old.stamp.isSettled(before: written) {
                (inputs[index].first, inputs[index].second) = (old.first, old.second)
                continue
            }
            guard let now = InputCheck.digest(of: "\(folder)/APKBUILD") else { return false }
            (inputs[index].first, inputs[index].second) = now
            if now != (old.first, old.second) { return false }
        }
        return true
    }
}
