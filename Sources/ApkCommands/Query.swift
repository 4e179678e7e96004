import Apk

/// What packages are looked for, and how: apk 3's rules for `query`, `list`, `search`, `info` and others.
struct Query {
    /// One thing that was found, or that was not.
    struct Match {
        /// The word that was asked for; empty if all were asked for.
        let query: ByteText
        /// The name under which it was found, if by a name.
        let name: PackageName?
        /// The candidate's number; nil if the word found nothing.
        let candidate: Int?
    }

    /// Fields that are looked at; empty for all packages.
    var fields: [QueryField] = [.name]
    /// Whether words match anywhere in a field.
    var matchesAnywhere = false
    /// Whether no word asks for all packages.
    var emptyMatchesAll = false
    /// Whether all versions are shown, not the best of each name.
    var showsAllVersions = false
    var onlyInstalled = false
    var onlyAvailable = false
    var onlyOrphaned = false
    var onlyUpgradable = false

    /// The packages that the words find. `missing` counts exact words that found nothing.
    func matches<Machine: ApkMachine>(
        _ words: [ByteText], in manager: PackageManager<Machine>
    ) -> (found: [Match], missing: Int32) {
        let catalogue = Catalogue(manager)
        if words.isEmpty, emptyMatchesAll {
            var found: [Match] = []
            for number in catalogue.sorted where passes(number, catalogue) {
                let name = catalogue.candidates[number].entry.name
                found.append(Match(query: ByteText(), name: name, candidate: number))
            }
            return (found, 0)
        }
        var found: [Match] = []
        var missing: Int32 = 0
        for word in words {
            let term = Term(word, matchesAnywhere: matchesAnywhere)
            let matches = self.matches(term, catalogue)
            if matches.isEmpty {
                found.append(Match(query: term.name, name: nil, candidate: nil))
                if !term.isPattern { missing += 1 }
            }
            found += showsAllVersions ? matches : best(matches, catalogue)
        }
        return (found, missing)
    }

    private func matches<Machine: ApkMachine>(_ term: Term, _ catalogue: Catalogue<Machine>) -> [Match] {
        var found: [Match] = []
        for number in catalogue.sorted where passes(number, catalogue) {
            let entry = catalogue.candidates[number].entry
            if fields.contains(.name), term.fits(entry.name.text),
                term.accepts(entry.version, entry.identity)
            {
                found.append(Match(query: term.name, name: entry.name, candidate: number))
                if !showsAllVersions { continue }
            }
            for field in fields where field != .name {
                for atom in field.atoms(of: entry)
                where term.fits(atom.name.text) && term.accepts(atom, field) {
                    found.append(Match(query: term.name, name: atom.name, candidate: number))
                }
                if let text = field.text(of: entry), term.fits(text) {
                    found.append(Match(query: term.name, name: nil, candidate: number))
                }
            }
        }
        return found
    }

    /// Of each package name the installed version, else the newest.
    private func best<Machine: ApkMachine>(_ matches: [Match], _ catalogue: Catalogue<Machine>) -> [Match] {
        var best: [Match] = []
        for match in matches {
            guard let number = match.candidate else { continue }
            let candidate = catalogue.candidates[number]
            if let last = best.last?.candidate, catalogue.candidates[last].entry.name == candidate.entry.name
            {
                let known = catalogue.candidates[last]
                if candidate.isInstalled
                    || (!known.isInstalled
                        && candidate.entry.version.compare(known.entry.version) == .greater)
                {
                    best[best.count - 1] = match
                }
            } else {
                best.append(match)
            }
        }
        return best
    }

    private func passes<Machine: ApkMachine>(_ number: Int, _ catalogue: Catalogue<Machine>) -> Bool {
        let candidate = catalogue.candidates[number]
        if onlyInstalled, !candidate.isInstalled { return false }
        if onlyAvailable, candidate.repositories.isEmpty { return false }
        if onlyOrphaned, catalogue.isOffered(candidate.entry.name) { return false }
        if onlyUpgradable, catalogue.upgraded(by: number) == nil { return false }
        return true
    }

    /// A word that is looked for.
    private struct Term {
        let name: ByteText
        let isPattern: Bool
        private let pattern: ByteText
        private let atom: DependencyAtom?

        init(_ word: ByteText, matchesAnywhere: Bool) {
            if matchesAnywhere {
                name = "*" + word + "*"
                pattern = name
                isPattern = true
                atom = nil
                return
            }
            do throws(ApkError) {
                let dependency = try DependencyAtom(bytes: word.bytes[...])
                atom = dependency
                name = dependency.name.text
            } catch {
                // A word that is no dependency is looked for as it stands.
                atom = nil
                name = word
            }
            pattern = name
            isPattern = Wildcard.isPattern(word)
        }

        func fits(_ text: ByteText) -> Bool {
            isPattern ? Wildcard.matches(pattern, text) : text == pattern
        }

        func accepts(_ version: PackageVersion, _ identity: PackageIdentity?) -> Bool {
            guard let atom else { return true }
            return atom.accepts(version: version, identity: identity) != atom.isConflict
        }

        func accepts(_ found: DependencyAtom, _ field: QueryField) -> Bool {
            guard let atom, let comparison = atom.comparison, let version = atom.version else { return true }
            guard field == .provides else {
                return found.comparison == comparison && found.version == version
            }
            return found.version.map { comparison.holds($0, version) } ?? false
        }
    }
}
