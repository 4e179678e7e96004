import Apk
import Foundation
import Packages
import Sandboxing

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

    /// Whom files belong to, by their path, where that is not root, or where the file has another mode on this machine.
    public let owners: [String: FileOwner]

    /// Reads all packages of a build, in the order in which the recipe lists them.
    /// - Parameter build: the folder that holds `control`, and that is the farm's own: all in it could be the recipe's.
    /// - Throws: `BuildError.badMetadata` when a record is missing or malformed.
    public static func read(build: String) throws(BuildError) -> [ControlMetadata] {
        let left = LeftFolder(build)
        guard let order = try bytes("control/order", in: left, of: "the recipe") else {
            throw .badMetadata(package: "the recipe", problem: "no list of packages was written")
        }
        var all: [ControlMetadata] = []
        for name in String(decoding: order, as: UTF8.self).split(separator: "\n") {
            all.append(try ControlMetadata(String(name), in: left))
        }
        return all
    }

    /// The recipe's shell wrote these files, and so could have the recipe.
    private static func bytes(
        _ file: String, in folder: LeftFolder, of package: String
    ) throws(BuildError) -> [UInt8]? {
        do { return try folder.contents(file) } catch {
            throw .badMetadata(package: package, problem: "\(error)")
        }
    }

    private init(_ name: String, in folder: LeftFolder) throws(BuildError) {
        self.name = name
        // It names folders below: whatever else it is, it is a package's name.
        do { _ = try PackageName(parsing: name) } catch {
            throw .badMetadata(package: name, problem: "\(error)")
        }
        guard let data = try Self.bytes("control/" + name + "/metadata", in: folder, of: name) else {
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
            scripts[script] = try Self.bytes("control/" + name + "/" + script, in: folder, of: name)
        }
        self.scripts = scripts
        owners = try Self.owners(
            Self.bytes("control/" + name + "/owners", in: folder, of: name) ?? [], of: name)
    }

    /// Reads `uid:gid:user:group:mode:path` records, each ended by a zero byte.
    private static func owners(
        _ data: [UInt8], of package: String
    ) throws(BuildError) -> [String: FileOwner] {
        var owners: [String: FileOwner] = [:]
        for record in data.split(separator: 0) {
            let text = String(decoding: record, as: UTF8.self)
            let parts = text.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
            guard parts.count == 6, let user = UInt32(parts[0]), let group = UInt32(parts[1]),
                let mode = UInt32(parts[4], radix: 8),
                let owner = FileOwner(
                    user: String(parts[2]), userID: user, group: String(parts[3]), groupID: group, mode: mode)
            else {
                throw .badMetadata(package: package, problem: "no owner of a file: \(text.prefix(200))")
            }
            owners[String(parts[5])] = owner
        }
        return owners
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
