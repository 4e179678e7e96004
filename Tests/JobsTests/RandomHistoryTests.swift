import Foundation
import Jobs
import Testing

/// Numbers that are the same in every run (splitmix64).
struct Dice: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}

@Suite("Random histories")
struct RandomHistoryTests {
    /// Does something at random; what is refused is part of it.
    private func step(_ store: any JobStore, _ dice: inout Dice, _ time: Double) throws {
        let jobs = try store.jobs(JobQuery())
        if jobs.isEmpty || Int.random(in: 0..<12, using: &dice) == 0 {
            let count = Int.random(in: 1...6, using: &dice)
            let names = Array(Set((0..<count).map { _ in "r\(Int.random(in: 0..<9, using: &dice))" }))
                .sorted()
            let new = names.enumerated().map { index, name in
                NewJob(
                    recipe: name, repository: "main", version: "\(Int(time))",
                    needs: names[..<index].filter { _ in Bool.random(using: &dice) }.map { "main/\($0)" })
            }
            _ = try store.add(new, at: moment(time))
            return
        }
        guard let job = jobs.randomElement(using: &dice) else { return }
        let lease = Lease(worker: "w", process: 1)
        let failure = JobFailure(phase: "build", reason: "dice")
        do {
            switch Int.random(in: 0..<10, using: &dice) {
            case 0: try store.record(.leased(lease), for: job.id, at: moment(time))
            case 1: try store.record(.phase("build"), for: job.id, at: moment(time))
            case 2, 3: try store.record(.built(reused: false), for: job.id, at: moment(time))
            case 4: try store.record(.publishing, for: job.id, at: moment(time))
            case 5, 6: try store.record(.published(unchanged: false), for: job.id, at: moment(time))
            case 7: try store.record(.failed(failure), for: job.id, at: moment(time))
            case 8: try store.retry(job.id, at: moment(time))
            default:
                let die = Int.random(in: 0..<5, using: &dice)
                if die == 4 {
                    try store.release(job.id, holding: job.fence, reason: "dice", at: moment(time))
                } else if die == 0 {
                    try store.record(.cancelled(by: "dice"), for: job.id, at: moment(time))
                } else {
                    try store.record(.leased(lease), for: job.id, at: moment(time))
                }
            }
        } catch {
            switch error {
            case .refused, .fenced: break
            default: throw error
            }
        }
    }

    /// What must hold at any time.
    private func check(_ store: any JobStore) throws {
        #expect(try store.faults() == [])
        let jobs = try store.jobs(JobQuery())
        let byID = Dictionary(uniqueKeysWithValues: jobs.map { ($0.id, $0) })
        for job in jobs {
            switch job.state {
            case .waiting(let needs):
                #expect(!needs.isEmpty)
                for need in needs {
                    let state = try #require(byID[need]).state
                    let isHopeful = state != .published && !state.isEnded && state.name != .blocked
                    #expect(isHopeful, "job \(job.id) waits on \(need), which is \(state.name)")
                }
            case .blocked(let root):
                let state = try #require(byID[root]).state
                #expect(
                    [.failed, .cancelled].contains(state.name),
                    "job \(job.id) is blocked by \(root), \(state.name)")
            case .ready, .published, .leased, .running:
                for need in job.needs {
                    let state = try #require(byID[need]).state
                    let isSettled = [.published, .superseded].contains(state.name)
                    #expect(isSettled, "job \(job.id) is \(job.state.name) but needs \(need), \(state.name)")
                }
            default: break
            }
        }
    }

    @Test(
        "After any history no job waits in vain, none is ready too early, and events explain every state",
        arguments: 0..<60)
    func memory(seed: Int) throws {
        var dice = Dice(state: UInt64(seed))
        let store = InMemoryJobStore()
        for number in 0..<120 {
            try step(store, &dice, Double(number))
            if number % 10 == 0 { try check(store) }
        }
        try check(store)
    }

    @Test("Both stores have the same after the same history", arguments: 0..<4)
    func equal(seed: Int) throws {
        let work = try Workplace()
        let memory = InMemoryJobStore()
        let sqlite = try SQLiteJobStore(path: work.path + "/jobs.sqlite")
        var one = Dice(state: UInt64(seed))
        var other = one
        for number in 0..<80 {
            try step(memory, &one, Double(number))
            try step(sqlite, &other, Double(number))
        }
        #expect(try memory.jobs(JobQuery()) == sqlite.jobs(JobQuery()))
        for job in memory.jobs(JobQuery()) {
            #expect(try memory.events(of: job.id) == sqlite.events(of: job.id))
        }
        try check(sqlite)
    }
}
