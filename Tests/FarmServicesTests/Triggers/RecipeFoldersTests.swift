import FarmServices
import Foundation
import Testing

@Suite("Watched folders")
struct RecipeFoldersTests {
    private let tree: ScratchTree

    init() throws { tree = try ScratchTree() }

    @Test("A change of any file of a recipe, its rights or its links is one of that recipe, and of no other")
    func contents() throws {
        try tree.write("main/a/APKBUILD", "pkgname=a")
        try tree.write("main/a/fix.patch", "one")
        try tree.write("main/a/files/deep", "one")
        try tree.write("main/b/overlay.toml", "b")
        try tree.write("main/notes/README", "no recipe")
        let folders = RecipeFolders(root: tree.path)
        let before = try folders.contents()
        #expect(before.keys.sorted() == ["main/a", "main/b"])
        let changes: [() throws -> Void] = [
            { try tree.write("main/a/fix.patch", "two") }, { try tree.write("main/a/files/deep", "two") },
            { try tree.write("main/a/new", "") },
            { try tree.link("main/a/link", to: "APKBUILD") },
            { try tree.allow("main/a/fix.patch", 0o755) }, { try tree.remove("main/a/new") },
        ]
        var last = before
        for change in changes {
            let mark = try folders.mark()
            try change()
            let now = try folders.contents()
            #expect(now["main/a"] != last["main/a"])
            #expect(now["main/b"] == before["main/b"])
            if now["main/a"] != last["main/a"] {
                #expect(try folders.mark() != mark || mark.hasPrefix("commit"))
            }
            last = now
        }
    }

    @Test("What only was touched, or lies elsewhere now, is unchanged")
    func touched() throws {
        try tree.write("main/a/APKBUILD", "pkgname=a")
        let before = try RecipeFolders(root: tree.path).contents()
        try tree.write("main/a/APKBUILD", "pkgname=a")
        #expect(try RecipeFolders(root: tree.path).contents() == before)
        try FileManager.default.moveItem(atPath: tree.path, toPath: tree.path + "-moved")
        defer { ScratchTree.remove(tree.path + "-moved") }
        #expect(try RecipeFolders(root: tree.path + "-moved").contents() == before)
    }

    @Test("What hangs, loops or leads away is not followed")
    func hostile() throws {
        try tree.write("main/a/APKBUILD", "pkgname=a")
        #expect(mkfifo(tree.path + "/main/a/pipe", 0o600) == 0)
        try tree.link("main/a/loop", to: ".")
        try tree.link("main/a/away", to: "/etc")
        #expect(try RecipeFolders(root: tree.path).contents().count == 1)
        #expect(try RecipeFolders(root: tree.path).mark().hasPrefix("files "))
    }

    @Test("A folder that is not there, or is empty, is not seen")
    func missing() throws {
        #expect(throws: RecipeFolders.Unseen.self) { try RecipeFolders(root: tree.path + "/no").mark() }
        #expect(throws: RecipeFolders.Unseen.self) { try RecipeFolders(root: tree.path).mark() }
    }

    @Test("The commit is the one that git names: on a branch, packed, detached, in a linked worktree")
    func git() throws {
        try tree.write("main/a/APKBUILD", "pkgname=a")
        guard tree.git("init", "-q", "-b", "master") != nil else { return }
        #expect(throws: RecipeFolders.Unseen.self) { try RecipeFolders(root: tree.path).mark() }
        func same(_ place: String = "") throws {
            let said = try #require(tree.git("rev-parse", "HEAD", in: place))
            #expect(try RecipeFolders(root: tree.path + place).mark() == "commit \(said)")
        }
        tree.commit("one")
        try same()
        _ = tree.git("pack-refs", "--all")
        try same()
        tree.commit("two")
        try same()
        _ = tree.git("checkout", "-q", "--detach", "HEAD~1")
        try same()
        _ = tree.git("worktree", "add", "-q", tree.path + "/linked", "master")
        try same("/linked")
        _ = tree.git("pack-refs", "--all")
        try same("/linked")
        try tree.write(".git/index.lock", "")
        #expect(throws: RecipeFolders.Unseen.self) { try RecipeFolders(root: tree.path).mark() }
    }
}
