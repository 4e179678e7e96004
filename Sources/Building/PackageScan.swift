import Foundation
import Toolchains

/// What a package's files say by themselves: abuild's automatic provides and dependencies.
///
/// * `cmd:NAME=VERSION` for every program or link in `bin` and `sbin`, names with `@` left out;
/// * `so:SONAME=N` for shared libraries (relocatable objects with an `apkfarm.library` section), N = the digits after
///   `.so.` of the real file, else 0;
/// * `pc:NAME=VERSION` for pkg-config files, and `pc:` dependencies from their `Requires`;
/// * a dependency on a sibling that a link points into, `NAME=VERSION`;
/// * `/bin/sh` for scripts that name it.
///
/// Modules below `usr/lib/debug` repeat others and say nothing.
/// Programs are linked statically: they need no `so:`; what they contain is recorded from their `apkfarm.abi` section.
/// Source: abuild 3.15, functions scan_*; apk-format.md §2.
public struct PackageScan: Sendable, Equatable {
    /// Provides, as abuild writes them.
    public var provides: Set<String> = []
    /// Dependencies, as abuild writes them.
    public var depends: Set<String> = []
    /// Libraries that the package's programs contain.
    public var contains: Set<String> = []
    /// Wasm programs by path.
    public var programs: [String] = []
    /// Archives that a program needs besides a shared library of the package, by the library's path.
    public var archives: [String: Set<String>] = [:]
    /// Names wanted by pkg-config files, kept as dependencies only where somebody provides them.
    public var wantedPkgConfig: Set<String> = []

    /// Scans one package.
    /// - Parameter version: the package's full version, for `cmd:` provides.
    public init(_ tree: PackageTree, version: String) throws(BuildError) {
        for entry in tree.entries {
            scanCommand(entry, version: version)
            guard case .file(let size) = entry.kind, !entry.path.hasPrefix("usr/lib/debug/") else { continue }
            if entry.name.hasSuffix(".pc"), entry.folder.hasSuffix("/pkgconfig") {
                scanPkgConfig(entry, try tree.bytes(of: entry.path, limit: 1 << 20))
                continue
            }
            guard size >= 8 else { continue }
            let head = try tree.bytes(of: entry.path, limit: 64)
            if WasmModule.isWasm(head) {
                try scanModule(entry, try tree.bytes(of: entry.path))
            } else if entry.isProgram, String(decoding: head, as: UTF8.self).hasPrefix("#!/bin/sh") {
                depends.insert("/bin/sh")
            }
        }
    }

    /// Packages of the archives that the driver lets shared libraries need (`toolchain/driver/library-section.c`), by
    /// Alpine's own names: its libraries of C++ need `so:libc++.so.1` or libstdc++'s.
    static let archiveOwners = ["libc++.a": "libc++-static", "libc++abi.a": "libc++-static"]

    /// What the links that `-lNAME` finds bring besides the libraries they point at: a program is linked statically, and
    /// a library of C++ wants C++'s own then, in a program of C too.
    /// - Parameter scans: those of every package of the recipe.
    public static func neededForLinks(of tree: PackageTree, scans: [PackageScan]) -> Set<String> {
        var owners: Set<String> = []
        for entry in tree.entries {
            guard case .link(let target) = entry.kind, entry.name.hasSuffix(".so") else { continue }
            let path = SiblingLinks.resolved(target, from: entry.folder)
            for archive in scans.lazy.compactMap({ $0.archives[path] }).joined() {
                if let owner = archiveOwners[archive] { owners.insert(owner) }
            }
        }
        return owners
    }

    /// Leaves out what was found for the index: the recipe says `options="!tracedeps"`, as to abuild.
    public mutating func forgetTraces() {
        provides = []
        depends = []
        wantedPkgConfig = []
    }

    private static let commandFolders: Set<Substring> = ["bin", "sbin", "usr/bin", "usr/sbin"]

