/// Compares what an overlay expects of variables with what its lines found when the recipe was evaluated.
struct OverlayCheck {
    private let layer: OverlayLayer
    private let variables: [String: String]
    private(set) var findings: [Finding] = []

    /// Findings for an evaluated folder; none when it has no overlay.
    static func findings(_ folder: RecipeFolder, _ evaluated: EvaluatedRecipe) -> [Finding] {
        guard let layer = folder.overlay else { return [] }
        var check = OverlayCheck(layer: layer, variables: evaluated.variables)
        for (index, change) in layer.overlay.changes.enumerated() {
            check.look(at: change, number: index + 1)
        }
        return check.findings
    }

    private init(layer: OverlayLayer, variables: [String: String]) {
        self.layer = layer
        self.variables = variables
    }

    private mutating func look(at change: OverlayChange, number: Int) {
        let found = variables[OverlayLines.kept(number)] ?? ""
        switch change.kind {
        case .words(let variable, let add, let remove):
            checkWords(change, variable, add, remove, Set(Self.words(found)))
        case .value(let variable, _, let was) where found != was:
            stale(
                change, "\(variable) is '\(found)' upstream; the overlay was written for '\(was)'",
                "look at upstream's change, then set was to it or remove the section")
        case .patch(let file): checkNew(change, file, found)
        case .addedSource(let entry, _): checkNew(change, Source.parse(entry).name, found)
        case .replacedSource(let name, _, _, let was), .removedSource(let name, let was):
            checkOld(change, name, was, found, sums: variables[OverlayLines.keptSums(number)] ?? "")
        default: break
        }
    }

    private mutating func checkWords(
        _ change: OverlayChange, _ variable: String, _ add: [String], _ remove: [String], _ found: Set<String>
    ) {
        for word in add where found.contains(word) {
            stale(
                change, "\(variable) has '\(word)' upstream too, which the overlay adds",
                "remove it from 'add'")
        }
        for word in remove where !found.contains(word) {
            stale(
                change, "\(variable) has no '\(word)' upstream, which the overlay removes",
                "remove it from 'remove'")
        }
        if variable == "makedepends", found.isEmpty,
            let other = ["makedepends_host", "makedepends_build"].first(where: {
                variables[$0]?.isEmpty == false
            })
        {
            stale(
                change, "makedepends is empty upstream, which uses \(other); setting it would drop those",
                "change \(other)")
        }
    }

    private mutating func checkNew(_ change: OverlayChange, _ name: String, _ source: String) {
        if Self.words(source).contains(where: { Source.parse($0).name == name }) {
            stale(
                change, "source has '\(name)' upstream too, which the overlay adds",
                "remove the section or rename it"
            )
        }
    }

    private mutating func checkOld(
        _ change: OverlayChange, _ name: String, _ was: String, _ source: String, sums: String
    ) {
        guard Self.words(source).contains(where: { Source.parse($0).name == name }) else {
            let names = Self.words(source).map { Source.parse($0).name }.joined(separator: " ")
            return stale(
                change,
                "source has no '\(name)' upstream, which the overlay replaces or removes; it has: \(names)",
                "name the source as it is now")
        }
        let words = Self.words(sums)
        let pairs = stride(from: 0, to: words.count - 1, by: 2).filter { words[$0 + 1] == name }
        guard pairs.contains(where: { words[$0].hasPrefix(was) }) else {
            let sum = pairs.first.map { "\(words[$0].prefix(16))…" } ?? "not given"
            return stale(
                change,
                "the sum of '\(name)' is \(sum) upstream; the overlay was written for \(was.prefix(16))…",
                "look at upstream's change and set was to its sum")
        }
    }

    private static func words(_ text: String) -> [String] {
        text.shellWords
    }

    private mutating func stale(_ change: OverlayChange, _ what: String, _ remedy: String) {
        findings.append(
            Finding(.error, rule: "overlay-stale", at: change.place, what: what, remedy: remedy))
    }
}
