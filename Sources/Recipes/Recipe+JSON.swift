import Apk
import FoundationEssentials

extension Recipe: Encodable {
    private enum CodingKeys: String, CodingKey {
        case repository, pkgname, pkgver, pkgrel, version, pkgdesc, url, license, maintainer, contributors,
            arch
        case builds, depends, makedepends
        case makedependsBuild = "makedepends_build"
        case makedependsHost = "makedepends_host"
        case checkdepends, provides, replaces
        case installIf = "install_if"
        case dependsOfSplits = "depends_of_splits"
        case sources, subpackages, options, install, triggers, phases, secfixes, builddir, findings, file,
            words
    }

    /// Writes the fields under the names that APKBUILD gives them, dependencies as words. `builds` says whether
    /// `arch` includes the architecture that the recipe was read for.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(repository, forKey: .repository)
        try container.encode(folder.file, forKey: .file)
        try container.encode(pkgname.description, forKey: .pkgname)
        try container.encode(pkgver, forKey: .pkgver)
        try container.encode(pkgrel, forKey: .pkgrel)
        try container.encode(version.description, forKey: .version)
        try container.encode(pkgdesc, forKey: .pkgdesc)
        try container.encode(url, forKey: .url)
        try container.encode(license, forKey: .license)
        try container.encodeIfPresent(maintainer, forKey: .maintainer)
        try container.encode(contributors, forKey: .contributors)
        try container.encode(arch.words, forKey: .arch)
        try container.encode(arch.allows(environment.architecture), forKey: .builds)
        try encodeDependencies(into: &container)
        try container.encode(sources, forKey: .sources)
        try container.encode(subpackages, forKey: .subpackages)
        try container.encode(options.sorted(), forKey: .options)
        try container.encode(install, forKey: .install)
        try container.encode(triggers, forKey: .triggers)
        try container.encode(phases, forKey: .phases)
        try container.encode(secfixes, forKey: .secfixes)
        try container.encode(builddir, forKey: .builddir)
        try container.encode(findings, forKey: .findings)
        try container.encode(words, forKey: .words)
    }

    private func encodeDependencies(into container: inout KeyedEncodingContainer<CodingKeys>) throws {
        func words(_ atoms: [DependencyAtom]) -> [String] { atoms.map(\.description) }
        try container.encode(words(dependencies.depends), forKey: .depends)
        try container.encode(words(dependencies.makedepends), forKey: .makedepends)
        try container.encode(words(dependencies.makedependsBuild), forKey: .makedependsBuild)
        try container.encode(words(dependencies.makedependsHost), forKey: .makedependsHost)
        try container.encode(words(dependencies.checkdepends), forKey: .checkdepends)
        try container.encode(words(dependencies.provides), forKey: .provides)
        try container.encode(words(dependencies.replaces), forKey: .replaces)
        try container.encode(words(dependencies.installIf), forKey: .installIf)
        try container.encode(dependencies.dependsOfSplits.mapValues(words), forKey: .dependsOfSplits)
    }

    /// The recipe as JSON: sorted keys, two spaces of indent, one object.
    public func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}

extension Recipe: CustomStringConvertible {
    /// `main/zlib 1.3.2-r0`.
    public var description: String { "\(identity) \(version)" }
}

extension Subpackage: Encodable {
    private enum CodingKeys: String, CodingKey { case name, function, architecture, fields }

    /// Writes name, function and architecture, and the fields where they were evaluated.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name.description, forKey: .name)
        try container.encode(function, forKey: .function)
        try container.encode(architecture, forKey: .architecture)
        try container.encodeIfPresent(fields, forKey: .fields)
    }
}

extension SubpackageFields: Encodable {
    private enum CodingKeys: String, CodingKey {
        case pkgdesc, depends, provides, replaces
        case installIf = "install_if"
        case providerPriority = "provider_priority"
        case knownAfterBuild = "known_after_build"
    }

    /// Writes what is known, dependencies as words, and the names of the fields that are known after the build.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(pkgdesc.value, forKey: .pkgdesc)
        for (atoms, key) in [
            (depends, CodingKeys.depends), (provides, .provides), (replaces, .replaces),
            (installIf, .installIf),
        ] {
            try container.encodeIfPresent(atoms.value?.map(\.description), forKey: key)
        }
        try container.encodeIfPresent(providerPriority.value ?? nil, forKey: .providerPriority)
        try container.encode(afterBuild, forKey: .knownAfterBuild)
    }
}

extension InstallScript: Encodable {
    private enum CodingKeys: String, CodingKey { case package, moment, file }

    /// Writes package, moment and file.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(package.description, forKey: .package)
        try container.encode(moment, forKey: .moment)
        try container.encode(file, forKey: .file)
    }
}

extension Trigger: Encodable {
    private enum CodingKeys: String, CodingKey { case package, file, globs }

    /// Writes package, file and globs.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(package.description, forKey: .package)
        try container.encode(file, forKey: .file)
        try container.encode(globs, forKey: .globs)
    }
}
