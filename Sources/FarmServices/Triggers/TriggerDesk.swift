import Building
public import Foundation
public import Jobs
import Synchronization

/// Looks at what a farm's triggers wait for, and queues what follows.
///
/// It knows the time only from who calls it. What it must not forget is in the ledger: a firing is recorded after its jobs are,
/// so that a daemon that dies between fires again, and the jobs, which are there already, are joined.
public actor TriggerDesk {
    /// What it does things with.
    public struct Hands: Sendable {
        /// Queues recipes at a priority with what they need, and says which could not be.
        public var queue:
            @Sendable ([String], Int) async throws -> (jobs: [Job], refused: [TriggerFiring.Refusal])
        /// Every origin that is published.
        public var published: @Sendable () async throws -> PublishedOrigins
        /// A text that differs when packages are built with something else.
        public var toolchain: @Sendable () async throws -> String

        /// These hands.
        public init(
            queue:
                @escaping @Sendable ([String], Int) async throws -> (
                    jobs: [Job], refused: [TriggerFiring.Refusal]
                ),
            published: @escaping @Sendable () async throws -> PublishedOrigins,
            toolchain: @escaping @Sendable () async throws -> String
        ) {
            self.queue = queue
            self.published = published
            self.toolchain = toolchain
        }
    }

    /// There is no trigger of a name.
    public struct Unknown: Error, CustomStringConvertible {
        /// What, and what there is.
        public let description: String
    }

    /// What is known of a trigger beyond what is remembered.
    struct Sight {
        var memory = TriggerMemory()
        var looked: Date?
        var pause = 0.0
        private var cost: Double?
        /// A state that differs from the remembered one and has been seen once: it counts when it is seen again.
        var candidate: String?
        /// Why nothing is seen, and in how many looks on end.
        var trouble: String?
        var failures = 0
        var canaryFailure: (text: String, job: JobID?)?

        /// At most a thousandth of the time goes into looks, however large what is looked at; but not for ever because one of
        /// them, such as the first, was slow.
        mutating func looked(at now: Date, for seconds: Double, every: Int) {
            looked = now
            pause = max(Double(every), min(600, 1000 * min(cost ?? 0, seconds)))
            cost = seconds
        }
    }

    /// The triggers, in the order of the settings.
    public nonisolated let triggers: [Trigger]
    let store: any JobStore
    let hands: Hands
    let say: @Sendable (String) -> Void
    var sights: [String: Sight] = [:]
    private let turn = PublishingTurn()
    private let standing = Mutex<[Alert]>([])

    /// Over a farm's triggers. `say` is told what goes on, a line each.
    public init(
        _ triggers: [Trigger], store: any JobStore, hands: Hands, say: @escaping @Sendable (String) -> Void
    ) {
        self.triggers = triggers
        self.store = store
        self.hands = hands
        self.say = say
    }

    /// What an operator should look at.
    public nonisolated var alerts: [Alert] { standing.withLock { $0 } }

    /// Looks at every trigger whose time it is.
    /// - Returns: in how many seconds to look again.
    public func look(at now: Date) async -> Double {
        await turn.take()
        var pause = 30.0
        for trigger in triggers {
            do {
                try recall(trigger)
                try await advance(trigger, at: now)
                try await look(trigger, at: now)
            } catch { trouble("\(error)", trigger) }
            pause = min(pause, secondsUntilLook(trigger, at: now))
        }
        standing.withLock { $0 = triggers.flatMap(alerts) }
        await turn.give()
        return max(1, pause)
    }

    /// Fires a trigger by hand. With `isDryRun` nothing is queued or remembered: the answer says what would be.
    /// - Throws: `Unknown`; what the look or queueing throws.
    public func run(_ name: String, isDryRun: Bool, by whom: String, at now: Date) async throws
        -> TriggerFiring
    {
        guard let trigger = triggers.first(where: { $0.name == name }) else {
            let names = triggers.map(\.name).joined(separator: ", ")
            throw Unknown(
                description: "there is no trigger '\(name)'"
                    + (names.isEmpty ? "; 'trigger = …' in apkfarm.conf makes one" : "; there are \(names)"))
        }
        await turn.take()
        let result: Result<TriggerFiring, any Error>
        do {
            try recall(trigger)
            result = .success(try await fireByHand(trigger, isDryRun: isDryRun, by: whom, at: now))
        } catch { result = .failure(error) }
        standing.withLock { $0 = triggers.flatMap(alerts) }
        await turn.give()
        return try result.get()
    }

    /// The triggers as they are.
    public func rows(at now: Date) throws -> [TriggerRow] {
        try triggers.map { trigger in
            try recall(trigger)
            let sight = sights[trigger.name] ?? Sight()
            let problem = problem(trigger)
            var state: TriggerRow.State = sight.memory.pending == nil ? .watching : .canary
            if problem != nil { state = sight.canaryFailure == nil ? .failed : .canaryFailed }
            var next: Date?
            if case .daily(let time) = trigger.kind {
                next = time.next(after: now)
            }
            return TriggerRow(
                name: trigger.name, when: trigger.summary, state: state, problem: problem, next: next,
                last: try store.firings(of: trigger.name, limit: 1).first)
        }
    }

    // MARK: What is wrong

    private func recall(_ trigger: Trigger) throws {
        guard sights[trigger.name] == nil else { return }
        var sight = Sight()
        if let bytes = try store.triggerMemory(of: trigger.name) {
            sight.memory = try JSONDecoder().decode(TriggerMemory.self, from: Data(bytes))
            // The settings may have made another kind of it.
            if sight.memory.mark?.hasPrefix("tools ") != (trigger.kind == .toolchain) {
                sight.memory.mark = nil
            }
        }
        sights[trigger.name] = sight
    }

    func trouble(_ text: String, _ trigger: Trigger) {
        if sights[trigger.name]?.trouble != text { say("trigger \(trigger.name): \(text)") }
        sights[trigger.name, default: Sight()].trouble = text
        sights[trigger.name]?.failures += 1
        sights[trigger.name]?.candidate = nil
    }

    private func problem(_ trigger: Trigger) -> String? {
        guard let sight = sights[trigger.name] else { return nil }
        if let failure = sight.canaryFailure { return failure.text }
        // Once may be in the middle of an update.
        if let trouble = sight.trouble, sight.failures > 1 { return trouble }
        guard let first = sight.memory.refused.first else { return nil }
        let others = sight.memory.refused.count - 1
        return "\(first.recipe) could not be queued: \(first.reason)"
            + (others > 0 ? " (and \(others) more)" : "")
    }

    private func alerts(_ trigger: Trigger) -> [Alert] {
        guard let problem = problem(trigger) else { return [] }
        if let failure = sights[trigger.name]?.canaryFailure {
            let rest = sights[trigger.name]?.memory.pending?.rest.count ?? 0
            let log = failure.job.map { "apkfarm job log \($0); correct it, then apkfarm job retry \($0)" }
            return [
                Alert(
                    .canaryFailed, trigger.name,
                    text:
                        "trigger \(trigger.name): what goes first did not pass, \(rest) recipes stay unqueued: \(problem)",
                    remedy: log ?? "correct it, then apkfarm trigger run \(trigger.name)")
            ]
        }
        return [
            Alert(
                .triggerFailed, trigger.name, text: "trigger \(trigger.name): \(problem)",
                remedy:
                    "correct it; apkfarm trigger list shows more, apkfarm trigger run \(trigger.name) tries it now"
            )
        ]
    }
}
