import Glibc
import Signing

/// Recipe trees that are read incrementally: what was understood of a recipe is remembered on the disk, and only what
/// changed since is read again.
///
/// A file whose size, times and inode are those remembered is taken to be unchanged, unless it was written about when
/// they were taken; then, and whenever they differ, its contents decide. A memory that is damaged, cut off, of another
/// form or of other trees is none, and is written anew.
///
///     var tree = CachedTree(trees: [aports], overlays: [own], environment: environment, reading: "1", cache: path)
///     for entry in tree.stale { tree.add(read(entry)) }
///     let table = tree.finish()
public struct CachedTree: Sendable {
    /// What came of reading a recipe.
    public enum Reading: Sendable {
        /// It was understood.
        case recipe(Recipe)
        /// It was not, for this reason.
        case fault(String)
    }

    /// The recipes to read, in the order in which to add what came of it.
    public private(set) var stale: [RecipeTree.Entry] = []
    /// Folders that were left out, and why; only known when the trees were searched anew.
    public private(set) var findings: [Finding] = []

    private let cache: String?
    private let architecture: String
    private var memory: TreeMemory
    /// By row of the new table: the row of the old one, or -1 for the next stale one.
    private var origins: [Int32] = []
    private var next = 0
    private var builder: RecipeTableBuilder?
    private var isChanged = true

    /// Looks at the trees and finds what has to be read.
    /// - Parameters:
    ///   - trees: aports trees.
    ///   - overlays: trees whose recipes win.
    ///   - environment: what recipes see.
    ///   - reading: names the way recipes are read; another name makes the memory worthless.
    ///   - cache: the folder that keeps memories, one file each; nil for none.
    public init(
        trees: [String], overlays: [String], environment: RecipeEnvironment, reading: String, cache: String?
    ) {
        architecture = environment.architecture
        let question = Self.question(trees, overlays, environment, reading)
        // Programs come and go; trees and environments are few. So each of these has one file.
        let name = SHA256.digest(of: Array(Self.question(trees, overlays, environment, "").utf8)).hex.prefix(
            16)
        let file = cache.map { "\($0)/\(name)" }
        self.cache = file
        if let cache { mkdir(cache, 0o755) }
        let now = Self.now()
        let old = file.flatMap { TreeCacheFile.read($0, question: question) }
        memory =
            old
            ?? TreeMemory(
                question: question, written: now, table: RecipeTable(), paths: TextTable(), inputs: [])
        if let old {
            var check = InputCheck(old)
            if let changes = check.changes() {
                memory.inputs = check.inputs
                isChanged = check.isChanged
                if changes.isEmpty {
                    memory.written = isChanged ? now : old.written
                    return
                }
                if stale(changes, old) {
                    memory.inputs = check.inputs(readingAgain: Set(changes.map { UInt32($0.row) }))
                    memory.written = now
                    begin(old)
                    return
                }
            }
        }
        isChanged = true
        search(trees, overlays, old)
        memory.written = now
        begin(old)
    }

    /// Says what came of reading the next of ``stale``.
    public mutating func add(_ reading: Reading) {
        guard next < stale.count else { return }
        takeOver()
        let entry = stale[next]
        switch reading {
        case .recipe(let recipe):
            builder?.add(recipe, isOverlaid: entry.isOverlay)
            if recipe.evaluated.looksAtFiles || !recipe.errors.isEmpty {
                besides[place] = recipe.folder.files
            }
            guard recipe.folder.overlay == nil else { break }
            digests[place] = InputCheck.halved(SHA256.digest(of: Array(recipe.folder.text.utf8)))
        case .fault(let reason):
            builder?.add(faulty: entry, because: reason)
            besides[place] = FolderReader.names(in: entry.path) ?? []
        }
        next += 1
        place += 1
    }

    /// The table, when all of ``stale`` was added; what was not counts as not to be read. Remembers it.
    public mutating func finish() -> RecipeTable {
        while next < stale.count { add(.fault("\(stale[next].identity)/APKBUILD:1:1: it was not read")) }
        takeOver()
        if let builder { memory.table = builder.finished() }
        builder = nil
        if isChanged, let cache {
            completeInputs()
            TreeCacheFile.write(memory, to: cache)
            isChanged = false
        }
        return memory.table
    }

