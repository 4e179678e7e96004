import Glibc
import Signing

/// Everything that decides which recipes there are and what they say, as files and folders with their stamps.
struct InputList {
    private var texts: TextInterner
    private(set) var inputs: [TreeMemory.Input] = []
    /// By row: its inputs, with their whole paths.
    private var ofRow: [[(input: Int, path: String)]] = []

    var paths: TextTable { texts.table }

    /// The inputs of a tree, as they are now. `roots` are the trees that were searched.
    init(_ tree: RecipeTree, roots: [String]) {
        texts = TextInterner()
        var rows: [String: Int] = [:]
        for (row, entry) in tree.entries.enumerated() { rows[entry.path] = row }
        var changed: [String: Int] = [:]
        for (row, entry) in tree.entries.enumerated() {
            if let changes = entry.changes { changed[changes.path] = row }
        }
        ofRow = [[(input: Int, path: String)]](repeating: [], count: tree.entries.count)
        for root in roots {
            addFolder(root)
            for repository in FolderReader.names(in: root) ?? [] where !repository.hasPrefix(".") {
                let folder = "\(root)/\(repository)"
                guard FileStamp(of: "\(folder)/.").size >= 0 else { continue }
                let base = addFolder(folder)
                for name in FolderReader.names(in: folder) ?? [] where !name.hasPrefix(".") {
                    let path = "\(folder)/\(name)"
                    if let row = changed[path] {
                        addOverlay(name, path, row: row, at: base)
                    } else if let row = changed["\(path)/\(RecipeFolder.ofTree)"] {
                        addOverlay(
                            "\(name)/\(RecipeFolder.ofTree)", "\(path)/\(RecipeFolder.ofTree)", row: row,
                            at: base)
                    } else {
                        add("\(name)/APKBUILD", path, row: rows[path], at: base)
                        // Where there is no recipe, an overlay may come.
                        if rows[path] == nil {
                            add("\(name)/\(RecipeFolder.overlayName)", path, row: nil, at: base)
                            add("\(name)/\(RecipeFolder.ofTree)", path, row: nil, at: base)
                        }
                    }
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

    /// Adds a file that decides about a row, or a name that is looked for in vain.
    private mutating func add(_ name: String, _ folder: String, row: Int?, at base: CInt) {
        let stamp = FileStamp(of: name, at: base)
        // A recipe that another tree's hides decides nothing.
        guard row != nil || stamp == .absent else { return }
        let own = name.split(separator: "/", maxSplits: 1).last.map(String.init) ?? name
        if let row { ofRow[row].append((inputs.count, "\(folder)/\(own)")) }
        inputs.append(
            TreeMemory.Input(
                path: texts.number(of: name + "\0"),
                row: row.map { UInt32($0) } ?? TreeMemory.Input.nothing, stamp: stamp))
    }

    /// Adds an overlay that changes a row: everything in its folder, and what may come into it.
    private mutating func addOverlay(_ name: String, _ folder: String, row: Int, at base: CInt) {
        add("\(name)/.", folder, row: row, at: base)
        for file in FolderReader.names(in: folder) ?? [] {
            add("\(name)/\(file)", folder, row: row, at: base)
        }
    }

    /// Whether a row's inputs are what they were; takes over what is known of them.
    mutating func matches(_ row: Int, _ old: [TreeMemory.Input], written: Int64) -> Bool {
        guard ofRow[row].count == old.count else { return false }
        for ((index, path), old) in zip(ofRow[row], old) {
            if inputs[index].stamp == old.stamp, old.stamp.isSettled(before: written) {
                (inputs[index].first, inputs[index].second) = (old.first, old.second)
                continue
            }
            guard let now = InputCheck.digest(of: path) else { return false }
            (inputs[index].first, inputs[index].second) = now
            if now != (old.first, old.second) { return false }
        }
        return true
    }
}
