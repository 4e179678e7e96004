/// Says why a world cannot be: who wants what, and what stands against it, in the words of apk 3.
struct SolverReport {
    private let universe: Universe
    private let reasons: [SolverProblem.Reason]
    private let preference: CandidatePreference
    private let world: [DependencyAtom]

    init(_ universe: Universe, world: [DependencyAtom], problem: SolverProblem) {
        self.universe = universe
        self.world = world
        preference = problem.preference
        var reasons: [SolverProblem.Reason] = []
        for clause in problem.engine.core() { reasons.append(problem.reasons[clause]) }
        self.reasons = reasons
    }

    /// The report's lines, two blanks deep.
    var text: String {
        var blocks = ReportBlocks()
        for reason in reasons { add(reason, &blocks) }
        let text = blocks.text
        return text.isEmpty ? "  no reason found; this is a defect of the solver" : text
    }

    private func add(_ reason: SolverProblem.Reason, _ blocks: inout ReportBlocks) {
        switch reason {
        case .requirement(let owner, let atom): add(requirement: atom, of: owner, &blocks)
        case .exclusion(let owner, let atom, let candidate):
            blocks.add(label(candidate), "breaks:", quote(owner, atom))
            satisfied(candidate, &blocks)
        case .sameName(let name, let first, let second):
            let owned = universe.names[name]
            blocks.add(label(first), "conflicts:", conflict(with: second, owned, of: first))
            blocks.add(label(second), "conflicts:", conflict(with: first, owned, of: second))
            satisfied(first, &blocks)
            satisfied(second, &blocks)
        case .sameNameTwice(let candidate):
            let entry = universe.candidates[candidate].entry
            for atom in entry.provides {
                for _ in 0..<rivals(of: atom, in: entry) {
                    blocks.append(entry.label, "conflicts:", entry.label + "[\(atom)]")
                }
            }
            satisfied(candidate, &blocks)
        case .obstacle(let candidate) where isForeign(candidate):
            blocks.add(label(candidate), "error:", "uninstallable")
            blocks.add(
                label(candidate), "arch:",
                universe.candidates[candidate].entry.architecture?.description ?? "unknown")
            satisfied(candidate, &blocks)
        case .obstacle(let candidate):
            let why =
                universe.candidates[candidate].entry.obstacle
                ?? ByteText("only in a repository whose tag was not asked for")
            blocks.add(label(candidate), "error:", "uninstallable (\(why))")
            satisfied(candidate, &blocks)
        case .neverChosen, .given: break
        }
    }

    private func add(
        requirement atom: DependencyAtom, of owner: SolverProblem.Owner, _ blocks: inout ReportBlocks
    ) {
        let providers = universe.providers(of: atom)
        if providers.isEmpty {
            // All of the owner's that nobody has, as apk says them.
            for other in needs(of: owner) where universe.providers(of: other).isEmpty && !other.isConflict {
                blocks.add("\(other.name) (no such package)", "required by:", quote(owner, other))
            }
            return
        }
        var fitting: [Universe.Provider] = []
        for provider in providers where universe.accepts(atom, provider) { fitting.append(provider) }
        if fitting.isEmpty {
            let nearest = preference.sorted(providers)[0]
            blocks.add(label(nearest.candidate), "breaks:", quote(owner, atom))
            satisfied(nearest.candidate, &blocks)
            return
        }
        for provider in fitting
        where provider.version != nil || preference.hasPriority(provider.candidate) { return }
        let heading = "\(atom.name) (virtual)"
        for word in ["please", "select", "one", "of", "the", "'provided", "by'", "packages", "explicitly"] {
            blocks.add(heading, "note:", word)
        }
        for provider in fitting {
            blocks.add(
                heading, "provided by:", universe.candidates[provider.candidate].entry.name.description)
        }
        blocks.add(heading, "required by:", quote(owner, atom))
    }

    private func needs(of owner: SolverProblem.Owner) -> [DependencyAtom] {
        switch owner {
        case .world: world
        case .candidate(let candidate): universe.candidates[candidate].entry.dependencies
        }
    }

    /// With how many other provisions of the same package one collides.
    private func rivals(of atom: DependencyAtom, in entry: IndexEntry) -> Int {
        var count = entry.name == atom.name ? 1 : 0
        for other in entry.provides
        where other.name == atom.name && (other.version != nil || atom.version != nil) {
            count += 1
        }
        return atom.version == nil ? count : count - 1
    }

    private func isForeign(_ candidate: Int) -> Bool {
        universe.candidates[candidate].entry.obstacle?.hasPrefix(Universe.foreignObstacle) ?? false
    }

    /// Says which of the wishes in question a candidate would meet.
    private func satisfied(_ candidate: Int, _ blocks: inout ReportBlocks) {
        let entry = universe.candidates[candidate].entry
        for case .requirement(let owner, let atom) in reasons where owner != .candidate(candidate) {
            for provider in universe.providers(of: atom)
            where provider.candidate == candidate && universe.accepts(atom, provider) {
                blocks.add(entry.label, "satisfies:", quote(owner, atom))
            }
        }
    }

    private func label(_ candidate: Int) -> String { universe.candidates[candidate].entry.label }

    /// The other package, with the provision of `owner` that both would give.
    private func conflict(with candidate: Int, _ name: PackageName, of owner: Int) -> String {
        for atom in universe.candidates[owner].entry.provides where atom.name == name {
            return label(candidate) + "[\(atom)]"
        }
        return label(candidate)
    }

    private func quote(_ owner: SolverProblem.Owner, _ atom: DependencyAtom) -> String {
        switch owner {
        case .world: "world[\(atom)]"
        case .candidate(let candidate): label(candidate) + "[\(atom)]"
        }
    }
}

/// Blocks of a heading and labelled lists, each said once, wrapped as apk does without a terminal.
private struct ReportBlocks {
    private struct Line {
        let label: StaticString
        var words: [String]
    }

    private var headings: [(heading: String, lines: [Line])] = []
    private var known: Set<ByteText> = []

    mutating func add(_ heading: String, _ label: StaticString, _ words: String) {
        guard known.insert(ByteText(heading + "\n\(label)\n" + words)).inserted else { return }
        append(heading, label, words)
    }

    /// Says it even if it has been said.
    mutating func append(_ heading: String, _ label: StaticString, _ words: String) {
        let key = ByteText(heading)
        var place = headings.count
        for (index, block) in headings.enumerated() where ByteText(block.heading) == key { place = index }
        if place == headings.count { headings.append((heading, [])) }
        for index in headings[place].lines.indices
        where ByteText(headings[place].lines[index].label.description) == ByteText(label.description) {
            headings[place].lines[index].words.append(words)
            return
        }
        headings[place].lines.append(Line(label: label, words: [words]))
    }

    var text: String {
        var text = ""
        for (heading, lines) in headings {
            text += (text.isEmpty ? "  " : "\n  ") + heading + ":"
            for line in lines {
                let start = "    \(line.label)"
                var row = start
                for word in line.words where !word.isEmpty {
                    if row.utf8.count > start.utf8.count + 1, row.utf8.count + word.utf8.count + 1 >= 50 {
                        text += "\n" + row
                        row = ""
                        for _ in 0..<start.utf8.count { row += " " }
                    }
                    row += " " + word
                }
                text += "\n" + row
            }
        }
        return text
    }
}
