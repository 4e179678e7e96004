import Apk
import Planning
import Testing

/// apk's own choice is the authority: the solver in `Apk`, which is compared with a real apk by its own tests.
@Suite("Providers are chosen as apk chooses them")
struct ApkAgreementTests {
    private struct Offer {
        let name: String
        let provides: [String]
        let priority: Int
    }

    private static func offers(_ dice: inout Dice) -> [Offer] {
        (0..<6).map { number in
            var provides: [String] = []
            for name in ["v-dev", "w-dev"] where Int.random(in: 0..<3, using: &dice) > 0 {
                let version = Int.random(in: 0..<4, using: &dice)
                provides.append(version == 0 ? name : "\(name)=\(version)")
            }
            return Offer(
                name: "p\(number)-dev", provides: provides,
                priority: Bool.random(using: &dice) ? 0 : Int.random(in: 1...3, using: &dice) * 10 + number)
        }
    }

    /// What apk installs for one word; nil when it asks or cannot.
    private static func apkChoice(_ word: String, _ offers: [Offer]) throws -> [String]? {
        var entries: [IndexEntry] = []
        for offer in offers {
            var entry = IndexEntry(
                name: try PackageName(parsing: offer.name), version: try PackageVersion(parsing: "1-r0"))
            entry.provides = try offer.provides.map { try DependencyAtom(parsing: $0) }
            entry.providerPriority = offer.priority == 0 ? nil : Int64(offer.priority)
            entries.append(entry)
        }
        var universe = Universe()
        _ = universe.add(repository: Index(entries: entries))
        do {
            let solution = try Solver(universe).solve(world: [try DependencyAtom(parsing: word)])
            return solution.changes.compactMap { $0.new?.name.description }
        } catch { return nil }
    }

    @Test("For random offers and words, the same package answers, or none", arguments: 0..<60)
    func agree(seed: Int) throws {
        var dice = Dice(state: UInt64(seed))
        let offers = Self.offers(&dice)
        for word in ["v-dev", "v-dev>=2", "v-dev<3", "w-dev=1", "w-dev~2", "p3-dev", "p3-dev>1", "none-dev"] {
            var lines = ["main/app 1-r0 makedepends=\(word)"]
            for offer in offers {
                // The main package is the one that provides: name it as a -dev package is named.
                var line = "main/\(offer.name) 1-r0"
                if !offer.provides.isEmpty { line += " provides=\(offer.provides.joined(separator: ","))" }
                if offer.priority > 0 { line += " provider_priority=\(offer.priority)" }
                lines.append(line)
            }
            let planner = try RecipeSet(lines.joined(separator: "\n")).planner()
            let ours: [String]?
            do {
                let names = try planner.plan(["app"]).names
                ours = names.filter { $0 != "main/app" }.map { String($0.dropFirst(5)) }
            } catch { ours = nil }
            let apk = try Self.apkChoice(word, offers)
            #expect(ours == apk, "\(word) of \(lines.dropFirst())")
        }
    }
}
