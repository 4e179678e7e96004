/// Which of several candidates is taken first, in apk 3's order of arguments.
struct CandidatePreference {
    private let universe: Universe
    private let options: SolverOptions
    private let allowed: [Bool]
    private let preferred: [Bool]
    private let usedTags: Set<ByteText>

    init(_ universe: Universe, world: [DependencyAtom], options: SolverOptions) {
        self.universe = universe
        self.options = options
        var tags: Set<ByteText> = []
        var pinned: [PackageName: ByteText] = [:]
        for atom in world {
            guard let tag = atom.tag else { continue }
            tags.insert(tag)
            pinned[atom.name] = tag
        }
        var allowed: [Bool] = []
        var preferred: [Bool] = []
        for candidate in universe.candidates {
            var isAllowed = candidate.isInstalled
            let pin = pinned[candidate.entry.name]
            var isPreferred = candidate.isInstalled && pin == nil
            for repository in candidate.repositories {
                let tag = universe.repositoryTags[repository]
                if let tag { if tags.contains(tag) { isAllowed = true } } else { isAllowed = true }
                if tag == pin { isPreferred = true }
            }
            allowed.append(isAllowed)
            preferred.append(isPreferred)
        }
        self.allowed = allowed
        usedTags = tags
        self.preferred = preferred
    }

    /// Whether the candidate is in a repository that may be used, or installed.
    func isAllowed(_ candidate: Int) -> Bool { allowed[candidate] }

    /// The tag to be shown with a candidate: that of its first repository that may be used; nil for an untagged one.
    func tag(of candidate: Int) -> ByteText? {
        var tag: ByteText?
        for repository in universe.candidates[candidate].repositories {
            guard let own = universe.repositoryTags[repository] else { return nil }
            if tag == nil, usedTags.contains(own) { tag = own }
        }
        return tag
    }

    /// Whether it says that it may be chosen among those who provide a name without version.
    func hasPriority(_ candidate: Int) -> Bool {
        (universe.candidates[candidate].entry.providerPriority ?? 0) != 0
    }

    /// Best first; equals stay in their order.
    func sorted(_ providers: [Universe.Provider]) -> [Universe.Provider] {
        var sorted: [Universe.Provider] = []
        for provider in providers {
            var place = sorted.count
            while place > 0, compare(provider, sorted[place - 1]) > 0 { place -= 1 }
            sorted.insert(provider, at: place)
        }
        return sorted
    }

    /// Positive if `left` is to be taken before `right`.
    func compare(_ left: Universe.Provider, _ right: Universe.Provider) -> Int {
        let a = universe.candidates[left.candidate]
        let b = universe.candidates[right.candidate]
        if options.heldNames.contains(a.entry.name) || options.heldNames.contains(b.entry.name),
            let order = prefer(a.isInstalled, b.isInstalled)
        {
            return order
        }
        if !options.prefersLatest,
            let order = prefer(preferred[left.candidate], preferred[right.candidate])
        {
            return order
        }
        if options.prefersAvailable,
            let order = prefer(!a.repositories.isEmpty, !b.repositories.isEmpty)
        {
            return order
        }
        let sharesName = a.entry.name == b.entry.name
        let keepsInstalled =
            !options.upgradesAll && !options.prefersLatest && !options.upgradedNames.contains(a.entry.name)
            && !options.upgradedNames.contains(b.entry.name)
            && !options.unwantedNames.contains(a.entry.name)
            && !options.unwantedNames.contains(b.entry.name)
        if keepsInstalled, sharesName || left.version != nil || right.version != nil,
            let order = prefer(a.isInstalled, b.isInstalled)
        {
            return order
        }
        if let first = left.version, let second = right.version, let order = newer(first, second) {
            return order
        }
        // Without a version counts as older than any.
        if let order = prefer(left.version != nil, right.version != nil) { return order }
        if sharesName, let order = newer(a.entry.version, b.entry.version) { return order }
        let priority = (a.entry.providerPriority ?? 0) - (b.entry.providerPriority ?? 0)
        if priority != 0 { return priority > 0 ? 1 : -1 }
        if let order = prefer(a.isInstalled, b.isInstalled) { return order }
        return (b.repositories.first ?? Int.max >> 1) - (a.repositories.first ?? Int.max >> 1)
    }

    private func prefer(_ left: Bool, _ right: Bool) -> Int? {
        left == right ? nil : left ? 1 : -1
    }

    private func newer(_ left: PackageVersion, _ right: PackageVersion) -> Int? {
        switch left.compare(right) {
        case .less: -1
        case .greater: 1
        case .equal: nil
        }
    }
}
