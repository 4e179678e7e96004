import Recipes

/// Which recipes belong to a plan.
struct RecipeClosure {
    let table: RecipeTable
    let answers: [Answer]
    let options: Planner.Options
    /// By recipe: packages in its build root that it does not name.
    var own: [Int: [Int]] = [:]

    /// Recipes that are needed to build `roots` and, unless left out by the options, to install what they make; in no
    /// particular order. `implicit` are recipes that all need.
    func rows(from roots: [Int], implicit: [Int]) -> [Int] {
        var isFound = [Bool](repeating: false, count: table.rows.count)
        var found: [Int] = []
        for root in roots + implicit where !isFound[root] {
            isFound[root] = true
            found.append(root)
        }
        var next = 0
        func add(_ package: Int) {
            let other = Int(table.packages[package].recipe)
            guard !isFound[other] else { return }
            isFound[other] = true
            found.append(other)
        }
        while next < found.count {
            let row = found[next]
            next += 1
            for need in table.needs(of: row) where answers[need].kind == .package && counts(need) {
                add(Int(answers[need].value))
            }
            own[row]?.forEach(add)
        }
        return found
    }

    /// Whether a need counts under the options.
    func counts(_ need: Int) -> Bool {
        switch table.needs[need].field {
        case .makedepends, .makedependsBuild, .makedependsHost: true
        case .checkdepends: options.runsChecks
        case .depends: options.includesRuntime
        case .provides: false
        }
    }
}

/// Draws the edges of a distribution.
struct GraphBuilder {
    let table: RecipeTable
    let answers: [Answer]
    let options: Planner.Options
    let implicit: ImplicitPackages
    let staged: [Int]
    let stages: BootstrapStages

    func graph() -> NeedGraph {
        let rows = table.rows.count
        let builds = rows + staged.count
        var edges: [(from: UInt32, to: UInt32)] = []
        edges.reserveCapacity(answers.count + table.packages.count + rows)
        for row in 0..<rows { addBuild(row, as: row, isFirst: staged.contains(row), builds, &edges) }
        for (index, row) in staged.enumerated() {
            addBuild(row, as: rows + index, isFirst: false, builds, &edges)
            // The second build stands after the first.
            edges.append((UInt32(rows + index), UInt32(builds + Int(table.rows[row].firstPackage))))
        }
        for row in 0..<rows { addPackages(of: row, builds, &edges) }
        return NeedGraph(recipes: builds, nodes: builds + table.packages.count, edges: edges)
    }

    private func addBuild(
        _ row: Int, as build: Int, isFirst: Bool, _ builds: Int, _ edges: inout [(from: UInt32, to: UInt32)]
    ) {
        let left = isFirst ? stages.fields[table.identity(of: row)] ?? [] : []
        for need in table.needs(of: row) where answers[need].kind == .package {
            let field = table.needs[need].field
            guard field.isForBuilding, field != .checkdepends || options.runsChecks, !left.contains(field)
            else { continue }
            edges.append((UInt32(build), UInt32(builds) + answers[need].value))
        }
        for package in implicit[row] { edges.append((UInt32(build), UInt32(builds + package))) }
    }

    private func addPackages(of row: Int, _ builds: Int, _ edges: inout [(from: UInt32, to: UInt32)]) {
        let packages = table.packages(of: row)
        for package in packages { edges.append((UInt32(builds + package), UInt32(row))) }
        guard options.followsRuntime else { return }
        for need in table.needs(of: row) where table.needs[need].field == .depends {
            guard let other = answers[need].package else { continue }
            let package = packages.lowerBound + Int(table.needs[need].package)
            if package != other { edges.append((UInt32(builds + package), UInt32(builds + other))) }
        }
        if let link = linked(row) { edges.append((UInt32(builds + link.from), UInt32(builds + link.to))) }
    }

    /// Where libraries are shared, a -dev package's links to them bring the package that holds them: -libs where there
    /// is one, else the main one. Packages for wasm32 are linked statically and need nothing.
    func linked(_ row: Int) -> (from: Int, to: Int)? {
        guard !options.isCross else { return nil }
        let packages = table.packages(of: row)
        guard let development = packages.first(where: { table.texts[table.packages[$0].function] == "dev" })
        else { return nil }
        let libraries = packages.first { table.texts[table.packages[$0].function] == "libs" }
        return (development, libraries ?? packages.lowerBound)
    }
}
