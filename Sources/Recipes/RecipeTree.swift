import Glibc

/// The recipes below one or several folders of the form `REPOSITORY/NAME/APKBUILD`. Where two folders hold the same
/// recipe, an overlay wins over a tree, and a later one over an earlier one; but an overlay's recipe with a file
/// `stand-in` beside it is there for farms without a tree, and gives way to a tree's. An overlay's folder may hold an
/// `overlay.toml` instead of an APKBUILD: the changes to a recipe of the trees and overlays before it. A stand-in has
/// such changes in its folder `of-tree`.
public struct RecipeTree: Sendable {
    /// Where one recipe lies.
    public struct Entry: Sendable, Hashable {
        /// The repository's name: `main`.
        public let repository: String
        /// The folder's name.
        public let name: String
        /// The recipe's folder.
        public let path: String
        /// The tree it belongs to.
        public let root: String
        /// Whether the tree is an overlay.
        public let isOverlay: Bool
        /// The folder and the tree of the `overlay.toml` that changes it; nil when none does.
        public internal(set) var changes: Changes?

        /// Where an overlay lies.
        public struct Changes: Sendable, Hashable {
            /// The overlay's folder.
            public let path: String
            /// The tree it belongs to.
            public let root: String
        }

        /// `main/zlib`.
        public var identity: String { "\(repository)/\(name)" }

        /// Reads the folder and applies its overlay; see ``RecipeFolder/open(_:repository:)`` for what is refused.
        /// Throws ``RecipeError`` also for an overlay that has faults or does not apply any more, naming both sides.
        public func open() throws(RecipeError) -> RecipeFolder {
            let folder = try original()
            guard let changes else { return folder }
            return try FolderReader(
                root: changes.root, repository: repository, name: name, path: changes.path,
                main: RecipeFolder.overlayName
            ).overlay(on: folder)
        }

        /// Reads the folder as it is without an overlay.
        public func original() throws(RecipeError) -> RecipeFolder {
            try FolderReader(root: root, repository: repository, name: name, path: path).read()
        }
    }

    /// Every recipe, sorted by repository and name.
    public let entries: [Entry]
    /// Folders that were left out, and why.
    public let findings: [Finding]
    private let byIdentity: [String: Int]
    private let byName: [String: [Int]]

    /// Finds the recipes of `trees` (such as a checkout of aports) and `overlays`. Nothing is read yet but names.
    /// A root that does not exist or cannot be read is a finding.
    public init(trees: [String], overlays: [String] = []) {
        var found: [String: Entry] = [:]
        var findings: [Finding] = []
        for (root, isOverlay) in trees.map({ ($0, false) }) + overlays.map({ ($0, true) }) {
            let search = Self.search(root, isOverlay: isOverlay, findings: &findings)
            for entry in search.recipes {
                let givesWay = isOverlay && access("\(entry.path)/stand-in", F_OK) == 0
                if givesWay, found[entry.identity] != nil {
                    let changes = "\(entry.path)/\(RecipeFolder.ofTree)"
                    if Self.exists("\(changes)/\(RecipeFolder.overlayName)") {
                        found[entry.identity]?.changes = Entry.Changes(path: changes, root: root)
                    }
                    continue
                }
                found[entry.identity] = entry
            }
            for overlay in search.overlays {
                if found[overlay.identity] != nil {
                    found[overlay.identity]?.changes = Entry.Changes(path: overlay.path, root: root)
                } else if !trees.isEmpty {
                    findings.append(Self.changesNothing(overlay))
                }
            }
        }
        entries = found.values.sorted { $0.identity.utf8.lexicographicallyPrecedes($1.identity.utf8) }
        self.findings = findings
        byIdentity = Dictionary(uniqueKeysWithValues: entries.enumerated().map { ($1.identity, $0) })
        byName = Dictionary(grouping: entries.indices) { [entries] in entries[$0].name }
    }

    /// The recipe named `main/zlib`, or `zlib`: then an overlay's comes first, then main's, community's, testing's
    /// and the others' by name.
    public subscript(name: String) -> Entry? {
        if let index = byIdentity[name] { return entries[index] }
        return (byName[name] ?? []).map { entries[$0] }.min { Self.rank($0) < Self.rank($1) }
    }

    private static func rank(_ entry: Entry) -> (Int, Int, String) {
        let order = ["main", "community", "testing"].firstIndex(of: entry.repository) ?? 3
        return (entry.isOverlay ? 0 : 1, order, entry.repository)
    }

    private static func search(
        _ root: String, isOverlay: Bool, findings: inout [Finding]
    ) -> (recipes: [Entry], overlays: [Entry]) {
        guard let repositories = FolderReader.names(in: root) else {
            findings.append(unreadable(root))
            return ([], [])
        }
        var entries: [Entry] = []
        var overlays: [Entry] = []
        for repository in repositories where isFolder("\(root)/\(repository)") && !repository.hasPrefix(".") {
            guard FolderReader.isInside("\(root)/\(repository)", root: root) else {
                findings.append(leavesTree("\(repository)"))
                continue
            }
            guard let names = FolderReader.names(in: "\(root)/\(repository)") else {
                findings.append(unreadable("\(root)/\(repository)"))
                continue
            }
            for name in names where !name.hasPrefix(".") {
                let path = "\(root)/\(repository)/\(name)"
                let holdsRecipe = exists("\(path)/APKBUILD")
                let holdsOverlay = isOverlay && exists("\(path)/\(RecipeFolder.overlayName)")
                guard isFolder(path), holdsRecipe || holdsOverlay else { continue }
                guard FolderReader.isInside(path, root: root) else {
                    findings.append(leavesTree("\(repository)/\(name)"))
                    continue
                }
                let entry = Entry(
                    repository: repository, name: name, path: path, root: root, isOverlay: isOverlay)
                if holdsRecipe && holdsOverlay { findings.append(saysTwice(entry)) }
                if holdsRecipe { entries.append(entry) } else { overlays.append(entry) }
            }
        }
        return (entries, overlays)
    }

    private static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    private static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 || isLink(path) }

    private static func isLink(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
    }

    private static func changesNothing(_ overlay: Entry) -> Finding {
        Finding(
            .error, rule: "overlay-without-recipe",
            at: Place(file: "\(overlay.identity)/\(RecipeFolder.overlayName)", line: 1, column: 1),
            what: "no tree has the recipe '\(overlay.identity)' that the overlay \(overlay.path) changes",
            remedy: "move or remove the overlay, or write a whole recipe")
    }

    private static func saysTwice(_ entry: Entry) -> Finding {
        Finding(
            .error, rule: "overlay-beside-recipe",
            at: Place(file: "\(entry.identity)/\(RecipeFolder.overlayName)", line: 1, column: 1),
            what: "the folder has an APKBUILD and an overlay; the overlay is passed over",
            remedy: "remove one of them")
    }

    private static func unreadable(_ path: String) -> Finding {
        Finding(
            .error, rule: "unreadable-folder", at: Place(file: path, line: 1, column: 1),
            what: "the folder cannot be read: \(String(cString: strerror(errno)))",
            remedy: "check the path and its rights")
    }

    private static func leavesTree(_ name: String) -> Finding {
        Finding(
            .error, rule: "link-out-of-tree", at: Place(file: name, line: 1, column: 1),
            what: "the folder is a symbolic link that leads out of the recipe tree",
            remedy: "copy it into the tree")
    }
}
