import Building
import Foundation
import Jobs

extension TriggerDesk {
    /// What a trigger found.
    private struct Found {
        var reason: String
        /// What to queue.
        var recipes: [String]
        /// Recipes that are not there any more.
        var gone: [String] = []
        var memory: TriggerMemory
        /// What the recipes of a watched folder contain now.
        var contents: [String: String]?
    }

    // MARK: Looking

    func secondsUntilLook(_ trigger: Trigger, at now: Date) -> Double {
        guard let sight = sights[trigger.name] else { return 1 }
        if sight.memory.pending != nil, sight.canaryFailure == nil { return 2 }
        if case .daily(let time) = trigger.kind {
            return time.next(after: now).timeIntervalSince(now)
        }
        return sight.looked.map { $0.timeIntervalSince(now) + sight.pause } ?? 1
    }

    /// Looks at a trigger if it is time, and fires it.
    func look(_ trigger: Trigger, at now: Date) async throws {
        let sight = sights[trigger.name] ?? Sight()
        // A clock that was put back must not stop the looks.
        if let looked = sight.looked, looked <= now, now.timeIntervalSince(looked) < sight.pause { return }
        let start = ContinuousClock.now
        defer {
            let cost = ContinuousClock.now - start
            let seconds = Double(cost.components.seconds) + Double(cost.components.attoseconds) / 1e18
            sights[trigger.name]?.looked(at: now, for: seconds, every: trigger.every)
        }
        var found: Found?
        switch trigger.kind {
        case .daily(let time): found = try await lookAtClock(trigger, time, at: now)
        case .watch(let folder, let takesNew):
            let mark = try await OwnThread.run { try RecipeFolders(root: folder).mark() }
            seen(trigger)
            guard settled(trigger, mark) else { return }
            found = try await changes(of: trigger, in: folder, takesNew, since: sight.memory, mark)
        case .toolchain:
            let mark = "tools " + (try await hands.toolchain())
            seen(trigger)
            guard settled(trigger, mark) else { return }
            guard sight.memory.mark != nil else { return try begin(trigger, at: mark) }
            found = try await everything(trigger, reason: "the toolchain is another one")
            found?.memory.mark = mark
        }
        if let found { _ = try await fire(trigger, found, at: now) }
    }

    private func seen(_ trigger: Trigger) {
        if let trouble = sights[trigger.name]?.trouble {
            say("trigger \(trigger.name): sees again (\(trouble) is over)")
        }
        sights[trigger.name]?.trouble = nil
        sights[trigger.name]?.failures = 0
    }

    /// Whether a state is to be dealt with: it is another one than the one that was, and stays, as two looks one after the
    /// other saw it, so that nothing is read in the middle of an update. The first one ever is where a trigger begins.
    private func settled(_ trigger: Trigger, _ mark: String) -> Bool {
        guard let old = sights[trigger.name]?.memory.mark else { return true }
        let isNew = mark != old
        defer { sights[trigger.name]?.candidate = isNew ? mark : nil }
        return isNew && sights[trigger.name]?.candidate == mark
    }

    private func lookAtClock(_ trigger: Trigger, _ time: DailyTime, at now: Date) async throws -> Found? {
        var memory = sights[trigger.name]?.memory ?? TriggerMemory()
        let look = time.look(at: now, last: memory.last)
        guard look.last != memory.last else { return nil }
        memory.last = look.last
        guard let due = look.fires else {
            try keep(memory, trigger)
            return nil
        }
        let late = now.timeIntervalSince(due) > DailyTime.grace ? ", which was missed" : ""
        var found = try await everything(trigger, reason: "it was \(due.formatted(.iso8601))\(late)")
        found.memory.last = look.last
        return found
    }

