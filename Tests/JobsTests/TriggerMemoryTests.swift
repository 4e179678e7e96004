import Foundation
import Jobs
import Testing

@Suite("What triggers remember")
struct TriggerMemoryTests {
    private let work: Workplace

    init() throws { work = try Workplace() }

    private func firing(_ trigger: String, _ second: Double) -> TriggerFiring {
        TriggerFiring(
            trigger: trigger, at: moment(second), reason: "changed", recipes: ["main/a"], jobs: [JobID(7)],
            rest: ["main/b"], refused: [TriggerFiring.Refusal(recipe: "main/c", reason: "faulty")])
    }

    @Test("A memory is kept as it is, and each firing too, the newest first", arguments: StoreKind.allCases)
    func kept(kind: StoreKind) throws {
        let store = try kind.make(in: work)
        #expect(try store.triggerMemory(of: "nightly") == nil)
        try store.keep(triggerMemory: [1, 0, 255], of: "nightly", firing: nil)
        #expect(try store.triggerMemory(of: "nightly") == [1, 0, 255])
        #expect(try store.firings(of: nil, limit: 10) == [])
        try store.keep(triggerMemory: [2], of: "nightly", firing: firing("nightly", 1))
        try store.keep(triggerMemory: [3], of: "alpine", firing: firing("alpine", 2))
        try store.keep(triggerMemory: [4], of: "nightly", firing: firing("nightly", 3))
        #expect(try store.triggerMemory(of: "nightly") == [4])
        #expect(try store.firings(of: nil, limit: 2) == [firing("nightly", 3), firing("alpine", 2)])
        #expect(try store.firings(of: "nightly", limit: 10) == [firing("nightly", 3), firing("nightly", 1)])
    }

    @Test("A store that is opened again has both")
    func reopened() throws {
        let path = work.path + "/jobs.sqlite"
        var store = try SQLiteJobStore(path: path)
        try store.keep(triggerMemory: [9], of: "a", firing: firing("a", 1))
        try store.close()
        store = try SQLiteJobStore(path: path)
        #expect(try store.triggerMemory(of: "a") == [9])
        #expect(try store.firings(of: "a", limit: 1) == [firing("a", 1)])
    }
}
