import Apk
import Foundation
import Testing

/// One case of the solver, read from a small text file:
///
///     # What the case shows
///     repository [@tag]
///       NAME VERSION [needs ATOM…] [provides ATOM…] [iif ATOM…] [priority N]
///     installed
///       NAME VERSION …
///     world ATOM…
///     add ATOM… | del NAME… | upgrade [--available|--latest|ATOM…] | fix [-u|-d] NAME…
///     expect
///       Installing NAME (VERSION)
///       … or the lines of an error message
struct SolverCase: CustomTestStringConvertible {
    enum Request {
        case add([String])
        case remove([String])
        case upgrade([String])
        case fix([String])
    }

    let name: String
    var repositories: [(tag: String?, text: String)] = []
    var installed = ""
    var world: [String] = []
    var request = Request.add([])
    var expected: [String] = []
    /// Whether the case says that apk 3 answers otherwise, and why.
    let differsFromApk: Bool
    /// Whether the case says what apk 2.14 does otherwise.
    let differsFromOldApk: Bool

    var testDescription: String { name }

    init(name: String, text: String) throws {
        self.name = name
        differsFromApk = text.contains("# Differs from apk 3")
        differsFromOldApk = text.contains("# Apk 2.14")
        enum Section { case none, repository, installed, expect }
        var section = Section.none
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if line.hasPrefix("#") || line.isEmpty { continue }
            if line.hasPrefix("  ") {
                switch section {
                case .repository:
                    repositories[repositories.count - 1].text += try Self.entry(line, name, number)
                case .installed: installed += try Self.entry(line, name, number)
                case .expect: expected.append(String(line.dropFirst(2)))
                case .none: throw Malformed(place: "\(name):\(number + 1)")
                }
                continue
            }
            let words = line.split(separator: " ").map(String.init)
            let rest = Array(words.dropFirst())
            switch words[0] {
            case "repository":
                section = .repository
                repositories.append((rest.first.map { String($0.dropFirst()) }, ""))
            case "installed": section = .installed
            case "expect": section = .expect
            case "world": world = rest
            case "add": request = .add(rest)
            case "del": request = .remove(rest)
            case "upgrade": request = .upgrade(rest)
            case "fix": request = .fix(rest)
            default: throw Malformed(place: "\(name):\(number + 1)")
            }
        }
    }

    struct Malformed: Error {
        let place: String
    }

    /// All cases of the fixtures' folder.
    static func all() throws -> [SolverCase] {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Fixtures/solver")
        return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
            .filter { $0.hasSuffix(".test") }
            .map { name in
                let text = try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
                return try SolverCase(name: String(name.dropLast(5)), text: text)
            }
    }

    /// What the solver says: the changes, or the lines of its error.
    func answer() throws -> [String] {
        var universe = Universe()
        for (tag, text) in repositories {
            universe.add(
                repository: try Index(parsing: text), tag: tag.map { ByteText($0) }, architecture: "wasm32")
        }
        for entry in try Index(parsing: installed).entries { universe.add(installed: entry) }
        var atoms = try world.map { try DependencyAtom(parsing: $0) }
        var options = SolverOptions()
        switch request {
        case .add(let names):
            for atom in try names.map({ try DependencyAtom(parsing: $0) }) {
                atoms.removeAll { $0.name == atom.name }
                atoms.append(atom)
            }
        case .remove(let names):
            atoms.removeAll { names.contains($0.name.description) }
            options.unwantedNames = Set(try names.map { try PackageName(parsing: $0) })
            for name in names
            where !universe.candidates.contains(where: { $0.entry.name.description == name }) {
                return ["No such package: \(name)"]
            }
        case .upgrade(let words):
            let names = words.filter { !$0.hasPrefix("-") }
            options.upgradesAll = names.isEmpty
            options.prefersAvailable = words.contains("--available")
            options.prefersLatest = words.contains("--latest")
            options.upgradedNames = Set(try names.map { try PackageName(parsing: $0) })
        case .fix(let words):
            var names = Set(try words.filter { !$0.hasPrefix("-") }.map { try PackageName(parsing: $0) })
            if words.contains("-d") {
                for candidate in universe.candidates where names.contains(candidate.entry.name) {
                    names.formUnion(candidate.entry.dependencies.map(\.name))
                }
            }
            if words.contains("-u") {
                options.upgradedNames = names
            } else {
                options.reinstalledNames = names
            }
        }
        do {
            return try Solver(universe, options: options).solve(world: atoms).changes.map(\.summary)
        } catch {
            return error.message.split(separator: "\n").map(String.init)
        }
    }

    /// An index entry of a line: its identity follows from its text.
    private static func entry(_ line: Substring, _ name: String, _ number: Int) throws -> String {
        let words = line.split(separator: " ").map(String.init)
        guard words.count >= 2 else { throw Malformed(place: "\(name):\(number + 1)") }
        var identity = [UInt8](repeating: 0, count: 20)
        for (index, byte) in line.utf8.enumerated() {
            identity[index % 20] = identity[index % 20] &* 31 &+ byte &+ UInt8(truncatingIfNeeded: index)
        }
        let digest = try PackageIdentity(bytes: Array(("X1" + hex(identity)).utf8)[...])
        var lists: [String: [String]] = [:]
        var key = ""
        for word in words.dropFirst(2) {
            if ["needs", "provides", "iif", "priority", "arch", "origin"].contains(word) {
                key = word
            } else {
                lists[key, default: []].append(word)
            }
        }
        var text =
            "C:\(digest)\nP:\(words[0])\nV:\(words[1])\nA:\(lists["arch"]?[0] ?? "wasm32")\nS:1\nI:1\nT:\nU:\nL:\n"
        if let priority = lists["priority"] { text += "k:\(priority[0])\n" }
        if let needs = lists["needs"] { text += "D:" + needs.joined(separator: " ") + "\n" }
        if let provides = lists["provides"] { text += "p:" + provides.joined(separator: " ") + "\n" }
        if let iif = lists["iif"] { text += "i:" + iif.joined(separator: " ") + "\n" }
        return text + "\n"
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
