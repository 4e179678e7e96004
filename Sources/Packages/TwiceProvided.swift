import Apk

extension [DependencyAtom] {
    /// Of what a package provides, the first name that is there twice with a version. Both apks take such a package to
    /// conflict with itself and do not install it (seen with 2.14.10 and 3.0.6).
    public var nameProvidedTwice: PackageName? {
        var seen: Set<PackageName> = []
        for atom in self where atom.constraint != .any {
            if !seen.insert(atom.name).inserted { return atom.name }
        }
        return nil
    }
}
