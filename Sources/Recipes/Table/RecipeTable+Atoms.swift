public import Apk

extension RecipeTable {
    private static let operators: [DependencyAtom.Operator] = [
        .equal, .less, .lessOrEqual, .greater, .greaterOrEqual, .fuzzy, .lessOrFuzzy, .greaterOrFuzzy,
    ]

    static func marks(of atom: DependencyAtom) -> UInt32 {
        let comparison = atom.comparison.flatMap { operators.firstIndex(of: $0) }.map { UInt32($0 + 1) } ?? 0
        return comparison | (atom.isConflict ? 256 : 0)
    }

    /// Whether marks could be an atom's.
    static func areSound(marks: UInt32) -> Bool {
        marks & ~(256 | 15) == 0 && marks & 15 <= operators.count
    }

    /// Whether something of this version answers to an atom. Text 0 is no version: as in apk 3, what is provided
    /// without one counts as older than every version.
    public func accepts(_ atom: Atom, version: TextTable.Number) -> Bool {
        let number = Int(atom.marks & 15)
        guard number > 0, number <= Self.operators.count else { return true }
        let comparison = Self.operators[number - 1]
        guard version != 0, let have = Self.parsed(texts.utf8(version)),
            let want = Self.parsed(texts.utf8(atom.version))
        else {
            switch comparison {
            case .less, .lessOrEqual, .lessOrFuzzy: return true
            default: return false
            }
        }
        return comparison.holds(have, want)
    }

    /// What apk says of two versions.
    public func order(_ left: TextTable.Number, _ right: TextTable.Number) -> PackageVersion.Ordering {
        left == right ? .equal : PackageVersion.compare(texts.utf8(left), texts.utf8(right), isFuzzy: false)
    }

    private static func parsed(_ text: ArraySlice<UInt8>) -> PackageVersion? {
        // What is no version was found when the recipe was read; here it answers to nothing.
        do { return try PackageVersion(bytes: text) } catch { return nil }
    }
}
