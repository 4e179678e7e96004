import Building
import Foundation
import Testing

/// A package's folder made for one test.
private func tree(_ files: [String: (bytes: [UInt8], mode: Int)], links: [String: String] = [:]) throws
    -> PackageTree
{
    let root = NSTemporaryDirectory() + "tree-" + UUID().uuidString
    let manager = FileManager.default
    for (path, file) in files {
        let full = root + "/" + path
        try manager.createDirectory(
            atPath: (full as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Data(file.bytes).write(to: URL(fileURLWithPath: full))
        try manager.setAttributes([.posixPermissions: file.mode], ofItemAtPath: full)
    }
    for (path, target) in links {
        let full = root + "/" + path
        try manager.createDirectory(
            atPath: (full as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try manager.createSymbolicLink(atPath: full, withDestinationPath: target)
    }
    return try PackageTree(root: root)
}

/// An empty wasm module with one custom section.
private func module(section name: String, _ text: String) -> [UInt8] {
    let body = [UInt8(name.utf8.count)] + Array(name.utf8) + Array(text.utf8)
    return [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 0, UInt8(body.count)] + body
}

@Suite struct PackageTreeTests {
    @Test func commandsLibrariesAndPkgConfigFilesAreProvided() throws {
        let pc = "prefix=/usr\nversion=1.3.1-beta\nName: zlib\nVersion: ${version}\nRequires: foo >= 1, bar\n"
        let tree = try tree(
            [
                "usr/bin/tool": (Array("#!/bin/sh\nexit 0\n".utf8), 0o755),
                "usr/bin/plain": (Array("text".utf8), 0o644),
                "usr/lib/libz.so.1.3.1": (
                    module(section: "apkfarm.library", "soname=libz.so.1\nneeded=libc\n"), 0o755
                ),
                "usr/lib/pkgconfig/zlib.pc": (Array(pc.utf8), 0o644),
            ], links: ["usr/sbin/link": "../bin/tool", "usr/bin/odd@name": "tool"])
        let scan = try PackageScan(tree, version: "1.3.1-r0")
        #expect(
            scan.provides == [
                "cmd:tool=1.3.1-r0", "cmd:link=1.3.1-r0", "so:libz.so.1=1.3.1", "pc:zlib=1.3.1",
            ])
        #expect(scan.depends == ["/bin/sh"])
        #expect(scan.wantedPkgConfig == ["foo", "bar"])
    }

    @Test func whatLiesBesideADebuggerSaysNothingAndAFullStopEndsNoVersion() throws {
        let library = module(section: "apkfarm.library", "soname=liblua.so.5\n")
        let tree = try tree([
            "usr/lib/liblua.so.5.1.5.old": (library, 0o755),
            "usr/lib/debug/usr/lib/libz.so.1.debug": (
                module(section: "apkfarm.library", "soname=libz.so.1\n"), 0o644
            ),
        ])
        #expect(try PackageScan(tree, version: "1-r0").provides == ["so:liblua.so.5=5.1.5"])
    }

    @Test func linksIntoASiblingNameIt() throws {
        let tree = try tree(
            [:], links: ["usr/lib/libz.so": "libz.so.1", "usr/share/x": "/etc/y", "usr/z": "../../q"])
        let owners = [
            "usr/lib/libz.so.1": "zlib", "etc/y": "conf", "usr/lib/libz.so": "zlib-dev", "q": "top",
        ]
        #expect(SiblingLinks.targets(of: tree, named: "zlib-dev", owners: owners) == ["zlib", "conf", "top"])
    }

    @Test func whatLinksToALibraryOfCxxBringsItsArchive() throws {
        let library = module(
            section: "apkfarm.library",
            "soname=liba.so.1\nneeded=libc++.a\nneeded=libc++abi.a\nneeded=libz.so.1\n")
        let main = try tree(
            ["usr/lib/liba.so.1.2": (library, 0o755)], links: ["usr/lib/liba.so.1": "liba.so.1.2"])
        let dev = try tree([:], links: ["usr/lib/liba.so": "liba.so.1.2"])
        let scans = [try PackageScan(main, version: "1-r0"), try PackageScan(dev, version: "1-r0")]
        #expect(PackageScan.neededForLinks(of: dev, scans: scans) == ["libc++-static"])
        #expect(
            PackageScan.neededForLinks(of: main, scans: scans).isEmpty,
            "a program links through the -dev package")
        #expect(PackageScan.neededForLinks(of: dev, scans: [scans[1]]).isEmpty)
    }

    @Test func lintFindsWhatMayNotBePublished() throws {
        let elf: [UInt8] = [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0]
        let tree = try tree(
            [
                "usr/bin/host": (elf, 0o755), "usr/bin/su": (Array("x".utf8), 0o4755),
                "etc/open": (Array("x".utf8), 0o666),
            ], links: ["usr/leak": "/build/pkg/x"])
        let problems = try PackageLint.problems(in: tree, options: [])
        #expect(problems.count == 4)
        for word in ["ELF", "setuid", "written by everybody", "only there while building"] {
            #expect(problems.contains { $0.contains(word) }, "\(word)")
        }
        #expect(try !PackageLint.problems(in: tree, options: ["suid"]).contains { $0.contains("setuid") })
    }
}
