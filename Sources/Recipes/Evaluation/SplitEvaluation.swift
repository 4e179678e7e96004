import PosixShell

/// Runs a recipe's split functions for what they say of their packages. Files are not there yet: what depends on them
/// is known after the build.
struct SplitEvaluation {
    private let shell: ShellEvaluator
    private let environment: RecipeEnvironment

    /// The splits of a recipe.
    /// - Parameter shell: it, after the recipe's top level.
    init(shell: ShellEvaluator, environment: RecipeEnvironment) {
        var shell = shell
        shell.prelude = Self.defaults
        self.shell = shell
        self.environment = environment
    }

    /// The fields of each subpackage, in the recipe's order. A function that cannot be evaluated makes all its fields
    /// known after the build.
    func run() -> [SplitFields] {
        text("subpackages").shellWords.compactMap { fields(of: $0) }
    }

    private func text(_ name: String) -> String {
        String(decoding: shell.variables[name] ?? [], as: UTF8.self)
    }

    private func fields(of entry: String) -> SplitFields? {
        let parts = entry.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard let package = parts.first, !package.isEmpty else { return nil }
        var function = parts.count > 1 ? parts[1] : ""
        if function.isEmpty { function = Subpackage.defaultFunction(of: package) }
        var shell = shell
        prepare(&shell, package: package, architecture: parts.count > 2 ? parts[2] : "")
        do {
            guard try shell.call(function) else { return nil }
        } catch {
            // Without end, or too deep: nothing that it sets is known.
            let unknown = SplitFields.names.map { ($0, SplitFields.Value.afterBuild) }
            return SplitFields(
                package: package, function: function, fields: Dictionary(uniqueKeysWithValues: unknown))
        }
        var fields: [String: SplitFields.Value] = [:]
        for name in SplitFields.names {
            guard let value = shell.variables[name] else { continue }
            fields[name] =
                shell.isUnknown(value) ? .afterBuild : .known(String(decoding: value, as: UTF8.self))
        }
        return SplitFields(package: package, function: function, fields: fields)
    }

    /// What abuild sets before it calls a split function: its own defaults, and provides and install_if, which
    /// subpackages do not inherit.
    private func prepare(_ shell: inout ShellEvaluator, package: String, architecture: String) {
        func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
        let base = environment.startdir + "/pkg"
        shell.unknowns = .marked
        shell.budget = ShellBudget(steps: 200_000)
        if text("builddir").isEmpty {
            shell.variables["builddir"] = bytes("\(environment.srcdir)/\(text("pkgname"))-\(text("pkgver"))")
        }
        shell.variables["pkgbasedir"] = bytes(base)
        shell.variables["pkgdir"] = bytes("\(base)/\(text("pkgname"))")
        shell.variables["subpkgname"] = bytes(package)
        shell.variables["subpkgdir"] = bytes("\(base)/\(package)")
        shell.variables["subpkgarch"] = bytes(self.architecture(of: package, wanted: architecture))
        shell.variables["subpkgtriplet"] = bytes(environment.host)
        shell.variables["provides"] = []
        shell.variables["install_if"] = []
        shell.positional = []
    }

    /// The architecture of a subpackage, by abuild's rules.
    private func architecture(of package: String, wanted: String) -> String {
        switch wanted {
        case "all", environment.host: return environment.architecture
        case "":
            if package != text("pkgname"), Subpackage.isNoarchByName(package) { return "noarch" }
            let isNoarch = text("arch").split(separator: " ").contains("noarch")
            return isNoarch ? "noarch" : environment.architecture
        default: return wanted
        }
    }

    /// abuild's own split functions and the questions that recipes ask in theirs, as far as fields go.
    private static let defaults: ShellFunctions = {
        // A text of our own that does not parse shows in the tests: no subpackage has fields then.
        do { return try ShellFunctions(of: defaultFunctions, name: "abuild") } catch { return .none }
    }()