    private var place = 0
    /// By row: the contents of the APKBUILD that was read.
    private var digests: [Int: (UInt64, UInt64)] = [:]
    /// By row that was read: the files beside the APKBUILD, where what was understood depends on them.
    private var besides: [Int: [String]] = [:]

    /// Takes over old rows up to the next stale one.
    private mutating func takeOver() {
        while place < origins.count, origins[place] >= 0 {
            builder?.add(old: Int(origins[place]))
            place += 1
        }
    }

    private mutating func begin(_ old: TreeMemory?) {
        // Where most is new, what was is not worth its numbers.
        let keeps = stale.count * 4 < origins.count
        builder = RecipeTableBuilder(architecture: architecture, reusing: old?.table, keepsNumbers: keeps)
    }

    /// Makes entries for changed rows; false when that takes a search of the trees.
    private mutating func stale(_ rows: [InputCheck.Change], _ old: TreeMemory) -> Bool {
        origins = (0..<Int32(clamping: old.table.rows.count)).map { $0 }
        for change in rows {
            guard !change.isOverlaid else { return false }
            let row = old.table.rows[change.row]
            let path = change.folder
            stale.append(
                RecipeTree.Entry(
                    repository: old.table.texts[row.repository],
                    name: String(path.split(separator: "/").last ?? ""), path: path,
                    root: FolderReader.parent(of: FolderReader.parent(of: path)), isOverlay: row.isOverlaid))
            origins[change.row] = -1
        }
        return true
    }

    private mutating func search(_ trees: [String], _ overlays: [String], _ old: TreeMemory?) {
        stale = []
        let tree = RecipeTree(trees: trees, overlays: overlays)
        findings = tree.findings
        var list = InputList(tree, roots: trees + overlays)
        let known = old.map { InputCheck.byRow($0) } ?? []
        origins = []
        for (row, entry) in tree.entries.enumerated() {
            let origin = old?.table.row(of: entry.identity) ?? -1
            if origin >= 0, let old, list.matches(row, known[origin], written: old.written) {
                origins.append(Int32(origin))
            } else {
                origins.append(-1)
                stale.append(entry)
            }
        }
        memory.paths = list.paths
        memory.inputs = list.inputs
    }

    /// Completes what is remembered of files: the contents of those that were read, and all that lies beside recipes
    /// which look at it, or which have a fault: a missing patch may be added.
    private mutating func completeInputs() {
        var paths = TextInterner(memory.paths)
        var inputs: [TreeMemory.Input] = []
        inputs.reserveCapacity(memory.inputs.count + 16)
        var base = ""
        for var input in memory.inputs {
            let name = String(decoding: memory.paths.utf8(input.path).dropLast(), as: UTF8.self)
            if input.row == TreeMemory.Input.folder { base = name }
            guard Int(input.row) < memory.table.rows.count else {
                inputs.append(input)
                continue
            }
            let row = Int(input.row)
            let isRecipe = name.hasSuffix("/APKBUILD")
            if isRecipe, let digest = digests[row] { (input.first, input.second) = digest }
            if input.first == 0, input.second == 0, let digest = InputCheck.digest(of: "\(base)/\(name)") {
                (input.first, input.second) = digest
            }
            inputs.append(input)
            guard isRecipe, let files = besides[row], let own = name.split(separator: "/").first else {
                continue
            }
            for file in ["."] + files where file != "APKBUILD" {
                let path = "\(own)/\(file)"
                let digest = InputCheck.digest(of: "\(base)/\(path)") ?? (0, 0)
                inputs.append(
                    TreeMemory.Input(
                        path: paths.number(of: path + "\0"), row: input.row,
                        stamp: FileStamp(of: "\(base)/\(path)"), first: digest.0, second: digest.1))
            }
        }
        memory.paths = paths.table
        memory.inputs = inputs
        digests = [:]
        besides = [:]
    }

    private static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    private static func question(
        _ trees: [String], _ overlays: [String], _ environment: RecipeEnvironment, _ reading: String
    ) -> String {
        let variables = environment.variables.map { "\($0.name)=\($0.value)" }
        return ([reading] + variables + trees.map { "tree \($0)" } + overlays.map { "overlay \($0)" })
            .joined(separator: "\n")
    }
}
