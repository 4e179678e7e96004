public import Apk

/// What a recipe names of other packages, each list in the recipe's order.
public struct Dependencies: Sendable, Hashable {
    /// What the main package needs when installed: `depends`.
    public var depends: [DependencyAtom] = []
    /// What building needs: `makedepends`, or `makedepends_build` and `makedepends_host` when it is not set.
    public var makedepends: [DependencyAtom] = []
    /// What building needs of the machine that builds: `makedepends_build`.
    public var makedependsBuild: [DependencyAtom] = []
    /// What building needs of packages for the target: `makedepends_host`.
    public var makedependsHost: [DependencyAtom] = []
    /// What the tests need: `checkdepends`.
    public var checkdepends: [DependencyAtom] = []
    /// What the main package stands for: `provides`, with versions where written.
    public var provides: [DependencyAtom] = []
    /// Whose files the main package may overwrite: `replaces`.
    public var replaces: [DependencyAtom] = []
    /// When the main package installs itself: `install_if`.
    public var installIf: [DependencyAtom] = []
    /// What abuild's own split functions put into their packages' depends: `depends_dev` under `dev`, and so on.
    public var dependsOfSplits: [String: [DependencyAtom]] = [:]

    /// No dependencies.
    public init() {}

    /// The variables that hold lists of dependencies.
    public enum Field: String, Sendable, Codable, CaseIterable {
        case depends, makedepends, checkdepends, provides, replaces
        case makedependsBuild = "makedepends_build"
        case makedependsHost = "makedepends_host"
        case installIf = "install_if"
        case dependsDev = "depends_dev"
        case dependsDoc = "depends_doc"
        case dependsLibs = "depends_libs"
        case dependsOpenrc = "depends_openrc"
        case dependsStatic = "depends_static"

        /// The split function whose package gets this list; nil for a field of the whole recipe.
        public var split: String? {
            switch self {
            case .dependsDev: "dev"
            case .dependsDoc: "doc"
            case .dependsLibs: "libs"
            case .dependsOpenrc: "openrc"
            case .dependsStatic: "static"
            default: nil
            }
        }
    }
}
