import Apk
import Foundation
import Packages
import Recipes

/// From the phases' output to unsigned packages: metadata, scan, lint, pack.
struct Packing {
    let recipe: Recipe
    let request: BuildRequest
    let folder: BuildFolder
    let epoch: Int64

    /// One package on its way.
    private struct Candidate {
        let metadata: ControlMetadata
        let tree: PackageTree
        var scan: PackageScan
    }

    /// Packs everything.
    /// - Returns: file names in `folder.packages` in the recipe's order, and the host paths of wasm programs.
    func pack() throws(BuildError) -> (names: [String], programs: [String]) {
        let version = "\(request.pkgver)-r\(request.release)"
        var candidates: [Candidate] = []
        var owners: [String: String] = [:]
        for metadata in try ControlMetadata.read(build: folder.build) {
            let tree = try PackageTree(of: metadata.name, in: folder.build)
            var scan = try PackageScan(tree, version: version)
            if recipe.options.contains("!tracedeps") { scan.forgetTraces() }
            for entry in tree.entries where entry.kind != .folder {
                // Two packages may bring one file where only one of them is installed; the phases say which.
                guard owners[entry.path] == nil else { continue }
                owners[entry.path] = metadata.name
            }
            candidates.append(Candidate(metadata: metadata, tree: tree, scan: scan))
        }
        let options = Set(recipe.options)
        for candidate in candidates {
            let problems =
                try PackageLint.problems(in: candidate.tree, options: options)
                + candidate.tree.problems(withOwners: candidate.metadata.owners)
            guard problems.isEmpty else { throw .lint(package: candidate.metadata.name, problems: problems) }
        }
        var names: [String] = []
        for candidate in candidates {
            let siblings = SiblingLinks.targets(
                of: candidate.tree, named: candidate.metadata.name, owners: owners)
            let info = try info(for: candidate, siblings: siblings, all: candidates, version: version)
            let name = info.fileName.description
            do {
                let builder = try PackageBuilder(
                    info: info, scripts: candidate.metadata.scripts, root: candidate.tree.root,
                    owners: candidate.metadata.owners, epoch: epoch)
                _ = try builder.write(to: folder.packages + "/" + name, signedBy: nil)
            } catch { throw .badMetadata(package: candidate.metadata.name, problem: "packing: \(error)") }
            names.append(name)
        }
        let programs = candidates.flatMap { candidate in
            candidate.scan.programs.map { candidate.tree.root + "/" + $0 }
        }
        return (names, programs)
    }

    /// The package's description: what the recipe says, and what its files say.
    private func info(
        for candidate: Candidate, siblings: Set<String>, all: [Candidate], version: String
    ) throws(BuildError) -> PackageInfo {
        let metadata = candidate.metadata
        do {
            var info = PackageInfo(
                name: try PackageName(parsing: metadata.name), version: try PackageVersion(parsing: version),
                architecture: metadata.fields["arch"] == "noarch" ? "noarch" : "wasm32")
            info.summary = ByteText(metadata.fields["pkgdesc"] ?? "")
            info.url = ByteText(metadata.fields["url"] ?? "")
            info.license = ByteText(metadata.fields["license"] ?? "")
            info.buildDate = epoch
            info.origin = ByteText(request.pkgname)
            info.packager = "apkfarm"
            if let maintainer = recipe.maintainer { info.maintainer = ByteText(maintainer) }
            info.replacesPriority = metadata.fields["replaces_priority"].flatMap { Int64($0) }
            info.providerPriority = metadata.fields["provider_priority"].flatMap { Int64($0) }
            info.replaces = try metadata.atoms("replaces")
            info.dependencies = try metadata.atoms("depends")
            info.provides = try metadata.atoms("provides")
            if let twice = info.provides.nameProvidedTwice(by: info.name) {
                throw BuildError.badMetadata(
                    package: metadata.name,
                    problem: "provides: '\(twice)' twice: apk installs no such package")
            }
            info.installIf = try metadata.atoms("install_if")
            info.triggers = metadata.words("triggers").map { ByteText($0) }

            let named = Set(info.dependencies.map(\.name.description))
            var detected = candidate.scan.depends
            for sibling in siblings where !named.contains(sibling) {
                detected.insert("\(sibling)=\(version)")
            }
            if !recipe.options.contains("!tracedeps") {
                let brought = PackageScan.neededForLinks(of: candidate.tree, scans: all.map(\.scan))
                detected.formUnion(brought.subtracting(named))
            }
            let provided = Set(all.flatMap { $0.scan.provides.map { String($0.prefix { $0 != "=" }) } })
            let own = Set(candidate.scan.provides.map { String($0.prefix { $0 != "=" }) })
            for name in candidate.scan.wantedPkgConfig {
                let atom = "pc:\(name)"
                if provided.contains(atom), !own.contains(atom) { detected.insert(atom) }
            }
            // What the recipe says of a name stands; apk installs no package that provides one twice.
            let declared = Set(info.provides.map(\.name))
            info.detectedProvides = try candidate.scan.provides.sorted().map {
                try DependencyAtom(parsing: $0)
            }.filter { !declared.contains($0.name) }
            info.detectedDependencies = try detected.sorted().map { try DependencyAtom(parsing: $0) }
            return info
        } catch let error as BuildError {
            throw error
        } catch { throw .badMetadata(package: metadata.name, problem: "\(error)") }
    }
}
