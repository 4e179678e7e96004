/// What recipes have failed, and what stands as an alert. The same for every store.
extension LedgerRules {
    /// Counts the failures of a recipe since it was published or somebody let it go.
    mutating func count(_ kind: JobEvent.Kind, of job: Job) throws {
        switch kind {
        case .failed(let failure) where failure.isCounted:
            try storage.countFailure(failure, of: job, at: time)
        case .published, .excused: try storage.endTrouble(of: job.recipe, repository: job.repository)
        default: break
        }
    }

    mutating func excuse(_ recipe: String, repository: String, by whom: String) throws -> JobID {
        guard let job = try storage.newest(recipe, repository: repository) else {
            throw JobStoreError.noRecipe("\(repository)/\(recipe)")
        }
        let isTrouble = try storage.troubles().contains { $0.identity == job.identity }
        guard isTrouble else { throw JobStoreError.noTrouble(job.identity) }
        try record(.excused(by: whom), for: job.id)
        return job.id
    }

    mutating func stand(_ alerts: [Alert]) throws -> [AlertEvent] {
        let standing = try storage.standingAlerts()
        let old = Set(standing.map(\.alert.key))
        var new: Set<String> = []
        var events: [AlertEvent] = []
        for alert in alerts where new.insert(alert.key).inserted && !old.contains(alert.key) {
            events.append(AlertEvent(at: time, alert: alert, isRaised: true))
        }
        for one in standing where !new.contains(one.alert.key) {
            events.append(AlertEvent(at: time, alert: one.alert, isRaised: false))
        }
        for event in events { try storage.append(event) }
        return events
    }
}
