public import Apk

/// A recipe that was understood: everything that planning and building ask of an APKBUILD, as values.
///
/// Lists keep the recipe's order. Versions are Alpine's own, `$pkgver-r$pkgrel` as written; the farm's published
/// release number is another matter (Publishing). What split functions set is in ``Subpackage/fields``.
public struct Recipe: Sendable {
    /// The folder it was read from.
    public let folder: RecipeFolder
    /// The environment it was evaluated in.
    public let environment: RecipeEnvironment
    /// Its raw variables and functions.
    public let evaluated: EvaluatedRecipe

    /// The main package's name, which is also the origin of all its packages.
    public let pkgname: PackageName
    /// Upstream's version.
    public let pkgver: String
    /// Alpine's release.
    public let pkgrel: Int
    /// `$pkgver-r$pkgrel`.
    public let version: PackageVersion
    /// One line that says what it is.
    public let pkgdesc: String
    /// The home page.
    public let url: String
    /// An SPDX expression.
    public let license: String
    /// Name and address of who looks after it; nil when the recipe names nobody.
    public let maintainer: String?
    /// Who else worked on it.
    public let contributors: [String]

    /// For which architectures it is built.
    public let arch: ArchitectureRule
    /// What it names of other packages.
    public let dependencies: Dependencies
    /// What is fetched or copied before building.
    public let sources: [Source]
    /// The packages that are split off, in order.
    public let subpackages: [Subpackage]
    /// Words of `options`, those with `!` included.
    public let options: Set<String>
    /// Install scripts.
    public let install: [InstallScript]
    /// Trigger scripts.
    public let triggers: [Trigger]
    /// Closed security holes by version.
    public let secfixes: [SecurityFix]
    /// Where the sources lie while it is built; `$srcdir/$pkgname-$pkgver` unless set.
    public let builddir: String

    /// Everything that is wrong or doubtful, in the order of the file.
    public let findings: [Finding]

    let text: RecipeText

    /// Understands a recipe. Throws ``RecipeError`` when one of pkgname, pkgver and pkgrel is missing or malformed,
    /// as then there is no recipe to speak of; all other faults are ``findings``.
    public init(
        folder: RecipeFolder, evaluated: EvaluatedRecipe, environment: RecipeEnvironment = RecipeEnvironment()
    ) throws(RecipeError) {
        var parser = RecipeParser(folder: folder, environment: environment, evaluated: evaluated)
        let (pkgname, pkgver, pkgrel, version) = try parser.identity()
        self.folder = folder
        self.environment = environment
        self.evaluated = evaluated
        self.pkgname = pkgname
        self.pkgver = pkgver
        self.pkgrel = pkgrel
        self.version = version
        pkgdesc = parser.pkgdesc()
        url = parser.required("url")
        license = parser.required("license")
        arch = parser.architectures()
        subpackages = parser.subpackages(of: pkgname, isNoarch: arch.isNoarch)
        dependencies = parser.dependencies(of: pkgname)
        sources = parser.sources(of: pkgname)
        options = Set(parser.words("options"))
        let packages = [pkgname.description] + subpackages.map(\.name.description)
        install = parser.installScripts(packages: packages)
        triggers = parser.triggers(packages: packages)
        parser.checkPhases(options: options, hasSources: !sources.isEmpty)
        let comments = RecipeComments(parser.text)
        maintainer = parser.maintainer(comments)
        contributors = comments.contributors
        secfixes = parser.secfixes(comments)
        builddir = parser.value("builddir") ?? "\(environment.srcdir)/\(pkgname)-\(pkgver)"
        text = parser.text
        findings =
            OverlayCheck.findings(folder, evaluated)
            + parser.findings.sorted {
                ($0.place.line, $0.place.column) < ($1.place.line, $1.place.column)
            }
    }

    /// The repository's name: `main`.
    public var repository: String { folder.repository }
    /// `main/zlib`.
    public var identity: String { "\(folder.repository)/\(pkgname)" }
    /// Words of `depends`.
    public var depends: [DependencyAtom] { dependencies.depends }
    /// Words of `makedepends`, defaults applied.
    public var makedepends: [DependencyAtom] { dependencies.makedepends }
    /// Words of `checkdepends`.
    public var checkdepends: [DependencyAtom] { dependencies.checkdepends }
    /// Words of `provides`.
    public var provides: [DependencyAtom] { dependencies.provides }
    /// The names of all packages that it makes, the main one first.
    public var packages: [PackageName] { [pkgname] + subpackages.map(\.name) }
    /// Whether its tests are to be run: it has a check() and does not say `!check`.
    public var runsChecks: Bool { evaluated.functions.contains("check") && !options.contains("!check") }
    /// The phases that it defines, in the order in which they run.
    public var phases: [Phase] { Phase.allCases.filter { evaluated.functions.contains($0.rawValue) } }
    /// Findings that stop a build.
    public var errors: [Finding] { findings.filter { $0.severity == .error } }

    /// A phase of a build that a recipe may define.
    public enum Phase: String, Sendable, Codable, CaseIterable {
        case fetch, unpack, prepare, build, check, package
    }

    /// Where `variable` is assigned, or where `word` stands in its value; the first line when neither is found,
    /// as for a value that comes from elsewhere.
    public func place(of variable: String, word: String? = nil) -> Place {
        let words = word.map { RecipeParser.spellings(of: $0, evaluated) } ?? []
        let (line, column) = text.place(of: variable, words: words) ?? (1, 1)
        return folder.place(line: line, column: column)
    }
}
