import Apk

/// What is different between two recipes, field by field.
public struct RecipeComparison: Sendable {
    /// One field that differs.
    public struct Difference: Sendable, Hashable, Codable {
        /// The field's name as APKBUILD has it; functions are `build()`.
        public let field: String
        /// The value in the first recipe; nil for a function that it lacks.
        public let old: String?
        /// The value in the second recipe; nil for a function that it lacks.
        public let new: String?
        /// Words of the second only, for fields that are lists.
        public let added: [String]
        /// Words of the first only, for fields that are lists.
        public let removed: [String]
    }

    /// The differences, in the order in which recipes have their fields.
    public let differences: [Difference]

    /// Compares two recipes: every field of ``Recipe``, and the text of every function.
    public init(_ old: Recipe, _ new: Recipe) {
        var differences: [Difference] = []
        for (before, after) in zip(Self.fields(of: old), Self.fields(of: new))
        where before.words != after.words {
            differences.append(
                Difference(
                    field: before.name, old: before.words.joined(separator: " "),
                    new: after.words.joined(separator: " "),
                    added: after.words.filter { !before.words.contains($0) },
                    removed: before.words.filter { !after.words.contains($0) }))
        }
        let names = old.evaluated.functions.union(new.evaluated.functions).sorted()
        for name in names {
            let (before, after) = (old.text(ofFunction: name), new.text(ofFunction: name))
            guard before != after else { continue }
            differences.append(
                Difference(field: "\(name)()", old: before, new: after, added: [], removed: []))
        }
        self.differences = differences
    }

    /// The fields of a recipe as words, always the same fields in the same order.
    static func fields(of recipe: Recipe) -> [(name: String, words: [String])] {
        func words(_ list: some Sequence<some CustomStringConvertible>) -> [String] {
            list.map(\.description)
        }
        let needs = recipe.dependencies
        let splits = recipe.subpackages.flatMap { split in
            recipe.depends(of: split).map { "\(split.name):\($0)" }
        }
        let provided = recipe.subpackages.flatMap { split in
            (split.fields?.provides.value ?? []).map { "\(split.name):\($0)" }
        }
        let environment = recipe.evaluated.variables.filter { $0.key.first?.isUppercase == true }
        return [
            ("pkgname", [recipe.pkgname.description]), ("pkgver", [recipe.pkgver]),
            ("pkgrel", ["\(recipe.pkgrel)"]), ("pkgdesc", [recipe.pkgdesc]), ("url", [recipe.url]),
            ("license", [recipe.license]), ("arch", recipe.arch.words),
            ("maintainer", recipe.maintainer.map { [$0] } ?? []), ("depends", words(needs.depends)),
            ("makedepends", words(needs.makedepends)), ("makedepends_build", words(needs.makedependsBuild)),
            ("makedepends_host", words(needs.makedependsHost)), ("checkdepends", words(needs.checkdepends)),
            ("provides", words(needs.provides)), ("replaces", words(needs.replaces)),
            ("install_if", words(needs.installIf)), ("depends of subpackages", splits),
            ("provides of subpackages", provided),
            ("subpackages", recipe.subpackages.map { "\($0.name):\($0.function):\($0.architecture)" }),
            ("options", recipe.options.sorted()), ("install", recipe.install.map(\.file)),
            ("triggers", recipe.triggers.map { "\($0.file)=\($0.globs.joined(separator: ":"))" }),
            ("source", recipe.sources.map { $0.url.map { url in "\(url)" } ?? $0.name }),
            (
                "sha512sums",
                recipe.sources.flatMap { source in source.sha512.map { "\($0)  \(source.name)" } }
            ),
            ("builddir", [recipe.builddir]),
            ("environment", environment.keys.sorted().map { "\($0)=\(environment[$0] ?? "")" }),
        ]
    }
}

extension Recipe {
    /// The text of a function, from its name to the end of its body; nil when the recipe's text has no such function.
    public func text(ofFunction name: String) -> String? {
        let bytes = Array(folder.text.utf8)
        return FunctionText.ranges(of: name, in: bytes).last.map {
            String(decoding: bytes[$0], as: UTF8.self)
        }
    }
}
