import Apk
import Planning
import Recipes

/// Which steps of a plan may run now. A value: the session owns it and tells it what ended.
struct Schedule {
    private var waiting: [BuildPlan.Step]
    private var settled: Set<String> = []
    private var broken: [String: String] = [:]
    private(set) var running: Set<String> = []

    init(_ plan: BuildPlan) {
        // The plan's order is topological with the longest chain first; among ready steps the first one wins.
        waiting = plan.steps
    }

    var left: Int { waiting.count + running.count }

    /// The next step whose needs are all settled, or nil when every remaining one waits.
    mutating func takeReady() -> BuildPlan.Step? {
        guard let index = waiting.firstIndex(where: { $0.needs.allSatisfy(settled.contains) }) else {
            return nil
        }
        let step = waiting.remove(at: index)
        running.insert(step.identity)
        return step
    }

    /// Takes out every step that can no longer run, with the recipe that stands in its way.
    mutating func takeBlocked() -> [(step: BuildPlan.Step, by: String)] {
        var blocked: [(BuildPlan.Step, String)] = []
        var index = 0
        while index < waiting.count {
            if let need = waiting[index].needs.first(where: { broken[$0] != nil }) {
                let step = waiting.remove(at: index)
                // The root cause, not the neighbour that is itself blocked.
                let cause = broken[need] ?? need
                broken[step.identity] = cause
                blocked.append((step, cause))
                index = 0
            } else {
                index += 1
            }
        }
        return blocked
    }

    mutating func ended(_ identity: String, good: Bool) {
        running.remove(identity)
        if good { settled.insert(identity) } else { broken[identity] = identity }
    }

    /// Drops everything that has not begun.
    mutating func dropWaiting() -> [BuildPlan.Step] {
        defer { waiting = [] }
        return waiting
    }
}