    /// What the trigger's set names, else everything that is published.
    private func everything(_ trigger: Trigger, reason: String) async throws -> Found {
        let memory = sights[trigger.name]?.memory ?? TriggerMemory()
        if let set = trigger.set {
            let names = try await OwnThread.run { try JobSet.names(in: set) }
            return Found(reason: reason, recipes: names, memory: memory)
        }
        // Nobody asked for what no tree has: it could never be queued, and would be an alert for ever.
        let published = try await hands.published()
        return Found(
            reason: reason + published.note, recipes: published.recipes, gone: published.orphans,
            memory: memory)
    }

    /// What changed in a folder since it was dealt with.
    private func changes(
        of trigger: Trigger, in folder: String, _ takesNew: Bool, since memory: TriggerMemory, _ mark: String
    ) async throws -> Found {
        let contents = try await OwnThread.run { try RecipeFolders(root: folder).contents() }
        var memory = memory
        let isFirst = memory.mark == nil
        memory.mark = mark
        let old = isFirst ? nil : try store.triggerMemory(of: Self.contentsKey(trigger))
        guard let old else {
            return Found(reason: "", recipes: [], memory: memory, contents: contents)
        }
        let changes = RecipeChanges(
            from: try JSONDecoder().decode([String: String].self, from: Data(old)), to: contents)
        var recipes = changes.changed + (takesNew ? changes.added : [])
        if !takesNew, !recipes.isEmpty {
            // What the farm never had to do with is not begun by itself.
            let known = Set(
                try await hands.published().recipes
                    + store.jobs(JobQuery(latestOnly: true)).map(\.identity) + memory.refused.map(\.recipe))
            recipes = recipes.filter(known.contains)
        }
        let commit = mark.hasPrefix("commit ") ? " at \(mark)" : ""
        return Found(
            reason: changes.isEmpty ? "" : "\(folder)\(commit): \(changes.summary)", recipes: recipes,
            gone: changes.removed, memory: memory, contents: contents)
    }

    /// Where what a folder contains is remembered; no trigger has a name with a slash.
    private static func contentsKey(_ trigger: Trigger) -> String { trigger.name + "/contents" }

    /// The state from which on changes count.
    private func begin(_ trigger: Trigger, at mark: String) throws {
        var memory = sights[trigger.name]?.memory ?? TriggerMemory()
        memory.mark = mark
        try keep(memory, trigger)
    }

    // MARK: Firing

    func fireByHand(
        _ trigger: Trigger, isDryRun: Bool, by whom: String, at now: Date
    ) async throws -> TriggerFiring {
        let memory = sights[trigger.name]?.memory ?? TriggerMemory()
        var found: Found
        switch trigger.kind {
        case .watch(let folder, let takesNew):
            let mark = try await OwnThread.run { try RecipeFolders(root: folder).mark() }
            found = try await changes(of: trigger, in: folder, takesNew, since: memory, mark)
            if found.reason.isEmpty { found.reason = "\(folder): nothing changed" }
        case .daily: found = try await everything(trigger, reason: "now")
        case .toolchain:
            found = try await everything(trigger, reason: "now")
            found.memory.mark = "tools " + (try await hands.toolchain())
        }
        found.reason = "by \(whom): \(found.reason)"
        if isDryRun {
            let recipes = Array(Set(found.recipes + (memory.pending?.rest ?? []))).sorted()
            let isLater = !trigger.canary.isEmpty && !recipes.isEmpty
            return TriggerFiring(
                trigger: trigger.name, at: now, reason: found.reason,
                recipes: isLater ? trigger.canary : recipes, rest: isLater ? recipes : [])
        }
        return try await fire(trigger, found, at: now)
            ?? TriggerFiring(trigger: trigger.name, at: now, reason: found.reason)
    }

