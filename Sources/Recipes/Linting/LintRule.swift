/// One rule that recipes are checked by.
public struct LintRule: Sendable, Hashable, Codable {
    /// The stable name that findings carry.
    public let id: String
    /// How bad a finding of it is.
    public let severity: Finding.Severity
    /// What it asks for, in a sentence.
    public let summary: String

    /// The rule of this name; nil when there is none.
    public static func named(_ id: String) -> LintRule? { byID[id] }

    private static let byID = Dictionary(all.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })

    /// Every rule, sorted by name.
    public static let all: [LintRule] =
        (group(.error, errors) + group(.warning, warnings) + group(.note, notes)).sorted { $0.id < $1.id }

    private static func group(_ severity: Finding.Severity, _ rules: [(String, String)]) -> [LintRule] {
        rules.map { LintRule(id: $0.0, severity: severity, summary: $0.1) }
    }

    /// The recipe cannot be built as it stands, or abuild refuses it.
    private static let errors = [
        ("checksum-count", "As many checksums as sources."),
        ("checksum-form", "A checksum is 128 small hexadecimal digits and a file name."),
        ("checksum-kind", "Checksums are sha512sums, not older kinds alone."),
        ("checksum-missing", "Every source has a checksum."),
        ("checksum-stray", "Every checksum is of a source."),
        ("conflicts", "Conflicts are written '!NAME' in depends; a variable conflicts means nothing."),
        ("dependency", "A dependency is NAME, NAME with a version and an operator, or !NAME."),
        ("duplicate-package", "Packages of a recipe have different names."),
        ("duplicate-source", "Sources have different file names."),
        ("huge-recipe", "An APKBUILD is smaller than a megabyte."),
        ("install-script", "An install script's name ends in a moment that apk knows."),
        ("link-out-of-tree", "Symbolic links stay inside the recipe tree."),
        ("maintainer", "A maintainer is one 'NAME <ADDRESS>'."),
        ("missing-license", "The recipe says license."),
        ("missing-package", "The recipe has a package() function."),
        ("missing-pkgdesc", "The recipe says pkgdesc."),
        ("missing-pkgname", "The recipe says pkgname."),
        ("missing-pkgrel", "The recipe says pkgrel."),
        ("missing-pkgver", "The recipe says pkgver."),
        ("missing-url", "The recipe says url."),
        ("not-utf8", "An APKBUILD is UTF-8."),
        ("nul-byte", "An APKBUILD has no NUL bytes."),
        ("odd-file", "A recipe's folder holds files, folders and links only."),
        ("overlay-beside-recipe", "A folder has a recipe or an overlay, not both."),
        ("overlay-empty", "An overlay changes something."),
        ("overlay-section", "A section of an overlay has the keys that docs/overlays.md names."),
        ("overlay-stale", "An overlay applies to the recipe as upstream has it now."),
        ("overlay-syntax", "An overlay is TOML as docs/overlays.md describes it."),
        ("overlay-without-recipe", "An overlay's recipe is in a tree."),
        ("package-name", "A package's name has letters, digits and '._+-', a letter or digit first."),
        ("pkgdesc", "pkgdesc is one line of at most 127 bytes."),
        ("pkgrel", "pkgrel is a whole number."),
        ("pkgver", "pkgver is a version that apk can order."),
        ("provides-itself", "A package does not provide its own name."),
        ("script-missing", "Install scripts and triggers lie in the recipe's folder."),
        ("script-package", "Install scripts and triggers are named after a package of the recipe."),
        ("secfixes", "The secfixes comment has versions and identifiers only."),
        ("shell-budget", "An APKBUILD's top level ends within the evaluator's budget."),
        ("shell-failure", "An APKBUILD's top level does not fail."),
        ("shell-unsupported", "An APKBUILD's top level runs nothing but what is evaluated by rule."),
        ("shell-syntax", "An APKBUILD is text that busybox ash parses."),
        ("source-collision", "A source's name tells its project."),
        ("source-missing", "Local sources lie in the recipe's folder."),
        ("source-name", "A source's name has letters, digits and '+@~._-'."),
        ("source-scheme", "Sources are fetched by https, http or ftp."),
        ("spelling", "Variables are spelled as abuild knows them."),
        ("split-function", "The function of every subpackage exists."),
        ("subpackage-arch", "A subpackage is for noarch, all or the recipe's architecture."),
        ("too-many-files", "A recipe's folder has at most 2,000 files."),
        ("trigger", "A trigger is PACKAGE.trigger=/folder:/folder."),
        ("unreadable-folder", "A recipe's folder can be read."),
        ("unreadable-recipe", "An APKBUILD is a file that can be read."),
    ]

    /// The recipe can be built, and most likely does not do what its author meant.
    private static let warnings = [
        ("arch", "Words of arch are architectures."),
        ("bashism", "Nothing is written that busybox ash reads otherwise than bash."),
        ("check-forgiven", "A failing test in check() fails the check: no '|| :'."),
        ("circular-subpackages", "The packages of a recipe do not depend on each other in a circle."),
        ("depends-dev", "depends_dev goes with a -dev subpackage."),
        ("flags-replaced", "CFLAGS and the like are added to, not replaced."),
        ("folder-name", "The folder is named after pkgname."),
        ("license-form", "license is a well-formed SPDX expression."),
        ("license-unknown", "Identifiers of licences are on SPDX's list."),
        ("missing-arch", "The recipe is built for some architecture."),
        ("missing-check", "There is a check() function, or !check with a reason."),
        (
            "network-in-build",
            "prepare(), build(), check() and package() fetch nothing, unless options has net."
        ),
        ("patch-not-applied", "A recipe with patches and a prepare() calls default_prepare."),
        ("patch-not-listed", "A patch in the folder is in source."),
        ("stray-file", "Files of the folder are in source, install or triggers."),
        ("unknown-option", "Words of options are known to abuild."),
        ("unused-variable", "Variables are read."),
        ("url-scheme", "url begins with https:// or http://."),
    ]

    /// Worth knowing for who rebuilds or tidies up.
    private static let notes = [
        ("backquote", "Commands are substituted by $( ), not by backquotes."),
        ("default-builddir", "builddir is not set to what it is anyway."),
        ("dependency-release", "A constraint does not name a release (-rN), which a rebuild numbers anew."),
        ("deprecated-option", "Options that no longer do anything are left out."),
        ("duplicate-word", "A list names a thing once."),
        ("insecure-source", "Sources are fetched by https."),
        ("license-deprecated", "Identifiers of licences are those of SPDX's present list."),
        ("machine-probe", "A build asks $CARCH and $CHOST, not the machine it runs on."),
        ("no-maintainer", "Somebody maintains the recipe."),
        ("own-package", "makedepends does not name the recipe's own packages."),
        ("plain-compiler", "The compiler is called by $CC, so that a cross build can name its own."),
        ("private-variable", "A recipe's own variables begin with '_'."),
        ("superfluous-cd", "prepare(), build(), check() and package() begin in builddir."),
        ("unused-function", "Functions are called."),
        ("superfluous-return", "No '|| return 1': abuild stops at the first failure."),
    ]
}
