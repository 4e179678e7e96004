extension LintNotes {
    mutating func checkLicense() {
        guard !recipe.license.isEmpty else { return }
        let expression = LicenseExpression(recipe.license)
        for fault in expression.faults {
            if fault.isDeprecated {
                add(
                    "license-deprecated", of: "license", word: fault.word,
                    "'\(fault.word)' is a name of an earlier SPDX list",
                    "use its successor, such as NAME-only")
            } else {
                add(
                    "license-unknown", of: "license", word: fault.word,
                    "'\(fault.word)' is not on SPDX's list of licences",
                    "use the list's identifier, or custom")
            }
        }
        if let form = expression.formFault {
            add(
                "license-form", of: "license", "license is no SPDX expression: \(form)",
                "join identifiers by AND and OR")
        }
    }

    mutating func checkOptions() {
        for word in words("options") {
            let name = word.split(separator: ":").last.map(String.init) ?? word
            let plain = name.hasPrefix("!") ? String(name.dropFirst()) : name
            if let why = Self.deprecatedOptions[plain] {
                add(
                    "deprecated-option", of: "options", word: word, "the option '\(word)' \(why)", "remove it"
                )
            } else if !Self.options.contains(plain) {
                add(
                    "unknown-option", of: "options", word: word, "abuild knows no option '\(word)'",
                    "correct or remove it; see APKBUILD(5)")
            }
        }
    }

    /// What abuild looks for in options (`options_has` in its source, 3.15).
    private static let options: Set<String> = [
        "archcheck", "bigdocs", "charset.alias", "check", "checkroot", "chmod-clean", "dbg", "fhs",
        "ldpath-recursive", "lib64", "libtool", "net", "setcap", "sover-namecheck", "spdx", "strip", "suid",
        "textrels", "toolchain", "tracedeps", "usrmerge", "keepdirs", "somask",
    ]

    private static let deprecatedOptions = [
        "docs": "does nothing since documentation is always split", "emptydirs": "does nothing",
        "locale": "does nothing", "fakeroot": "does nothing", "gnupkgconfig": "does nothing",
    ]

    mutating func checkAddresses() {
        if !recipe.url.isEmpty, !["https://", "http://"].contains(where: { recipe.url.hasPrefix($0) }) {
            add("url-scheme", of: "url", "url '\(recipe.url)' is no web address", "begin it with https://")
        }
        for source in recipe.sources {
            guard let url = source.url, source.farmFolders == nil, !url.hasPrefix("https://") else {
                continue
            }
            add(
                "insecure-source", of: "source", word: source.name, "'\(url)' is fetched without encryption",
                "use https where the host has it")
        }
        let builddir = "\(recipe.environment.srcdir)/\(recipe.pkgname)-\(recipe.pkgver)"
        if recipe.evaluated.variables["builddir"] == builddir {
            add("default-builddir", of: "builddir", "builddir is set to its default", "remove the line")
        }
    }
}
