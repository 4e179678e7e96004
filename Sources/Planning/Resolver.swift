import Recipes

/// Which packages of one recipe answer to a name: abuild leaves such words out of what a build installs. By number of
/// the name, so that a recipe with hundreds of packages costs no more than as many recipes.
private struct OwnNames {
    /// By name: the package that answers, if `recipe` says that it is this recipe's.
    private var package: [UInt32]
    private var recipe: [Int32]
    private var current: Int32 = -1

    init(_ table: RecipeTable) {
        package = [UInt32](repeating: 0, count: table.texts.count)
        recipe = [Int32](repeating: -1, count: table.texts.count)
    }

    /// Turns to a recipe. Its packages' own names win over what they provide.
    mutating func take(_ row: Int, _ table: RecipeTable) {
        current = Int32(truncatingIfNeeded: row)
        for index in table.needs(of: row) where table.needs[index].field == .provides {
            let need = table.needs[index]
            set(table.atoms[Int(need.atom)].name, table.rows[row].firstPackage + UInt32(need.package))
        }
        for index in table.packages(of: row).reversed() { set(table.packages[index].name, UInt32(index)) }
    }

    private mutating func set(_ name: TextTable.Number, _ index: UInt32) {
        package[Int(name)] = index
        recipe[Int(name)] = current
    }

    func package(named name: TextTable.Number) -> Int? {
        recipe[Int(name)] == current ? Int(package[Int(name)]) : nil
    }
}

/// Answers every word of every list, each different word once.
struct Resolver {
    let table: RecipeTable
    let providers: Providers
    let preference: ProviderPreference
    let sides: SideRule
    private let hostTools: HostTools

    /// What a word is answered by, and whether a recipe's other words may change that.
    private struct Remembered {
        var answer: Answer
        var isAmbiguous: Bool
    }

    init(_ table: RecipeTable, hostTools: HostTools, isCross: Bool) {
        self.table = table
        self.hostTools = hostTools
        providers = Providers(table)
        preference = ProviderPreference(table: table)
        sides = SideRule(table: table, hostTools: hostTools, isCross: isCross)
    }

    /// By need: its answer.
    func answers() -> [Answer] {
        var answers = [Answer](repeating: Answer(.conflict), count: table.needs.count)
        // By atom, for each kind of list: mixed, build, target.
        var memory = [[Remembered?]](
            repeating: [Remembered?](repeating: nil, count: table.atoms.count), count: 3)
        var own = OwnNames(table)
        for row in table.rows.indices {
            let needs = table.needs(of: row)
            own.take(row, table)
            var isAmbiguous = false
            for index in needs {
                let need = table.needs[index]
                if need.field == .provides { continue }
                let atom = table.atoms[Int(need.atom)]
                if atom.isConflict { continue }
                if let own = own.package(named: atom.name) {
                    answers[index] = Answer(.own, own)
                    continue
                }
                let list =
                    need.field == .makedependsBuild
                    ? 1 : need.field.isForBuilding ? (need.field == .makedependsHost ? 2 : 0) : 2
                let remembered = memory[list][Int(need.atom)] ?? answer(atom, need.field)
                memory[list][Int(need.atom)] = remembered
                answers[index] = remembered.answer
                isAmbiguous = isAmbiguous || remembered.isAmbiguous
            }
            if isAmbiguous { refine(&answers, row) }
        }
        return answers
    }