    private mutating func scanCommand(_ entry: PackageTree.Entry, version: String) {
        guard Self.commandFolders.contains(entry.folder), !entry.name.contains("@") else { return }
        if case .link = entry.kind {} else if !entry.isProgram { return }
        provides.insert("cmd:\(entry.name)=\(version)")
    }

    private mutating func scanModule(_ entry: PackageTree.Entry, _ bytes: [UInt8]) throws(BuildError) {
        let module: WasmModule
        do { module = try WasmModule(bytes) } catch {
            throw .lint(package: entry.path, problems: ["\(error)"])
        }
        if let section = module.customSections["apkfarm.library"],
            let soname = SectionRecord(section).values("soname").first
        {
            provides.insert("so:\(soname)=\(Self.libraryVersion(entry.name))")
            archives[entry.path] = Set(SectionRecord(section).values("needed").filter { $0.hasSuffix(".a") })
        }
        if module.kind == .program {
            programs.append(entry.path)
            if let section = module.customSections["apkfarm.abi"] {
                contains.formUnion(SectionRecord(section).values("contains"))
            }
        }
    }

    /// The digits and dots after `.so.`, else 0.
    static func libraryVersion(_ name: Substring) -> Substring {
        guard let range = name.range(of: ".so.") else { return "0" }
        let digits = name[range.upperBound...].prefix { $0.isNumber || $0 == "." }
        let version = digits.last == "." ? digits.dropLast() : digits
        return version.isEmpty ? "0" : version
    }

    private mutating func scanPkgConfig(_ entry: PackageTree.Entry, _ bytes: [UInt8]) {
        var variables: [String: String] = [:]
        var version = ""
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            guard let mark = line.firstIndex(where: { $0 == "=" || $0 == ":" }) else { continue }
            let key = line[..<mark].filter { $0 != " " }
            let value = Self.expanded(line[line.index(after: mark)...], variables)
            if line[mark] == "=" {
                variables[key] = value
            } else if key == "Version" {
                version = value
            } else if key == "Requires" || key == "Requires.private" {
                for word in value.split(whereSeparator: { $0 == " " || $0 == "," })
                where word.first?.isLetter == true { wantedPkgConfig.insert(String(word)) }
            }
        }
        // apk's versions have no '-': what follows one is not part of a version (pkg-config files are freer)
        let plain = version.prefix { $0.isNumber || $0 == "." || $0.isLetter || $0 == "_" }
        provides.insert("pc:\(entry.name.dropLast(3))=\(plain.isEmpty ? "0" : String(plain))")
    }

    private static func expanded(_ text: Substring, _ variables: [String: String]) -> String {
        var text = String(text.drop { $0 == " " || $0 == "\t" })
        for _ in 0..<16 {
            guard let open = text.range(of: "${"), let close = text[open.upperBound...].firstIndex(of: "}")
            else { break }
            let name = String(text[open.upperBound..<close])
            text.replaceSubrange(open.lowerBound...close, with: variables[name] ?? "")
        }
        while text.last == " " { text.removeLast() }
        return text
    }
}

/// The siblings that links of a package point into.
public enum SiblingLinks {
    /// Names of packages that hold what `tree`'s links point at, without itself.
    /// - Parameter owners: every path of every package of the recipe, with its package.
    public static func targets(of tree: PackageTree, named name: String, owners: [String: String]) -> Set<
        String
    > {
        var found: Set<String> = []
        for entry in tree.entries {
            guard case .link(let target) = entry.kind, !entry.folder.hasPrefix("usr/share/doc") else {
                continue
            }
            let path = resolved(target, from: entry.folder)
            if let owner = owners[path], owner != name { found.insert(owner) }
        }
        return found
    }

    static func resolved(_ target: String, from folder: Substring) -> String {
        var parts = target.hasPrefix("/") ? [] : folder.split(separator: "/")
        for part in target.split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        return parts.joined(separator: "/")
    }
}
