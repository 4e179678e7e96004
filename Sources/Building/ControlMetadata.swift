import Apk
import Foundation

/// What the phases wrote down about one package: the recipe's variables as its split function left them.
///
/// The form is `key=value` records, each ended by a zero byte, in `control/<name>/metadata`; install scripts lie
/// beside it under apk's names. See `Sources/Building/Phases`.
public struct ControlMetadata: Sendable {
    /// The package's name.
    public let name: String
    /// The recorded variables.
    public let fields: [String: String]
    /// Install scripts by apk's name (`.post-install` …), with their bytes.
    public let scripts: [String: [UInt8]]

    /// Reads all packages of a build, in the order in which the recipe lists them.
    /// - Throws: `BuildError.badMetadata` when a record is missing or malformed.
    public static func read(folder: String) throws(BuildError) -> [ControlMetadata] {
        let order: String
        do { order = try String(contentsOfFile: folder + "/order", encoding: .utf8) } catch {
            throw .badMetadata(package: "the recipe", problem: "no list of packages was written: \(error)")
        }
        var all: [ControlMetadata] = []
        for name in order.split(separator: "\n") {
            all.append(try ControlMetadata(String(name), folder: folder))
        }
        return all
    }

    private init(_ name: String, folder: String) throws(BuildError) {
        self.name = name
        let own = folder + "/" + name
        guard let data = FileManager.default.contents(atPath: own + "/metadata") else {
            throw .badMetadata(package: name, problem: "no metadata was written")
        }
        var fields: [String: String] = [:]
        for record in data.split(separator: 0) {
            let text = String(decoding: record, as: UTF8.self)
            guard let equals = text.firstIndex(of: "=") else {
                throw .badMetadata(package: name, problem: "a record without '=': \(text.prefix(60))")
            }
            fields[String(text[..<equals])] = String(text[text.index(after: equals)...])
        }
        self.fields = fields
        var scripts: [String: [UInt8]] = [:]
        for script in Self.scriptNames {
            if let data = FileManager.default.contents(atPath: own + "/" + script) {
                scripts[script] = Array(data)
            }
        }
        self.scripts = scripts
    }

    private static let scriptNames = [
        ".pre-install", ".post-install", ".pre-upgrade", ".post-upgrade", ".pre-deinstall", ".post-deinstall",
        ".trigger",
    ]

    /// One variable's words, split as the shell does.
    public func words(_ key: String) -> [String] {
        (fields[key] ?? "").split { $0 == " " || $0 == "\n" || $0 == "\t" }.map(String.init)
    }

    /// One variable's words as dependency atoms.
    /// - Throws: `BuildError.badMetadata` naming the word that is none.
    public func atoms(_ key: String) throws(BuildError) -> [DependencyAtom] {
        var atoms: [DependencyAtom] = []
        for word in words(key) {
            do { atoms.append(try DependencyAtom(parsing: word)) } catch {
                throw .badMetadata(package: name, problem: "\(key): '\(word)': \(error)")
            }
        }
        return atoms
    }
}
