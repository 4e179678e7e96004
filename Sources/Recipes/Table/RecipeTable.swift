/// What planning asks of all recipes of some trees, for one architecture: names, versions and dependency lists as
/// numbers in flat columns. It holds no text of a recipe and no object for each, so that 12,712 recipes are 3 MB that a
/// file holds as they are.
///
/// Rows are sorted by identity (`community/jq` before `main/zlib`), packages by their recipe, the main one first, needs
/// by their recipe, in the recipe's own order.
public struct RecipeTable: Sendable, Hashable {
    /// One recipe.
    public struct Row: Sendable, Hashable, BitwiseCopyable {
        /// `main`.
        public var repository: TextTable.Number = 0
        /// The pkgname, or the folder's name when the recipe could not be understood.
        public var name: TextTable.Number = 0
        /// `main/zlib`.
        public var identity: TextTable.Number = 0
        /// `$pkgver-r$pkgrel`.
        public var version: TextTable.Number = 0
        /// The words of `arch`.
        public var arch: TextTable.Number = 0
        /// The first error of the recipe as it is printed; 0 when it has none.
        public var fault: TextTable.Number = 0
        /// The index of its main package.
        public var firstPackage: UInt32 = 0
        /// The index of its first need.
        public var firstNeed: UInt32 = 0
        /// See ``isBuilt``.
        var marks: UInt32 = 0

        /// Whether it is built for the table's architecture.
        public var isBuilt: Bool { marks & 1 != 0 }
        /// Whether its packages hold no machine code.
        public var isNoarch: Bool { marks & 2 != 0 }
        /// Whether its tests are to be run.
        public var runsChecks: Bool { marks & 4 != 0 }
        /// Whether it is one of an overlay.
        public var isOverlaid: Bool { marks & 8 != 0 }
    }

    /// One package that a recipe makes.
    public struct Package: Sendable, Hashable, BitwiseCopyable {
        /// Its name.
        public var name: TextTable.Number
        /// The function that fills it; 0 for the main package.
        public var function: TextTable.Number
        /// The index of its recipe.
        public var recipe: UInt32
        /// `provider_priority`.
        public var priority: Int32
        /// See ``isNoarch``.
        var marks: UInt32

        /// Whether it holds no machine code.
        public var isNoarch: Bool { marks & 1 != 0 }
        /// Whether some of what it depends on or provides is known after the build only, as its split function looks at
        /// built files.
        public var isKnownAfterBuild: Bool { marks & 2 != 0 }
    }

    /// The list that a need stands in.
    public enum Field: UInt8, Sendable, CaseIterable {
        /// `makedepends`, without what stands in one of the next two as well.
        case makedepends = 0
        case makedependsBuild, makedependsHost, checkdepends
        /// What a package depends on when installed.
        case depends
        /// What a package stands for.
        case provides

        /// How recipes call it.
        public var name: String {
            switch self {
            case .makedepends: "makedepends"
            case .makedependsBuild: "makedepends_build"
            case .makedependsHost: "makedepends_host"
            case .checkdepends: "checkdepends"
            case .depends: "depends"
            case .provides: "provides"
            }
        }

        /// Whether a build installs it.
        @inlinable public var isForBuilding: Bool { rawValue <= Self.checkdepends.rawValue }
    }

    /// One word of a list.
    public struct Need: Sendable, Hashable, BitwiseCopyable {
        /// The index of its atom.
        public var atom: UInt32
        /// The package of the recipe that it belongs to: 0 for the main one and for what building needs.
        public var package: UInt16
        @usableFromInline var list: UInt16

        /// The list it stands in.
        @inlinable public var field: Field { Field(rawValue: UInt8(truncatingIfNeeded: list)) ?? .provides }
    }

    /// One word, wherever it stands.
    public struct Atom: Sendable, Hashable, BitwiseCopyable {
        /// How it is written: `!zlib-dev>=1.3`.
        public var text: TextTable.Number
        /// `zlib-dev`.
        public var name: TextTable.Number
        /// `1.3`; 0 without a constraint.
        public var version: TextTable.Number
        /// The number of the operator, 0 without one; bit 8 for a conflict.
        var marks: UInt32

        /// Whether it excludes.
        public var isConflict: Bool { marks & 256 != 0 }
    }

    /// All names and words.
    public internal(set) var texts = TextTable()
    /// Recipes, sorted by identity.
    public internal(set) var rows: [Row] = []
    /// Packages.
    public internal(set) var packages: [Package] = []
    /// Words of lists.
    public internal(set) var needs: [Need] = []
    /// Different words.
    public internal(set) var atoms: [Atom] = []

    /// No recipes.
    public init() {}

    /// The indices of a recipe's packages.
    @inlinable public func packages(of row: Int) -> Range<Int> {
        Int(
            rows[row].firstPackage)..<(row + 1 < rows.count
            ? Int(rows[row + 1].firstPackage) : packages.count)
    }

    /// The indices of a recipe's needs.
    @inlinable public func needs(of row: Int) -> Range<Int> {
        Int(rows[row].firstNeed)..<(row + 1 < rows.count ? Int(rows[row + 1].firstNeed) : needs.count)
    }

    /// `main/zlib`.
    public func identity(of row: Int) -> String { texts[rows[row].identity] }

    /// The recipe named `main/zlib`; nil when there is none.
    public func row(of identity: String) -> Int? {
        let wanted = identity.utf8
        var low = 0
        var high = rows.count
        while low < high {
            let middle = (low + high) / 2
            let found = texts.utf8(rows[middle].identity)
            if found.elementsEqual(wanted) { return middle }
            if found.lexicographicallyPrecedes(wanted) { low = middle + 1 } else { high = middle }
        }
        return nil
    }
}
