import Apk

extension LintNotes {
    mutating func checkDependencies() {
        let own = Set(recipe.packages)
        for field in Dependencies.Field.allCases {
            var seen: Set<String> = []
            for word in words(field.rawValue) {
                if !seen.insert(word).inserted {
                    add(
                        "duplicate-word", of: field.rawValue, word: word,
                        "\(field.rawValue) names '\(word)' twice", "remove one")
                }
                guard
                    let atom = RecipeParser.parsed({ () throws(ApkError) in try DependencyAtom(parsing: word)
                    })
                else { continue }
                checkRelease(atom, word, field.rawValue)
                if field == .makedepends, own.contains(atom.name) {
                    add(
                        "own-package", of: field.rawValue, word: word,
                        "makedepends names '\(atom.name)', which the recipe itself makes", "remove it")
                }
            }
        }
    }

    private mutating func checkRelease(_ atom: DependencyAtom, _ word: String, _ field: String) {
        guard case .version(_, let version) = atom.constraint, !["provides", "replaces"].contains(field),
            let release = version.description.firstRange(of: "-r"),
            version.description[release.upperBound...].allSatisfy(\.isNumber)
        else { return }
        let isOwn = version.description == "\(recipe.version)"
        guard !isOwn else { return }
        add(
            "dependency-release", of: field, word: word,
            "'\(word)' names a release; a rebuild has numbers of its own",
            "leave -rN out, or know that the farm translates it")
    }

    /// Circles among the recipe's own packages, by what the top level and split functions say of depends.
    mutating func checkCircles(_ syntax: RecipeSyntax) {
        let names = recipe.packages.map(\.description)
        var needs: [String: Set<String>] = [:]
        func own(_ text: String) -> Set<String> {
            let main = recipe.pkgname.description
            let spelled = text.replacing("${pkgname}", with: main).replacing("$pkgname", with: main)
            let words = spelled.split { " \t\n\"'".contains($0) }
            return Set(words.map { String($0.prefix { !"=<>~".contains($0) }) }).intersection(names)
        }
        needs[recipe.pkgname.description] = own(words("depends").joined(separator: " "))
        for subpackage in recipe.subpackages {
            var found: Set<String> = []
            if let atoms = recipe.dependencies.dependsOfSplits[subpackage.function] {
                found = own(atoms.map(\.description).joined(separator: " "))
            }
            if let atoms = subpackage.fields?.depends.value {
                found = own(atoms.map(\.description).joined(separator: " "))
            } else {
                for assignment in syntax.assignments
                where assignment.function == subpackage.function && assignment.name == "depends" {
                    found.formUnion(own(assignment.value))
                }
            }
            needs[subpackage.name.description] = found
        }
        guard let circle = Self.circle(in: needs, from: names) else { return }
        add(
            "circular-subpackages", of: "subpackages",
            "packages depend on each other: \(circle.joined(separator: " → "))",
            "take one of these out of depends")
    }

    private static func circle(in needs: [String: Set<String>], from names: [String]) -> [String]? {
        var done: Set<String> = []
        func visit(_ name: String, _ path: [String]) -> [String]? {
            if let start = path.firstIndex(of: name) { return path[start...] + [name] }
            guard done.insert(name).inserted else { return nil }
            for next in (needs[name] ?? []).sorted() where next != name {
                if let circle = visit(next, path + [name]) { return circle }
            }
            return nil
        }
        for name in names {
            if let circle = visit(name, []) { return circle }
        }
        return nil
    }
}
