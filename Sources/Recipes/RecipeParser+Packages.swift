import Apk

extension RecipeParser {
    mutating func subpackages(of pkgname: PackageName, isNoarch: Bool) -> [Subpackage] {
        var result: [Subpackage] = []
        var seen: Set<PackageName> = [pkgname]
        for word in words("subpackages") {
            let parts = word.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false).map(
                String.init)
            guard let name = packageName(parts[0], of: "subpackages") else { continue }
            guard seen.insert(name).inserted else {
                error(
                    "duplicate-package", of: "subpackages", word: word,
                    "the package '\(name)' is named twice",
                    "remove one")
                continue
            }
            let given = parts.count > 1 ? parts[1] : ""
            let function = given.isEmpty ? Subpackage.defaultFunction(of: parts[0]) : given
            if !evaluated.functions.contains(function), !Subpackage.defaultFunctions.contains(function) {
                error(
                    "split-function", of: "subpackages", word: word,
                    "the function '\(function)' of subpackage '\(name)' does not exist",
                    "add '\(function)() { … }'")
            }
            let architecture = architecture(
                of: name, given: parts.count > 2 ? parts[2] : "", isNoarch: isNoarch)
            result.append(
                Subpackage(
                    name: name, function: function, architecture: architecture,
                    fields: fields(of: parts[0], entry: word)))
        }
        return result
    }

    /// `subpkg_set` of abuild.
    private mutating func architecture(of name: PackageName, given: String, isNoarch: Bool) -> String {
        switch given {
        case "":
            let byDefault = isNoarch || Subpackage.isNoarchByName(name.description)
            return byDefault ? "noarch" : environment.architecture
        case "noarch": return "noarch"
        case "all", environment.architecture, environment.host: return environment.architecture
        case environment.buildArchitecture, environment.build: return environment.buildArchitecture
        default:
            error(
                "subpackage-arch", of: "subpackages", word: given,
                "'\(given)' of subpackage '\(name)' is no architecture",
                "use noarch, all or \(environment.architecture)")
            return environment.architecture
        }
    }

    mutating func dependencies(of pkgname: PackageName) -> Dependencies {
        var result = Dependencies()
        result.depends = atoms(.depends)
        result.makedependsBuild = atoms(.makedependsBuild)
        result.makedependsHost = atoms(.makedependsHost)
        result.makedepends =
            value("makedepends") == nil
            ? result.makedependsBuild + result.makedependsHost : atoms(.makedepends)
        result.checkdepends = atoms(.checkdepends)
        result.provides = atoms(.provides)
        result.replaces = atoms(.replaces)
        result.installIf = atoms(.installIf)
        for field in Dependencies.Field.allCases {
            if let split = field.split, value(field.rawValue) != nil {
                result.dependsOfSplits[split] = atoms(field)
            }
        }
        if result.provides.contains(where: { $0.name == pkgname }) {
            error(
                "provides-itself", of: "provides", "provides names the package '\(pkgname)' itself",
                "remove it: a package always provides its own name")
        }
        let packages = [pkgname.description] + words("subpackages").map { String($0.prefix { $0 != ":" }) }
        if result.dependsOfSplits["dev"] != nil, !packages.contains(where: { $0.hasSuffix("-dev") }) {
            warn(
                "depends-dev", of: "depends_dev", "depends_dev is set but there is no -dev subpackage",
                "add the subpackage or remove the variable")
        }
        return result
    }

    private mutating func atoms(_ field: Dependencies.Field) -> [DependencyAtom] {
        var atoms: [DependencyAtom] = []
        for word in words(field.rawValue) {
            do {
                atoms.append(try DependencyAtom(parsing: word))
            } catch {
                self.error(
                    "dependency", of: field.rawValue, word: word, "'\(word)' is not a dependency: \(error)",
                    "write NAME, NAME=VERSION, NAME>=VERSION, NAME~VERSION or !NAME")
            }
        }
        return atoms
    }

    mutating func installScripts(packages: [String]) -> [InstallScript] {
        var scripts: [InstallScript] = []
        for word in words("install") {
            guard let dot = word.lastIndex(of: "."),
                let moment = InstallScript.Moment(rawValue: String(word[word.index(after: dot)...]))
            else {
                error(
                    "install-script", of: "install", word: word, "'\(word)' names no moment that apk knows",
                    "end the name in .pre-install, .post-install, .pre-upgrade, .post-upgrade, .pre-deinstall or"
                        + " .post-deinstall")
                continue
            }
            guard let package = script(word, package: String(word[..<dot]), of: "install", packages: packages)
            else {
                continue
            }
            scripts.append(InstallScript(package: package, moment: moment, file: word))
        }
        return scripts
    }

    mutating func triggers(packages: [String]) -> [Trigger] {
        var triggers: [Trigger] = []
        for word in words("triggers") {
            let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2, parts[0].hasSuffix(".trigger") else {
                error(
                    "trigger", of: "triggers", word: word, "'\(word)' is no trigger",
                    "write PACKAGE.trigger=/folder:/folder")
                continue
            }
            let name = String(parts[0].dropLast(".trigger".count))
            guard let package = script(parts[0], package: name, of: "triggers", packages: packages) else {
                continue
            }
            let globs = parts[1].split(separator: ":").map(String.init)
            triggers.append(Trigger(package: package, file: parts[0], globs: globs))
        }
        return triggers
    }

    private mutating func script(
        _ file: String, package: String, of variable: String, packages: [String]
    ) -> PackageName? {
        guard packages.contains(package) else {
            error(
                "script-package", of: variable, word: file,
                "the script '\(file)' belongs to no package of the recipe",
                "name it after the package or one of its subpackages")
            return nil
        }
        if !folder.files.contains(file) {
            error(
                "script-missing", of: variable, word: file,
                "the script '\(file)' is not in the recipe's folder",
                "add it or remove the entry")
        }
        return packageName(package, of: variable)
    }

    mutating func checkPhases(options: Set<String>, hasSources: Bool) {
        if !evaluated.functions.contains("package") {
            add(
                .error, "missing-package", nil, "there is no package() function",
                "add one that installs into \"$pkgdir\"")
        }
        if !evaluated.functions.contains("check"), !options.contains("!check") {
            add(
                .warning, "missing-check", text.place(of: "options"), "there is no check() function",
                "add one, or options=\"!check\" with the reason beside it")
        }
        for (wrong, right) in [
            ("depend", "depends"), ("makedepend", "makedepends"), ("pkguser", "pkgusers"),
            ("pkggroup", "pkggroups"),
            ("subpackage", "subpackages"), ("checkdepend", "checkdepends"),
        ] where value(wrong) != nil {
            error("spelling", of: wrong, "the variable is called '\(right)', not '\(wrong)'", "rename it")
        }
        if value("conflicts") != nil {
            error("conflicts", of: "conflicts", "'conflicts' means nothing", "add '!NAME' to depends")
        }
    }
}