    /// Queues what was found, what goes first before the rest, and records it. Returns nil when there is nothing to record.
    private func fire(_ trigger: Trigger, _ found: Found, at now: Date) async throws -> TriggerFiring? {
        var memory = found.memory
        let recipes = Array(Set(found.recipes + (memory.pending?.rest ?? []))).sorted()
        memory.note([], refused: [], gone: found.gone)
        var firing: TriggerFiring?
        if recipes.isEmpty {
            if !found.reason.isEmpty, !found.gone.isEmpty {
                firing = TriggerFiring(trigger: trigger.name, at: now, reason: found.reason)
            }
        } else if trigger.canary.isEmpty {
            let (jobs, refused) = try await hands.queue(recipes, trigger.priority)
            memory.pending = nil
            memory.note(recipes, refused: refused)
            firing = TriggerFiring(
                trigger: trigger.name, at: now, reason: found.reason, recipes: recipes, jobs: jobs.map(\.id),
                refused: refused)
        } else {
            firing = try await queueCanary(trigger, &memory, found.reason, rest: recipes, at: now)
        }
        try keep(memory, trigger, firing: firing)
        if let contents = found.contents {
            // After the firing: when the daemon dies between, the same recipes fire once more.
            try store.keep(
                triggerMemory: Array(try JSONEncoder().encode(contents)), of: Self.contentsKey(trigger),
                firing: nil)
        }
        return firing
    }

    private func queueCanary(
        _ trigger: Trigger, _ memory: inout TriggerMemory, _ reason: String, rest: [String], at now: Date
    ) async throws -> TriggerFiring {
        let (jobs, refused) = try await hands.queue(trigger.canary, trigger.priority)
        let isOfBefore = jobs.contains {
            [.leased, .running, .built, .publishing].contains($0.state.name)
        }
        memory.pending = TriggerMemory.Pending(
            reason: reason, canary: jobs.map(\.id), isOfBefore: isOfBefore, refused: refused, rest: rest)
        sights[trigger.name]?.canaryFailure = nil
        return TriggerFiring(
            trigger: trigger.name, at: now, reason: reason, recipes: trigger.canary, jobs: jobs.map(\.id),
            rest: rest, refused: refused)
    }

    /// Queues what waited, once what goes first has passed.
    func advance(_ trigger: Trigger, at now: Date) async throws {
        guard let pending = sights[trigger.name]?.memory.pending, var memory = sights[trigger.name]?.memory
        else {
            sights[trigger.name]?.canaryFailure = nil
            return
        }
        switch try CanaryState(pending, in: store) {
        case .running: sights[trigger.name]?.canaryFailure = nil
        case .failed(let text, let job):
            if sights[trigger.name]?.canaryFailure?.text != text {
                say("trigger \(trigger.name): what goes first did not pass: \(text)")
            }
            sights[trigger.name]?.canaryFailure = (text, job)
        case .passed where pending.isOfBefore:
            let firing = try await queueCanary(
                trigger, &memory, pending.reason, rest: pending.rest, at: now)
            try keep(memory, trigger, firing: firing)
        case .passed:
            let (jobs, refused) = try await hands.queue(pending.rest, trigger.priority)
            memory.pending = nil
            memory.note(pending.rest, refused: refused)
            sights[trigger.name]?.canaryFailure = nil
            try keep(
                memory, trigger,
                firing: TriggerFiring(
                    trigger: trigger.name, at: now, reason: "what goes first has passed: \(pending.reason)",
                    recipes: pending.rest, jobs: jobs.map(\.id), refused: refused))
        }
    }

    private func keep(_ memory: TriggerMemory, _ trigger: Trigger, firing: TriggerFiring? = nil) throws {
        try store.keep(
            triggerMemory: Array(try JSONEncoder().encode(memory)), of: trigger.name, firing: firing)
        sights[trigger.name, default: Sight()].memory = memory
        sights[trigger.name]?.candidate = nil
        guard let firing else { return }
        say(
            "trigger \(trigger.name) fired, \(firing.reason): \(firing.jobs.count) jobs"
                + (firing.rest.isEmpty ? "" : ", \(firing.rest.count) recipes wait for them")
                + (firing.refused.isEmpty ? "" : ", \(firing.refused.count) refused"))
        for refusal in firing.refused { say("trigger \(trigger.name): \(refusal.recipe): \(refusal.reason)") }
    }
}