    private func answer(_ atom: RecipeTable.Atom, _ field: RecipeTable.Field) -> Remembered {
        let candidates = providers.candidates(for: atom.name)
        var best: Providers.Provider?
        var bestElsewhere: Providers.Provider?
        var unfit: Providers.Provider?
        var unchosen: Providers.Provider?
        var fitting = 0
        for candidate in candidates {
            guard table.accepts(atom, version: candidate.version) else {
                unfit = unfit ?? candidate
                continue
            }
            guard isBuilt(candidate) else {
                if bestElsewhere.map({ preference.prefers(candidate, $0) }) ?? true {
                    bestElsewhere = candidate
                }
                continue
            }
            fitting += 1
            guard preference.mayBeChosen(candidate) else {
                unchosen = unchosen ?? candidate
                continue
            }
            if best.map({ preference.prefers(candidate, $0) }) ?? true { best = candidate }
        }
        let shown = best ?? unchosen ?? bestElsewhere ?? unfit
        let side = sides.side(of: atom.name, in: field, provider: shown.map { Int($0.package) })
        if case .host = side {
            let tool = hostTools[table.texts[atom.name]]
            return Remembered(
                answer: tool.map { Answer(.hostTool, $0.line) } ?? Answer(.unlistedTool), isAmbiguous: false)
        }
        let answer: Answer
        if let best {
            answer = Answer(.package, Int(best.package))
        } else if let unchosen {
            answer = Answer(.unchosen, Int(unchosen.package))
        } else if let bestElsewhere {
            answer = Answer(.wrongArchitecture, Int(bestElsewhere.package))
        } else if let unfit {
            answer = Answer(.wrongVersion, Int(unfit.package))
        } else if isScanned(atom.name) {
            answer = Answer(.knownAfterBuild)
        } else {
            answer = Answer(.missing)
        }
        return Remembered(answer: answer, isAmbiguous: fitting > 1 || (unchosen != nil && fitting == 1))
    }

    /// Words of one build see each other: what is named explicitly answers before what apk would choose, and what is
    /// excluded does not answer.
    private func refine(_ answers: inout [Answer], _ row: Int) {
        let needs = table.needs(of: row).filter { table.needs[$0].field.isForBuilding }
        var named: Set<UInt32> = []
        var excluded: [RecipeTable.Atom] = []
        for index in needs {
            let atom = table.atoms[Int(table.needs[index].atom)]
            if atom.isConflict {
                excluded.append(atom)
            } else {
                for candidate in providers.candidates(for: atom.name) where candidate.isOwnName {
                    named.insert(candidate.package)
                }
            }
        }
        for index in needs where answers[index].kind == .package || answers[index].kind == .unchosen {
            let atom = table.atoms[Int(table.needs[index].atom)]
            // By another word: that a word names a package does not make it the newest of those who provide the name.
            func isNamed(_ candidate: Providers.Provider) -> Bool {
                named.contains(candidate.package)
                    && table.packages[Int(candidate.package)].name != atom.name
            }
            var best: Providers.Provider?
            for candidate in providers.candidates(for: atom.name)
            where isBuilt(candidate) && table.accepts(atom, version: candidate.version)
                && !isExcluded(candidate, excluded)
            {
                let precedes = isNamed(candidate)
                guard precedes || preference.mayBeChosen(candidate) else { continue }
                guard let old = best else {
                    best = candidate
                    continue
                }
                let oldIsNamed = isNamed(old)
                if precedes == oldIsNamed ? preference.prefers(candidate, old) : precedes { best = candidate }
            }
            if let best { answers[index] = Answer(.package, Int(best.package)) }
        }
    }

    private func isExcluded(_ candidate: Providers.Provider, _ excluded: [RecipeTable.Atom]) -> Bool {
        let package = table.packages[Int(candidate.package)]
        return excluded.contains { atom in
            providers.candidates(for: atom.name).contains {
                $0.package == candidate.package && table.accepts(atom, version: $0.version)
            } || (atom.name == package.name && atom.version == 0)
        }
    }

    private func isBuilt(_ candidate: Providers.Provider) -> Bool {
        table.rows[Int(table.packages[Int(candidate.package)].recipe)].isBuilt
    }

    /// Whether names of this kind are found by looking at built files.
    private func isScanned(_ name: TextTable.Number) -> Bool {
        let texts = table.texts
        return texts.hasPrefix(name, "cmd:") || texts.hasPrefix(name, "so:") || texts.hasPrefix(name, "pc:")
            || texts.hasPrefix(name, "/")
    }
}
