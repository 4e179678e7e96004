import Apk

/// Makes a ``RecipeTable`` row by row, in the order of identities.
public struct RecipeTableBuilder: Sendable {
    private var texts: TextInterner
    private var atoms: [TextTable.Number: UInt32] = [:]
    private var table = RecipeTable()
    private let architecture: String
    private let old: RecipeTable?
    private let keepsNumbers: Bool

    /// A builder for `architecture`. Rows of `old` can be taken over. With `keepsNumbers` that is quick: its texts and
    /// atoms keep their numbers, also those that nobody uses any more.
    public init(architecture: String, reusing old: RecipeTable? = nil, keepsNumbers: Bool = true) {
        self.architecture = architecture
        self.old = old
        self.keepsNumbers = keepsNumbers
        texts = TextInterner(keepsNumbers ? old?.texts ?? TextTable() : TextTable())
        if let old, keepsNumbers {
            table.atoms = old.atoms
            atoms.reserveCapacity(old.atoms.count)
            for (index, atom) in old.atoms.enumerated() { atoms[atom.text] = UInt32(index) }
            table.rows.reserveCapacity(old.rows.count + 16)
            table.packages.reserveCapacity(old.packages.count + 64)
            table.needs.reserveCapacity(old.needs.count + 256)
        }
    }

    /// The table of the rows so far.
    public func finished() -> RecipeTable {
        var table = table
        table.texts = texts.table
        return table
    }

    /// Takes a row of the old table.
    public mutating func add(old index: Int) {
        guard let old else { return }
        var row = old.rows[index]
        let packages = old.packages(of: index)
        let needs = old.needs(of: index)
        row.firstPackage = UInt32(table.packages.count)
        row.firstNeed = UInt32(table.needs.count)
        for package in packages {
            var copy = old.packages[package]
            copy.recipe = UInt32(table.rows.count)
            if !keepsNumbers {
                copy.name = renumbered(copy.name, old)
                copy.function = renumbered(copy.function, old)
            }
            table.packages.append(copy)
        }
        if keepsNumbers {
            table.needs.append(contentsOf: old.needs[needs])
        } else {
            for need in needs { add(old.needs[need], old) }
            for path in [\RecipeTable.Row.repository, \.name, \.identity, \.version, \.arch, \.fault] {
                row[keyPath: path] = renumbered(row[keyPath: path], old)
            }
        }
        table.rows.append(row)
    }

    private mutating func renumbered(_ number: TextTable.Number, _ old: RecipeTable) -> TextTable.Number {
        texts.number(of: old.texts.utf8(number))
    }

    private mutating func add(_ need: RecipeTable.Need, _ old: RecipeTable) {
        var copy = need
        var atom = old.atoms[Int(need.atom)]
        let text = renumbered(atom.text, old)
        if let known = atoms[text] {
            copy.atom = known
        } else {
            atom.text = text
            atom.name = renumbered(atom.name, old)
            atom.version = renumbered(atom.version, old)
            copy.atom = UInt32(table.atoms.count)
            atoms[text] = copy.atom
            table.atoms.append(atom)
        }
        table.needs.append(copy)
    }

    /// Adds a recipe that could not be understood.
    public mutating func add(faulty entry: RecipeTree.Entry, because reason: String) {
        var row = row(repository: entry.repository, name: entry.name, isOverlaid: entry.isOverlay)
        row.fault = texts.number(of: reason.isEmpty ? "it cannot be read" : reason)
        row.marks |= 1
        table.packages.append(
            RecipeTable.Package(
                name: row.name, function: 0, recipe: UInt32(table.rows.count), priority: 0, marks: 0))
        table.rows.append(row)
    }

    /// Adds a recipe.
    public mutating func add(_ recipe: Recipe, isOverlaid: Bool = false) {
        var row = row(
            repository: recipe.repository, name: recipe.folder.name, isOverlaid: isOverlaid)
        row.name = texts.number(of: recipe.pkgname.text.bytes[...])
        row.version = texts.number(of: recipe.version.text.bytes[...])
        row.arch = texts.number(of: recipe.arch.description)
        if let error = recipe.errors.first { row.fault = texts.number(of: error.description) }
        row.marks |=
            (recipe.arch.allows(architecture) ? 1 : 0) | (recipe.arch.isNoarch ? 2 : 0)
            | (recipe.runsChecks ? 4 : 0)
        addBuildNeeds(recipe)
        for package in 0...recipe.subpackages.count { add(package: package, of: recipe) }
        table.rows.append(row)
    }

    private mutating func row(repository: String, name: String, isOverlaid: Bool) -> RecipeTable.Row {
        RecipeTable.Row(
            repository: texts.number(of: repository), name: texts.number(of: name),
            identity: texts.number(of: "\(repository)/\(name)"),
            firstPackage: UInt32(table.packages.count), firstNeed: UInt32(table.needs.count),
            marks: isOverlaid ? 8 : 0)
    }

    private mutating func addBuildNeeds(_ recipe: Recipe) {
        let lists = recipe.dependencies
        let split = Set(lists.makedependsBuild + lists.makedependsHost)
        add(lists.makedepends.filter { !split.contains($0) }, .makedepends)
        add(lists.makedependsBuild, .makedependsBuild)
        add(lists.makedependsHost, .makedependsHost)
        if recipe.runsChecks { add(lists.checkdepends, .checkdepends) }
    }

    private mutating func add(package: Int, of recipe: Recipe) {
        let subpackage = package == 0 ? nil : recipe.subpackages[package - 1]
        let fields = subpackage?.fields
        let priority =
            fields?.providerPriority.value
            ?? recipe.evaluated.variables["provider_priority"].flatMap { Int32($0) }
        table.packages.append(
            RecipeTable.Package(
                name: texts.number(of: (subpackage?.name ?? recipe.pkgname).text.bytes[...]),
                function: subpackage.map { texts.number(of: $0.function) } ?? 0,
                recipe: UInt32(table.rows.count), priority: (priority ?? nil) ?? 0,
                marks: ((subpackage.map { $0.architecture == "noarch" } ?? recipe.arch.isNoarch) ? 1 : 0)
                    | (fields.map { $0.depends.value == nil || $0.provides.value == nil } == true ? 2 : 0)))
        add(subpackage.map(recipe.depends(of:)) ?? recipe.depends, .depends, package: package)
        add(
            subpackage.map { $0.fields?.provides.value ?? [] } ?? recipe.provides, .provides, package: package
        )
    }

    private mutating func add(_ list: [DependencyAtom], _ field: RecipeTable.Field, package: Int = 0) {
        for atom in list {
            let text = texts.number(of: atom.text.bytes[...])
            if atoms[text] == nil {
                atoms[text] = UInt32(table.atoms.count)
                table.atoms.append(
                    RecipeTable.Atom(
                        text: text, name: texts.number(of: atom.name.text.bytes[...]),
                        version: atom.version.map { texts.number(of: $0.text.bytes[...]) } ?? 0,
                        marks: RecipeTable.marks(of: atom)))
            }
            table.needs.append(
                RecipeTable.Need(
                    atom: atoms[text] ?? 0, package: UInt16(clamping: package), list: UInt16(field.rawValue)))
        }
    }
}
