import Recipes

/// How long builds take, from what was recorded.
public struct BuildTimes: Sendable, Hashable {
    /// By recipe (`main/zlib`): seconds.
    public let seconds: [String: Double]
    /// What a recipe is taken to need of which nothing is recorded: the median of the others; nil when nothing is known.
    public let usual: Double?

    /// Nothing is known.
    public init() { self.init([:]) }

    /// Recorded seconds by recipe.
    public init(_ seconds: [String: Double]) {
        self.seconds = seconds
        let sorted = seconds.values.sorted()
        usual = sorted.isEmpty ? nil : sorted[sorted.count / 2]
    }

    /// The seconds of a recipe, recorded or usual.
    public func seconds(of identity: String) -> Double { seconds[identity] ?? usual ?? 1 }
}

/// How long a plan takes.
public struct PlanEstimate: Sendable {
    /// Seconds with so many workers.
    public let seconds: Double
    /// Seconds of all builds together.
    public let work: Double
    /// The builds that keep each other waiting longest, in order: no number of workers is faster than they are.
    public let criticalPath: [(identity: String, seconds: Double)]
    /// For how many builds a time is recorded.
    public let known: Int
    /// How many builds there are.
    public let count: Int
}

extension Distribution {
    /// By recipe: how long it takes; nil when nothing is recorded, so that steps count.
    func seconds(_ times: BuildTimes) -> [Double]? {
        guard times.usual != nil else { return nil }
        return table.rows.indices.map { times.seconds(of: identity(of: $0)) }
    }

    /// How long it takes to build `rows` with some workers that always take the ready build with the heaviest chain
    /// behind it.
    public func estimate(of rows: [Int], times: BuildTimes, workers: Int) -> PlanEstimate {
        let isIncluded = nodes(of: rows)
        let search = CycleSearch(graph, where: isIncluded, weight: costOfCutting)
        let weights = (0..<graph.recipes).map { times.seconds(of: identity(of: row(ofBuild: $0))) }
        let ordering = Ordering(search.graph, where: isIncluded, weight: weights)
        var path: [Int] = []
        var last = ordering.lastOfHeaviest(weights)
        while last >= 0 {
            path.append(last)
            last = ordering.slowest[last]
        }
        let builds = ordering.order
        return PlanEstimate(
            seconds: ordering.makespan(workers: max(1, workers), weights: weights),
            work: builds.reduce(0) { $0 + weights[$1] },
            criticalPath: path.reversed().map { (identity(of: row(ofBuild: $0)), weights[$0]) },
            known: builds.count { times.seconds[identity(of: row(ofBuild: $0))] != nil }, count: builds.count)
    }
}

extension Ordering {
    /// The build at the end of the heaviest chain; -1 when there is none.
    func lastOfHeaviest(_ weights: [Double]) -> Int {
        var heaviest = -1
        var most = -1.0
        var ended = [Double](repeating: 0, count: weights.count)
        for build in order {
            ended[build] = weights[build] + (slowest[build] < 0 ? 0 : ended[slowest[build]])
            if ended[build] > most { (most, heaviest) = (ended[build], build) }
        }
        return heaviest
    }

    /// When the last build ends.
    func makespan(workers: Int, weights: [Double]) -> Double {
        var queue = ReadyBuilds(self)
        var running: [(end: Double, build: Int)] = []
        var now = 0.0
        while true {
            while running.count < workers, let build = queue.take() {
                running.append((now + weights[build], build))
            }
            guard let first = running.indices.min(by: { running[$0].end < running[$1].end }) else {
                return now
            }
            let ended = running.remove(at: first)
            now = ended.end
            queue.ended(ended.build)
        }
    }
}
