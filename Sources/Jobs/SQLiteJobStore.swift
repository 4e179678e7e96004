public import FoundationEssentials
import GRDB

/// Jobs in an SQLite database: write-ahead log, `synchronous=FULL`, so that a committed event survives a power cut.
/// Other processes may read at any time.
public final class SQLiteJobStore: JobStore {
    /// What a process wants of the database.
    public enum Access: Sendable {
        /// To write: the database is made or brought to the newest form. The caller holds the farm's lock.
        case write
        /// To look. The database must exist and have the newest form.
        case read
    }

    private let path: String
    private let database: DatabasePool

    /// Opens the database at `path`. Throws `database` when it cannot be opened, is damaged, or when a database to be
    /// read does not exist or was made by another version of the farm.
    public init(path: String, access: Access = .write) throws(JobStoreError) {
        self.path = path
        do {
            database = try Self.open(path, access)
        } catch let error as JobStoreError {
            throw error
        } catch {
            throw .database(
                path: path, reason: "\(error); if it is damaged, move it away: jobs are only a record")
        }
    }

    private static func open(_ path: String, _ access: Access) throws -> DatabasePool {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = true
        configuration.busyMode = .timeout(10)
        configuration.maximumReaderCount = 2
        configuration.readonly = access == .read
        configuration.prepareDatabase { database in
            if access == .write { try database.execute(sql: "PRAGMA synchronous = FULL") }
        }
        if access == .read, !FileManager.default.fileExists(atPath: path) {
            throw JobStoreError.database(
                path: path, reason: "there are no jobs yet; 'apkfarm build NAME' makes some")
        }
        let database = try DatabasePool(path: path, configuration: configuration)
        switch access {
        case .write:
            if try database.read(JobSchema.migrator.hasBeenSuperseded) { throw newer(path) }
            try JobSchema.migrator.migrate(database)
        case .read:
            if try database.read(JobSchema.migrator.hasBeenSuperseded) { throw newer(path) }
            guard try database.read(JobSchema.migrator.hasCompletedMigrations) else {
                throw JobStoreError.outdated(path: path)
            }
        }
        return database
    }

    private static func newer(_ path: String) -> JobStoreError {
        .database(path: path, reason: "was made by a newer farm; use that one, or move the file away")
    }

    /// See ``JobStore/add(_:at:)``.
    public func add(_ jobs: [NewJob], at time: Date) throws(JobStoreError) -> [Job] {
        try change(at: time) { rules in
            try rules.storage.jobs(try rules.add(jobs))
        }
    }

    /// See ``JobStore/record(_:for:holding:at:)``.
    @discardableResult
    public func record(
        _ kind: JobEvent.Kind, for job: JobID, holding token: Int64?, at time: Date
    ) throws(JobStoreError) -> Job {
        try change(at: time) { rules in
            try rules.record(kind, for: job, holding: token)
            return try rules.storage.existing(job)
        }
    }

    /// See ``JobStore/renew(_:holding:until:)``.
    public func renew(_ job: JobID, holding token: Int64, until deadline: Date?) throws(JobStoreError) {
        try change(at: deadline ?? Date(timeIntervalSince1970: 0)) { rules in
            try rules.renew(job, holding: token, until: deadline)
        }
    }

    /// See ``JobStore/release(_:holding:reason:at:)``.
    @discardableResult
    public func release(
        _ job: JobID, holding token: Int64, reason: String, at time: Date
    ) throws(JobStoreError) -> Job {
        try change(at: time) { rules in
            try rules.release(job, holding: token, reason: reason)
            return try rules.storage.existing(job)
        }
    }

    /// See ``JobStore/retry(_:at:)``.
    @discardableResult
    public func retry(_ job: JobID, at time: Date) throws(JobStoreError) -> Job {
        try change(at: time) { rules in
            try rules.retry(job)
            return try rules.storage.existing(job)
        }
    }

    /// See ``JobStore/begin(_:log:at:)``.
    public func begin(_ job: JobID, log: String, at time: Date) throws(JobStoreError) -> Attempt {
        try change(at: time) { rules in
            _ = try rules.storage.existing(job)
            let attempts = try rules.storage.attempts(of: job)
            guard attempts.last?.ended != nil || attempts.isEmpty else {
                throw JobStoreError.openAttempt(job)
            }
            let attempt = Attempt(job: job, number: attempts.count + 1, log: log, started: time)
            try rules.storage.insert(attempt)
            return attempt
        }
    }

    /// See ``JobStore/update(_:)``.
    public func update(_ attempt: Attempt) throws(JobStoreError) {
        try change(at: attempt.started) { rules in
            guard try rules.storage.update(attempt) else {
                throw JobStoreError.noAttempt(attempt.job, number: attempt.number)
            }
        }
    }

    /// See ``JobStore/job(_:)``.
    public func job(_ id: JobID) throws(JobStoreError) -> Job? {
        try read { try $0.load(id) }
    }

    /// See ``JobStore/jobs(_:)``.
    public func jobs(_ query: JobQuery) throws(JobStoreError) -> [Job] {
        try read { try $0.all(query) }
    }

    /// See ``JobStore/ready(limit:)``.
    public func ready(limit: Int) throws(JobStoreError) -> [Job] { try read { try $0.ready(limit: limit) } }

    /// See ``JobStore/counts()``.
    public func counts() throws(JobStoreError) -> [JobState.Name: Int] { try read { try $0.counts() } }

