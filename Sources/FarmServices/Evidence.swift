import Apk
import Attestations
import Building
import Compressing
import Foundation
import Packages
import Publishing
import Recipes
import Signing

/// What is published beside the packages of one build: a bill of materials for each, one signed statement about all.
struct Evidence {
    let facts: BuildFacts

    /// The facts of a request.
    init(_ request: BuildRequest, epoch: Int64) throws {
        let dependencies = try request.dependencies.sorted { $0.key < $1.key }.map { name, text in
            let words = text.split(separator: " ").map(String.init)
            // An index that was made by hand may name a package without its identity.
            let sha1 =
                try words.count > 1 && words[1] != "?"
                ? Digest(bytes: PackageIdentity(parsing: words[1]).sha1).hex : ""
            return BuildFacts.Dependency(name: name, version: words.first ?? "", sha1: sha1)
        }
        facts = BuildFacts(
            repository: request.repository, origin: request.pkgname,
            version: "\(request.pkgver)-r\(request.release)",
            requestDigest: request.digest, recipeFiles: request.recipeFiles,
            sources: request.sources.mapValues { $0.split(separator: " ").map(String.init) },
            dependencies: dependencies,
            toolchain: [
                "toolchain": request.toolchain, "runner": request.runner, "build-functions": request.phases,
            ], hostTools: request.hostTools, checks: request.checks.rawValue, epoch: epoch)
    }

    /// Writes the files beside signed packages.
    /// - Returns: their paths.
    func write(for packages: [String], in folder: String, key: PrivateKey) throws -> [String] {
        var companions: [String] = []
        var subjects: [BuildStatement.Subject] = []
        for path in packages {
            let contents = try PackageReader.read(file: path)
            let sha256 = try SHA256.digest(ofFile: path).hex
            let file = String(path.dropLast(".apk".count)) + ".cdx.json"
            let bytes = try BillOfMaterials.bytes(of: contents, sha256: sha256, facts: facts)
            try Data(bytes).write(to: URL(fileURLWithPath: file))
            companions.append(file)
            subjects.append(
                BuildStatement.Subject(name: (path as NSString).lastPathComponent, sha256: sha256))
        }
        let statement = BuildStatement(
            subjects: subjects, facts: facts, builder: "urn:apkfarm:builder:\(key.name)")
        let file = "\(folder)/\(facts.origin)-\(facts.version).provenance.json"
        try Data(Envelope.sign(statement.bytes(), with: key).bytes()).write(to: URL(fileURLWithPath: file))
        return companions + [file]
    }
}

/// The security database of a repository: `secdb.json` beside its architectures, with a compressed form.
enum SecurityRecord {
    /// Notes a recipe's fixes; releases are said in published numbers.
    static func update(_ recipe: Recipe, repository: PackageRepository) throws {
        let path = repository.folder + "/secdb.json"
        let names = repository.name.split(separator: "/").map(String.init)
        var database = SecurityDatabase(
            archs: [repository.architecture], repository: names.last ?? "", urlPrefix: "..",
            channel: names.first ?? "")
        let old = FileManager.default.contents(atPath: path).map { Array($0) }
        if let old { database = try SecurityDatabase(bytes: old, path: path) }
        database.set(
            recipe.pkgname.description,
            fixes: Dictionary(recipe.secfixes.map { (published($0.version), $0.identifiers) }) { $0 + $1 })
        let bytes = try database.bytes()
        guard bytes != old else { return }
        try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
        try Data(Gzip.compress(bytes)).write(to: URL(fileURLWithPath: path + ".gz"), options: .atomic)
    }

    /// Alpine's `1.2.12-r2` as this farm publishes it: `1.2.12-r2000`. `0` and versions of another form stay.
    static func published(_ version: String) -> String {
        guard let start = version.range(of: "-r", options: .backwards),
            let pkgrel = Int(version[start.upperBound...])
        else { return version }
        return "\(version[..<start.lowerBound])-r\(ReleaseNumber(pkgrel: pkgrel, rebuild: 0))"
    }
}