    private static let defaultFunctions = """
        default_doc() {
        	depends=$depends_doc
        	pkgdesc="$pkgdesc (documentation)"
        	install_if="docs $pkgname=$pkgver-r$pkgrel"
        }
        default_dbg() { depends=; pkgdesc="$pkgdesc (debug symbols)"; }
        default_dev() { depends=$depends_dev; pkgdesc="$pkgdesc (development files)"; }
        default_static() {
        	local dev=${subpkgname%-libs-static}
        	dev=${dev%-static}-dev
        	if [ -z "$depends_static" ] && subpackages_has "$dev"; then depends_static=$dev; fi
        	depends=$depends_static
        	pkgdesc="$pkgdesc (static library)"
        }
        default_libs() { depends=$depends_libs; pkgdesc="$pkgdesc (libraries)"; }
        default_lang() {
        	depends=$depends_lang
        	pkgdesc="Languages for package $pkgname"
        	install_if="$pkgname=$pkgver-r$pkgrel lang"
        }
        default_openrc() {
        	depends=$depends_openrc
        	pkgdesc="$pkgdesc (OpenRC init scripts)"
        	install_if="openrc ${subpkgname%-openrc}=$pkgver-r$pkgrel"
        }
        default_systemd() {
        	depends=$depends_systemd
        	pkgdesc="$pkgdesc (systemd files)"
        	install_if="systemd ${subpkgname%-systemd}=$pkgver-r$pkgrel"
        }
        default_udev() {
        	depends=$depends_udev
        	pkgdesc="$pkgdesc (udev rules)"
        	install_if="udev ${subpkgname%-udev}=$pkgver-r$pkgrel"
        }
        default_devhelp() {
        	depends=
        	pkgdesc="$pkgname - devhelp files"
        	install_if="$pkgname=$pkgver-r$pkgrel devhelp"
        }
        default_bashcomp() {
        	depends=
        	pkgdesc="Bash completions for $pkgname"
        	install_if="${subpkgname%-bash-completion}=$pkgver-r$pkgrel bash-completion"
        }
        default_zshcomp() {
        	depends=
        	pkgdesc="Zsh completions for $pkgname"
        	install_if="${subpkgname%-zsh-completion}=$pkgver-r$pkgrel zsh"
        }
        default_fishcomp() {
        	depends=
        	pkgdesc="Fish completions for $pkgname"
        	install_if="${subpkgname%-fish-completion}=$pkgver-r$pkgrel fish"
        }
        default_pyc() {
        	depends=
        	pkgdesc="Precompiled Python bytecode for ${subpkgname%-pyc}"
        	install_if="${subpkgname%-pyc}=$pkgver-r$pkgrel pyc"
        }
        default_nftrules() {
        	depends=
        	pkgdesc="$pkgdesc (nftables ruleset)"
        	install_if="nftables-rulesets ${subpkgname%-nftrules}=$pkgver-r$pkgrel"
        }
        doc() { default_doc; }
        dbg() { default_dbg; }
        dev() { default_dev; }
        static() { default_static; }
        libs() { default_libs; }
        lang() { default_lang; }
        openrc() { default_openrc; }
        systemd() { default_systemd; }
        udev() { default_udev; }
        devhelp() { default_devhelp; }
        bashcomp() { default_bashcomp; }
        zshcomp() { default_zshcomp; }
        fishcomp() { default_fishcomp; }
        pyc() { default_pyc; }
        nftrules() { default_nftrules; }
        cross_creating() { [ "$CHOST" != "$CTARGET" ]; }
        cross_compiling() { [ "$CBUILD" != "$CHOST" ]; }
        list_has() {
        	local wanted=$1 word
        	shift
        	for word; do
        		[ "$wanted" != "$word" ] || return 0
        		[ "$wanted" != "!$word" ] || return 1
        	done
        	return 1
        }
        options_has() { list_has "${subpkgname:-$pkgname}::$1" $options || list_has "$1" $options; }
        want_check() { ! cross_compiling && ! options_has '!check'; }
        subpackages_has() {
        	local entry
        	for entry in $subpackages; do
        		[ "$1" != "${entry%%:*}" ] || return 0
        	done
        	return 1
        }
        subpackage_types_has() {
        	local entry
        	for entry in $subpackages; do
        		entry=${entry%%:*}
        		[ "$1" != "${entry##*-}" ] || return 0
        	done
        	return 1
        }

        """ + actions.map { "\($0)() { :; }\n" }.joined()

    /// Commands that change files and print nothing: when they fail, so does the build.
    private static let actions = [
        "cd", "chmod", "chown", "cp", "install", "ln", "mkdir", "mv", "rm", "rmdir", "strip", "touch",
        "amove", "msg", "msg2", "warning", "warning2",
    ]
}
