import Apk
import Building
import Foundation
import Packages
import Planning
import Recipes
import Signing

/// The packages that make up a step's build root.
struct BuildRoot: Sendable {
    /// Package files, each after those that it depends on where that can be.
    let files: [String]
    /// Package names with `version identity`: what a request's digest covers.
    let identities: [String: String]

    /// Resolves a step's makedepends against the published repositories.
    ///
    /// Programs cannot run in a build root, so that a dependency on `/bin/sh` or on a command is taken as met.
    /// - Throws: `BuildError.sysroot` with the solver's explanation.
    static func resolve(_ step: BuildPlan.Step, folders: FarmFolders) throws -> BuildRoot {
        let named = Set(step.buildAtoms.map(\.name))
        var atoms = step.buildAtoms
        for package in step.buildPackages where !named.contains(package) {
            atoms.append(try DependencyAtom(parsing: package.description))
        }
        guard !atoms.isEmpty else { return BuildRoot(files: [], identities: [:]) }
        var universe = Universe()
        var paths: [String] = []
        do {
            for name in repositoryNames(folders, first: step.recipe.repository) {
                let folder = folders.repository(name) + "/wasm32"
                let index = try IndexFile.read(
                    folder + "/APKINDEX.tar.gz", keys: try KeyRing(folder: folders.publicKeys))
                _ = universe.add(repository: index.withoutProgramDependencies())
                paths.append(folder)
            }
            let solution = try Solver(universe).solve(world: atoms)
            var files: [String] = []
            var identities: [String: String] = [:]
            for change in solution.changes {
                guard let entry = change.new, let repository = change.repositories.first else { continue }
                files.append(paths[repository] + "/" + entry.fileName.description)
                identities[entry.name.description] = "\(entry.version) \(entry.identity?.description ?? "?")"
            }
            return BuildRoot(files: files, identities: identities)
        } catch { throw BuildError.sysroot("\(step.identity): \(error)") }
    }

    /// The farm's repositories that have an index, the step's own one first.
    private static func repositoryNames(_ folders: FarmFolders, first: String) -> [String] {
        // No folder yet: nothing was ever published.
        let all = (try? FileManager.default.contentsOfDirectory(atPath: folders.root + "/repo/edge")) ?? []
        let others = all.filter { $0 != first }.sorted()
        return ([first] + others).filter {
            FileManager.default.fileExists(atPath: folders.repository($0) + "/wasm32/APKINDEX.tar.gz")
        }
    }
}

extension Index {
    /// The index as a build root sees it: no package needs programs.
    fileprivate func withoutProgramDependencies() -> Index {
        var copy = self
        for index in copy.entries.indices {
            copy.entries[index].dependencies.removeAll { atom in
                atom.name.text.hasPrefix("/") || atom.name.isCommand
            }
        }
        return copy
    }
}
