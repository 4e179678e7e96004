import Apk

extension [DependencyAtom] {
    /// Of what a package provides, the first name that is there twice and not both times without a version; the
    /// package's own name counts as provided. Both apks take such a package to conflict with itself and do not install
    /// it (seen with 2.14.10 and 3.0.6).
    public func nameProvidedTwice(by owner: PackageName) -> PackageName? {
        var isVersioned: [PackageName: Bool] = [owner: true]
        for atom in self {
            let hasVersion = atom.constraint != .any
            if let known = isVersioned[atom.name], known || hasVersion { return atom.name }
            isVersioned[atom.name] = hasVersion
        }
        return nil
    }
}
