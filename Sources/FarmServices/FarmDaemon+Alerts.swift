import Foundation
public import Jobs

/// Quarantine, and what an operator should look at.
extension FarmDaemon {
    /// Recipes that failed too often in a row: they are not queued by themselves.
    public nonisolated func quarantined() throws -> [Trouble] {
        AlertFacts.quarantined(try store.troubles(), limits)
    }

    /// Lets a recipe go: what it failed so far does not count any more.
    /// - Returns: its newest job.
    /// - Throws: `JobStoreError.noRecipe`, `noTrouble`.
    public func release(_ recipe: String, repository: String, by whom: String) throws -> Job {
        let job = try store.excuse(recipe, repository: repository, by: whom, at: Date())
        say("\(job.identity) was let go by \(whom)")
        lookAtAlerts()
        return job
    }

    /// Raises and clears alerts by what the ledger says now.
    func lookAtAlerts() {
        do {
            for event in try store.stand(try facts().alerts(limits), at: Date()) {
                let alert = event.alert
                say(
                    event.isRaised
                        ? "alert: \(alert.text); \(alert.remedy)" : "alert over: \(alert.key)")
            }
        } catch { say("alerts cannot be looked at: \(error)") }
    }

    private func facts() throws -> AlertFacts {
        var facts = AlertFacts(now: Date())
        let counts = try store.counts()
        facts.waitingSince = try store.waitingSince()
        facts.waiting = (counts[.waiting] ?? 0) + (counts[.ready] ?? 0)
        facts.published = try store.jobs(JobQuery(states: [.published], limit: 1)).first?.changed
        facts.isPaused = paused
        facts.troubles = try store.troubles()
        facts.lostWorkers = lostWorkers(at: facts.now)
        facts.lack = lack
        facts.triggers = triggers.alerts
        guard limits.hours > 0, facts.waiting > 0 else { return facts }
        let part = Double(limits.hours) * 3600 / Double(AlertFacts.parts)
        facts.traffic = try (0..<AlertFacts.parts).reversed().map { number in
            let end = facts.now.addingTimeInterval(-part * Double(number))
            return try store.traffic(from: end.addingTimeInterval(-part), to: end)
        }
        return facts
    }
}
