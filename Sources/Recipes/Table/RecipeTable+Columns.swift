extension RecipeTable {
    func append(to writer: inout ColumnWriter) {
        writer.append(texts.bytes)
        writer.append(texts.ends)
        writer.append(rows)
        writer.append(packages)
        writer.append(needs)
        writer.append(atoms)
    }

    /// The table that was written; nil unless every number in it leads to something that is there.
    init?(from reader: inout ColumnReader) {
        guard let bytes = reader.column(of: UInt8.self), let ends = reader.column(of: UInt32.self),
            let texts = TextTable(bytes: bytes, ends: ends),
            let rows = reader.column(of: Row.self), let packages = reader.column(of: Package.self),
            let needs = reader.column(of: Need.self), let atoms = reader.column(of: Atom.self)
        else { return nil }
        self.texts = texts
        self.rows = rows
        self.packages = packages
        self.needs = needs
        self.atoms = atoms
        guard isSound else { return nil }
    }

    private var isSound: Bool {
        let count = TextTable.Number(clamping: texts.count)
        for atom in atoms {
            guard atom.text < count, atom.name < count, atom.version < count, Self.areSound(marks: atom.marks)
            else { return false }
        }
        var package = 0
        var need = 0
        for (index, row) in rows.enumerated() {
            guard row.repository < count, row.name < count, row.identity < count, row.version < count,
                row.arch < count, row.fault < count, Int(row.firstPackage) == package,
                Int(row.firstNeed) == need
            else { return false }
            let first = package
            while package < packages.count, Int(packages[package].recipe) == index {
                guard packages[package].name < count, packages[package].function < count else { return false }
                package += 1
            }
            let end = index + 1 < rows.count ? Int(rows[index + 1].firstNeed) : needs.count
            guard package > first, end >= need, end <= needs.count else { return false }
            while need < end {
                guard Int(needs[need].atom) < atoms.count, Int(needs[need].list) < Field.allCases.count,
                    Int(needs[need].package) < package - first
                else { return false }
                need += 1
            }
            if index > 0, !precedes(index - 1, index) { return false }
        }
        return package == packages.count && need == needs.count
    }

    private func precedes(_ left: Int, _ right: Int) -> Bool {
        texts.utf8(rows[left].identity).lexicographicallyPrecedes(texts.utf8(rows[right].identity))
    }
}