    /// See ``JobStore/events(of:)``.
    public func events(of job: JobID) throws(JobStoreError) -> [JobEvent] {
        try read { try $0.events(of: job) }
    }

    /// See ``JobStore/feed(after:limit:)``.
    public func feed(after position: Int64, limit: Int) throws(JobStoreError) -> [FeedItem] {
        try read { try $0.feed(after: position, limit: limit) }
    }

    /// See ``JobStore/lastPosition()``.
    public func lastPosition() throws(JobStoreError) -> Int64 { try read { try $0.lastPosition() } }

    /// See ``JobStore/attempts(of:)``.
    public func attempts(of job: JobID) throws(JobStoreError) -> [Attempt] {
        try read { try $0.attempts(of: job) }
    }

    /// See ``JobStore/expired(at:)``.
    public func expired(at time: Date) throws(JobStoreError) -> [Job] {
        try read { try $0.expired(at: time) }
    }

    /// See ``JobStore/blocked(by:)``.
    public func blocked(by job: JobID) throws(JobStoreError) -> [Job] {
        try read { try $0.blocked(by: job) }
    }

    /// See ``JobStore/troubles()``.
    public func troubles() throws(JobStoreError) -> [Trouble] { try read { try $0.troubles() } }

    /// See ``JobStore/excuse(_:repository:by:at:)``.
    @discardableResult
    public func excuse(
        _ recipe: String, repository: String, by whom: String, at time: Date
    ) throws(JobStoreError) -> Job {
        try change(at: time) { rules in
            try rules.storage.existing(try rules.excuse(recipe, repository: repository, by: whom))
        }
    }

    /// See ``JobStore/stand(_:at:)``.
    @discardableResult
    public func stand(_ alerts: [Alert], at time: Date) throws(JobStoreError) -> [AlertEvent] {
        // Looked at often, changed seldom: no writing transaction for nothing.
        let keys = try standingAlerts().map(\.alert.key)
        guard Set(keys) != Set(alerts.map(\.key)) else { return [] }
        return try change(at: time) { try $0.stand(alerts) }
    }

    /// See ``JobStore/standingAlerts()``.
    public func standingAlerts() throws(JobStoreError) -> [StandingAlert] {
        try read { try $0.standingAlerts() }
    }

    /// See ``JobStore/webhooks()``.
    public func webhooks() throws(JobStoreError) -> [WebhookCursor] { try read { try $0.webhooks() } }

    /// See ``JobStore/setWebhooks(_:)``.
    public func setWebhooks(_ urls: [String]) throws(JobStoreError) {
        try change(at: Date(timeIntervalSince1970: 0)) { try $0.storage.setWebhooks(urls) }
    }

    /// See ``JobStore/keep(_:)``.
    public func keep(_ cursor: WebhookCursor) throws(JobStoreError) {
        try change(at: Date(timeIntervalSince1970: 0)) { try $0.storage.keep(cursor) }
    }

    /// See ``JobStore/triggerMemory(of:)``.
    public func triggerMemory(of name: String) throws(JobStoreError) -> [UInt8]? {
        try read { try $0.triggerMemory(of: name) }
    }

    /// See ``JobStore/keep(triggerMemory:of:firing:)``.
    public func keep(
        triggerMemory memory: [UInt8], of name: String, firing: TriggerFiring?
    ) throws(JobStoreError) {
        try change(at: Date(timeIntervalSince1970: 0)) { rules in
            try rules.storage.keep(memory: memory, of: name)
            if let firing { try rules.storage.append(firing) }
        }
    }

    /// See ``JobStore/firings(of:limit:)``.
    public func firings(of name: String?, limit: Int) throws(JobStoreError) -> [TriggerFiring] {
        try read { try $0.firings(of: name, limit: limit) }
    }

    /// See ``JobStore/waitingSince()``.
    public func waitingSince() throws(JobStoreError) -> Date? { try read { try $0.waitingSince() } }

    /// See ``JobStore/buildSeconds()``.
    public func buildSeconds() throws(JobStoreError) -> [String: Double] {
        try read { try $0.buildSeconds() }
    }

    /// See ``JobStore/traffic(from:to:)``.
    public func traffic(from start: Date, to end: Date) throws(JobStoreError) -> JobTraffic {
        try read { try $0.traffic(from: start, to: end) }
    }

    /// Writes a whole copy of the database, also while it is being written.
    public func copy(to path: String) throws(JobStoreError) {
        do { try database.vacuum(into: path) } catch { throw .database(path: path, reason: "\(error)") }
    }

    /// Closes the database, so that its file is whole without the files beside it.
    public func close() throws(JobStoreError) {
        do { try database.close() } catch { throw .database(path: path, reason: "\(error)") }
    }

    private func read<T: Sendable>(_ body: (SQLiteStorage) throws -> T) throws(JobStoreError) -> T {
        do {
            return try database.read { try body(SQLiteStorage(database: $0)) }
        } catch {
            throw .database(path: path, reason: "\(error)")
        }
    }

    private func change<T: Sendable>(
        at time: Date, _ body: (inout LedgerRules<SQLiteStorage>) throws -> T
    ) throws(JobStoreError) -> T {
        do {
            return try database.write { database in
                var rules = LedgerRules(storage: SQLiteStorage(database: database), time: time)
                return try body(&rules)
            }
        } catch let error as JobStoreError {
            throw error
        } catch {
            throw .database(path: path, reason: "\(error)")
        }
    }
}
