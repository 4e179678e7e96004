import Apk
import Foundation
import Packages
import Testing

/// Kills an installation between any two changes that it makes to the root, and lets the next command go on.
@Suite("A killed installation")
struct KillTests {
    private let states = ["fresh": "", "old": "app=1-r0 gone"]

    @Test(arguments: ["fresh", "old"])
    func `is brought to its end by the next command, wherever it was killed`(start: String) throws {
        let scratch = try Scratch()
        let repository = try filled(scratch)
        let before = states[start] ?? ""
        let aims = "app tools"
        let whole = scratch.path("whole")
        try prepare(whole, before, repository)
        let all = try change(whole, aims, life: .max, repository)
        let expected = try listing(whole)
        #expect(expected.contains { $0.contains("usr/bin/app 2") })
        let explained = Set(try listing(whole) + began(before, scratch, repository))
        for life in 0..<all {
            let root = scratch.path("killed")
            try? FileManager.default.removeItem(atPath: root)  // There is none at first.
            try prepare(root, before, repository)
            _ = try? change(root, aims, life: life, repository)  // It dies.
            let manager = try manager(root, repository)
            try manager.open()
            try manager.recover()
            for line in try listing(root) {
                #expect(explained.contains(line), "killed after \(life) changes: \(line)")
            }
            try requireWhole(manager, root, "killed after \(life) changes")
            _ = try change(root, aims, life: .max, repository)
            #expect(try listing(root) == expected, "killed after \(life) changes")
        }
    }

    private func began(_ before: String, _ scratch: Scratch, _ repository: TestRepository) throws -> [String]
    {
        try prepare(scratch.path("start"), before, repository)
        return try listing(scratch.path("start"))
    }

    private func filled(_ scratch: Scratch) throws -> TestRepository {
        var repository = try TestRepository(scratch)
        try repository.add(
            "app", "1-r0", files: ["usr/bin/app": "1", "usr/share/app/old": "x", "etc/app.conf": "1"],
            needs: "lib")
        try repository.add(
            "app", "2-r0", files: ["usr/bin/app": "2", "usr/share/app/new": "y", "etc/app.conf": "2"],
            needs: "lib=2-r0")
        try repository.add("lib", "1-r0", files: ["usr/lib/lib": "1", "usr/lib/moved": "1"])
        try repository.add("lib", "2-r0", files: ["usr/lib/lib": "2"])
        try repository.add(
            "tools", "1-r0", files: ["usr/lib/moved": "2", "usr/bin/tool": "t"], replaces: "lib",
            scripts: ["post-install": "#!/bin/sh\n"], triggers: ["/usr/bin"]
        ) { scratch, folder in
            try scratch.link(folder + "/usr/bin/alias", to: "tool")
            try scratch.hardLink(folder + "/usr/bin/twin", to: folder + "/usr/bin/tool")
        }
        try repository.add("gone", "1-r0", files: ["usr/share/gone/a": "a", "usr/share/gone/b": "b"])
        try repository.publish()
        return repository
    }

    private func prepare(_ root: String, _ world: String, _ repository: TestRepository) throws {
        if world.isEmpty {
            try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
            return
        }
        _ = try change(root, world, life: .max, repository)
    }

    private func settings(_ repository: TestRepository) -> ManagerSettings {
        var settings = ManagerSettings()
        settings.repositories = [Repository(ByteText(repository.scratch.path("repo")))]
        return settings
    }

    private func manager(_ root: String, _ repository: TestRepository) throws -> PackageManager<LinuxMachine>
    {
        PackageManager(try LinuxMachine(root: root, keys: try Keys.ring()), settings: settings(repository))
    }

    /// Makes the root hold exactly this world, on a machine that dies after `life` changes. Returns the changes made.
    private func change(
        _ root: String, _ world: String, life: Int, _ repository: TestRepository
    ) throws -> Int {
        let machine = DyingMachine(try LinuxMachine(root: root, keys: try Keys.ring()), life: life)
        let manager = PackageManager(machine, settings: settings(repository))
        try manager.open()
        try manager.recover()
        try manager.loadRepositories()
        var options = SolverOptions()
        options.upgradesAll = true
        let wished = try atoms(world)
        var none = NoScripts()
        try manager.apply(try manager.solve(wished, options: options), world: wished, scripts: &none)
        return machine.changes
    }

    /// All files of the root but apk's own, with their content; links with their targets.
    private func listing(_ root: String) throws -> [String] {
        var lines: [String] = []
        let walker = FileManager.default.enumerator(atPath: root)
        while let path = walker?.nextObject() as? String {
            if path.hasPrefix("lib/apk") || path.hasPrefix("etc/apk") { continue }
            var status = stat()
            guard lstat(root + "/" + path, &status) == 0 else { continue }
            if status.st_mode & S_IFMT == S_IFLNK {
                lines.append(
                    path + " -> "
                        + (try FileManager.default.destinationOfSymbolicLink(atPath: root + "/" + path)))
            } else if status.st_mode & S_IFMT == S_IFREG {
                lines.append(path + " " + (try String(contentsOfFile: root + "/" + path, encoding: .utf8)))
            }
        }
        return lines.sorted()
    }

    /// Every file that the database names is there with its checksum.
    private func requireWhole(
        _ manager: PackageManager<LinuxMachine>, _ root: String, _ when: String
    ) throws {
        for package in manager.database.packages {
            for folder in package.folders {
                for file in folder.files {
                    let path = folder.path(of: file)
                    let digest: [UInt8]
                    switch try manager.machine.status(path) {
                    case .symbolicLink(let target)?: digest = FarmTools.SHA1.digest(of: target.bytes)
                    case .file?:
                        digest = FarmTools.SHA1.digest(
                            of: try manager.machine.readFile(path, limit: 1 << 20) ?? [])
                    default:
                        Issue.record("\(when): \(package.entry.label) owns \(path), which is not there")
                        continue
                    }
                    #expect(
                        PackageIdentity(sha1: digest)?.text == file.checksum,
                        "\(when): \(path) is not what \(package.entry.label) brought")
                }
            }
        }
    }
}
