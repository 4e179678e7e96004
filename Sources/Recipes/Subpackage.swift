public import Apk

/// One entry of `subpackages`: `name[:function[:arch]]`.
public struct Subpackage: Sendable, Hashable {
    /// The package's name.
    public let name: PackageName
    /// The function that fills it.
    public let function: String
    /// The architecture of the package: `wasm32` or `noarch`.
    public let architecture: String
    /// What its function makes of its fields; nil when that was not evaluated.
    public let fields: SubpackageFields?

    /// A subpackage that `function` fills.
    public init(name: PackageName, function: String, architecture: String, fields: SubpackageFields? = nil) {
        self.name = name
        self.function = function
        self.architecture = architecture
        self.fields = fields
    }

    /// The functions that abuild defines itself, so that a recipe need not.
    public static let defaultFunctions: Set<String> = [
        "bashcomp", "dbg", "dev", "devhelp", "doc", "fishcomp", "lang", "libs", "nftrules", "openrc", "pyc",
        "static", "systemd", "udev", "zshcomp",
    ]

    /// The function that abuild runs for a subpackage without one (`subpkg_set`): the word after the last dash.
    static func defaultFunction(of name: String) -> String {
        for (suffix, function) in [
            ("-bash-completion", "bashcomp"), ("-zsh-completion", "zshcomp"),
            ("-fish-completion", "fishcomp"),
        ] where name.hasSuffix(suffix) {
            return function
        }
        return name.split(separator: "-", omittingEmptySubsequences: false).last.map(String.init) ?? name
    }

    /// Whether abuild makes packages of this name `noarch` unless told otherwise.
    static func isNoarchByName(_ name: String) -> Bool {
        ["-doc", "-openrc", "-lang", "sh-completion", "-pyc", "-nftrules", "-systemd", "-udev"]
            .contains { name.hasSuffix($0) }
    }
}
