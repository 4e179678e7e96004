import Apk
import Foundation
import Packages
import Signing
import Testing

/// A case of `Transactions/`: packages and commands, and the answer that was recorded.
///
///     # What it shows
///     package NAME VERSION [needs ATOM…] [provides ATOM…] [replaces ATOM…] [iif ATOM…] [origin NAME] [arch ARCH]
///       file PATH CONTENT | link PATH TARGET | hard PATH EXISTING | folder PATH
///     repository NAME-VERSION …          before the commands; a second one replaces the index
///     run WORDS…                         %R stands for the root
///     write PATH CONTENT                 a file of the root, as its user would
///     remove PATH
///     expect
///       …
struct TransactionCase: CustomTestStringConvertible {
    enum Step {
        case repository([String])
        case run([String])
        case write(String, String)
        case remove(String)
    }

    struct Recipe {
        var info: PackageInfo
        var files: [(kind: String, path: String, value: String)] = []
    }

    let path: String
    private(set) var packages: [String: Recipe] = [:]
    private(set) var steps: [Step] = []
    private(set) var head = ""
    private(set) var expected: [String] = []

    var name: String { URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent }
    var testDescription: String { name }
    /// Whether ours answers otherwise on purpose.
    var differs: Bool { head.contains("# Differs:") }

    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/Transactions"

    static func all() throws -> [TransactionCase] {
        try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".test") }.sorted()
            .map { try TransactionCase(path: folder + "/" + $0) }
    }

    struct Malformed: Error { let line: String }

    init(path: String) throws {
        self.path = path
        var last = ""
        var isHead = true
        for line in try String(contentsOfFile: path, encoding: .utf8).split(
            separator: "\n", omittingEmptySubsequences: false)
        {
            if !isHead {
                if line.hasPrefix("  ") { expected.append(String(line.dropFirst(2))) }
                continue
            }
            if line == "expect" {
                isHead = false
                continue
            }
            head += line + "\n"
            if line.hasPrefix("#") || line.isEmpty { continue }
            let words = line.split(separator: " ").map(String.init)
            switch words[0] {
            case "package":
                last = words[1] + "-" + words[2]
                packages[last] = Recipe(info: try Self.info(words))
            case "file", "link", "hard", "folder":
                packages[last]?.files.append(
                    (words[0], words[1], words.dropFirst(2).joined(separator: " ")))
            case "repository": steps.append(.repository(Array(words.dropFirst())))
            case "run": steps.append(.run(Array(words.dropFirst())))
            case "write": steps.append(.write(words[1], words.dropFirst(2).joined(separator: " ")))
            case "remove": steps.append(.remove(words[1]))
            default: throw Malformed(line: String(line))
            }
        }
    }

    private static func info(_ words: [String]) throws -> PackageInfo {
        var info = PackageInfo(
            name: try PackageName(parsing: words[1]), version: try PackageVersion(parsing: words[2]),
            architecture: "wasm32")
        info.summary = "about \(words[1])" == "" ? "" : ByteText("about \(words[1])")
        info.license = "MIT"
        info.url = "http://example.org"
        info.buildDate = 1_770_000_000
        var key = ""
        for word in words.dropFirst(3) {
            switch word {
            case "needs", "provides", "replaces", "iif", "origin", "arch", "priority": key = word
            default:
                switch key {
                case "needs": info.dependencies.append(try DependencyAtom(parsing: word))
                case "provides": info.provides.append(try DependencyAtom(parsing: word))
                case "replaces": info.replaces.append(try DependencyAtom(parsing: word))
                case "iif": info.installIf.append(try DependencyAtom(parsing: word))
                case "origin": info.origin = ByteText(word)
                case "arch": info.architecture = ByteText(word)
                case "priority": info.providerPriority = Int64(word)
                default: throw Malformed(line: word)
                }
            }
        }
        return info
    }

    /// Writes the answer down.
    func record(_ answer: [String]) throws {
        let text = head + "expect\n" + answer.map { "  " + $0 + "\n" }.joined()
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }
}
