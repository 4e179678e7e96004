public import Apk

/// What is known of a subpackage's own fields before anything is built: what its split function makes of them in the
/// environment that abuild gives it, with abuild's defaults.
public struct SubpackageFields: Sendable, Hashable {
    /// One field.
    public enum Known<Value: Sendable & Hashable>: Sendable, Hashable {
        /// Its value.
        case known(Value)
        /// It depends on the built files.
        case afterBuild

        /// The value; nil when it is known after the build only.
        public var value: Value? {
            if case .known(let value) = self { value } else { nil }
        }
    }

    /// `pkgdesc`.
    public let pkgdesc: Known<String>
    /// `depends`, as far as the recipe says it: what scanning adds is known after the build in every package.
    public let depends: Known<[DependencyAtom]>
    /// `provides`.
    public let provides: Known<[DependencyAtom]>
    /// `replaces`.
    public let replaces: Known<[DependencyAtom]>
    /// `install_if`.
    public let installIf: Known<[DependencyAtom]>
    /// `provider_priority`; nil where it is not set.
    public let providerPriority: Known<Int32?>

    /// Whether nothing has to wait for the build.
    public var isKnown: Bool {
        pkgdesc.value != nil && depends.value != nil && provides.value != nil && replaces.value != nil
            && installIf.value != nil && providerPriority.value != nil
    }

    /// The names of the fields that are known after the build only, as APKBUILD has them.
    public var afterBuild: [String] {
        let fields = [
            ("pkgdesc", pkgdesc.value == nil), ("depends", depends.value == nil),
            ("provides", provides.value == nil), ("replaces", replaces.value == nil),
            ("install_if", installIf.value == nil), ("provider_priority", providerPriority.value == nil),
        ]
        return fields.filter(\.1).map(\.0)
    }
}

extension RecipeParser {
    /// The fields of a subpackage; nil when its split function was not evaluated.
    mutating func fields(of subpackage: String, entry: String) -> SubpackageFields? {
        guard let split = evaluated.splits.first(where: { $0.package == subpackage }) else { return nil }
        return SubpackageFields(
            pkgdesc: text("pkgdesc", of: split), depends: atoms("depends", of: split, entry),
            provides: atoms("provides", of: split, entry), replaces: atoms("replaces", of: split, entry),
            installIf: atoms("install_if", of: split, entry), providerPriority: priority(of: split))
    }

    private func text(_ field: String, of split: SplitFields) -> SubpackageFields.Known<String> {
        switch split[field] {
        case .known(let text)?: .known(text)
        case .afterBuild?: .afterBuild
        case nil: .known("")
        }
    }

    private func priority(of split: SplitFields) -> SubpackageFields.Known<Int32?> {
        switch split["provider_priority"] {
        case .known(let text)?: .known(Int32(text))
        case .afterBuild?: .afterBuild
        case nil: .known(nil)
        }
    }

    private mutating func atoms(
        _ field: String, of split: SplitFields, _ entry: String
    ) -> SubpackageFields.Known<[DependencyAtom]> {
        guard let words = split.words(field) else { return .afterBuild }
        var atoms: [DependencyAtom] = []
        for word in words {
            do {
                atoms.append(try DependencyAtom(parsing: word))
            } catch {
                self.error(
                    "dependency", of: "subpackages", word: entry,
                    "'\(word)', which \(split.function)() leaves in \(field) of '\(split.package)', is not a"
                        + " dependency: \(error)",
                    "write NAME, NAME=VERSION, NAME>=VERSION, NAME~VERSION or !NAME")
            }
        }
        return .known(atoms)
    }
}

extension Recipe {
    /// What is known of what a subpackage needs when installed: what its split function says, or, where that is known
    /// after the build only, what the top level says for functions of this name (`depends_dev`).
    public func depends(of subpackage: Subpackage) -> [DependencyAtom] {
        subpackage.fields?.depends.value ?? dependencies.dependsOfSplits[subpackage.function] ?? []
    }
}
