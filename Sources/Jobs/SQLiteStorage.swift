import Foundation
import GRDB

/// Reads and writes the tables of ``JobSchema`` inside one transaction.
struct SQLiteStorage: LedgerStorage {
    let database: Database

    func load(_ id: JobID) throws -> Job? {
        try jobs("WHERE id = ?", [id.number]).first
    }

    func existing(_ id: JobID) throws -> Job {
        guard let job = try load(id) else { throw JobStoreError.noJob(id) }
        return job
    }

    /// Jobs that a query may select, the newest first. Only what narrows much is asked of the database.
    func all(_ query: JobQuery) throws -> [Job] {
        if let recipe = query.recipe {
            let name = recipe.split(separator: "/").last.map(String.init) ?? recipe
            return try jobs("WHERE recipe = ? ORDER BY id DESC", [name])
        }
        if let states = query.states, !query.latestOnly {
            let marks = databaseQuestionMarks(count: states.count)
            return try jobs(
                "WHERE state IN (\(marks)) ORDER BY id DESC",
                StatementArguments(states.map(\.rawValue).sorted()))
        }
        // A page of the newest is all that most ask for.
        if let limit = query.limit, !query.latestOnly {
            let before = query.before?.number ?? .max
            return try jobs("WHERE state IS NOT NULL AND id < ? ORDER BY id DESC LIMIT ?", [before, limit])
        }
        return try jobs("WHERE state IS NOT NULL ORDER BY id DESC", [])
    }

    func live(_ wanted: NewJob, input: String) throws -> Job? {
        try jobs(
            """
            WHERE recipe = ? AND repository = ? AND first_build = ? AND input = ?
            AND state IN ('waiting', 'ready', 'leased', 'running', 'built', 'publishing') ORDER BY id DESC LIMIT 1
            """, [wanted.recipe, wanted.repository, wanted.isFirstBuild, input]
        ).first
    }

    func feed(after position: Int64, limit: Int) throws -> [FeedItem] {
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT position, feed.job, feed.sequence, event.at, event.kind, alert_event.at AS alert_at, raised,
                    alert_event.alert AS words
                FROM feed LEFT JOIN event ON event.job = feed.job AND event.sequence = feed.sequence
                LEFT JOIN alert_event ON alert_event.id = feed.alert
                WHERE position > ? ORDER BY position LIMIT ?
                """, arguments: [position, limit])
        return try rows.map { row in
            if let words: String = row["words"] {
                let event = AlertEvent(
                    at: Date(timeIntervalSince1970: row["alert_at"]), alert: try Self.value(words),
                    isRaised: row["raised"])
                return FeedItem(position: row["position"], entry: .alert(event))
            }
            let event = JobEvent(
                job: JobID(row["job"]), sequence: row["sequence"],
                at: Date(timeIntervalSince1970: row["at"]), kind: try Self.value(row["kind"]))
            return FeedItem(position: row["position"], entry: .job(event))
        }
    }

    func counts() throws -> [JobState.Name: Int] {
        var counts: [JobState.Name: Int] = [:]
        let sql = "SELECT state, count(*) AS number FROM job WHERE state IS NOT NULL GROUP BY state"
        for row in try Row.fetchAll(database, sql: sql) {
            let word: String = row["state"]
            if let name = JobState.Name(rawValue: word) { counts[name] = row["number"] }
        }
        return counts
    }

    func buildSeconds() throws -> [String: Double] {
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT repository, recipe, max(ended - started) AS seconds FROM attempt JOIN job ON job.id = attempt.job
                WHERE outcome = 'succeeded' AND state = 'published' GROUP BY repository, recipe
                """)
        return Dictionary(
            rows.map { row in ("\(row["repository"] as String)/\(row["recipe"] as String)", row["seconds"]) }
        ) { first, _ in first }
    }

    func lastPosition() throws -> Int64 {
        try Int64.fetchOne(database, sql: "SELECT max(position) FROM feed") ?? 0
    }

    func pending(like wanted: NewJob) throws -> [Job] {
        try jobs(
            """
            WHERE recipe = ? AND repository = ? AND first_build = ? AND state IN ('waiting', 'ready', 'blocked')
            ORDER BY id
            """, [wanted.recipe, wanted.repository, wanted.isFirstBuild])
    }

    func dependents(of id: JobID) throws -> [Job] {
        try jobs(
            "WHERE state IS NOT NULL AND id IN (SELECT job FROM need WHERE needs = ?) ORDER BY id",
            [id.number])
    }

    func blocked(by id: JobID) throws -> [Job] {
        try jobs("WHERE blocker = ? ORDER BY id", [id.number])
    }

    func create(_ job: NewJob, at time: Date) throws -> JobID {
        try execute(
            sql: """
                INSERT INTO job (recipe, repository, version, priority, created, changed, input, first_build)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                job.recipe, job.repository, job.version, job.priority, time.timeIntervalSince1970,
                time.timeIntervalSince1970, job.input, job.isFirstBuild,
            ])
        return JobID(database.lastInsertedRowID)
    }

    func addNeed(_ need: JobID, to job: JobID) throws {
        try execute(
            sql: "INSERT OR IGNORE INTO need (job, needs) VALUES (?, ?)",
            arguments: [job.number, need.number])
    }

    func append(_ kind: JobEvent.Kind, to id: JobID, state: JobState, at time: Date) throws {
        try execute(
            sql: """
                INSERT INTO event (job, sequence, at, kind)
                SELECT ?1, coalesce(max(sequence), 0) + 1, ?2, ?3 FROM event WHERE job = ?1
                """,
            arguments: [id.number, time.timeIntervalSince1970, try Self.json(kind)])
        var blocker: Int64?
        if case .blocked(let job) = state { blocker = job.number }
        try execute(
            sql: """
                UPDATE job SET state = ?, detail = ?, blocker = ?, changed = ?,
                    deadline = CASE WHEN ? THEN NULL ELSE deadline END WHERE id = ?
                """,
            arguments: [
                state.name.rawValue, try Self.json(state), blocker, time.timeIntervalSince1970,
                kind.endsDeadline(in: state), id.number,
            ])
        if case .leased(let lease) = kind {
            try execute(
                sql: "UPDATE job SET fence = ? WHERE id = ?", arguments: [lease.token, id.number])
        }
        if case .requested(let digest) = kind {
            try execute(
                sql: "UPDATE job SET request = ? WHERE id = ?", arguments: [digest, id.number])
        }
    }

    func setDeadline(_ deadline: Date?, of id: JobID) throws {
        try execute(
            sql: "UPDATE job SET deadline = ? WHERE id = ?",
            arguments: [deadline?.timeIntervalSince1970, id.number])
    }

    func interruptAttempt(of id: JobID, at time: Date) throws {
        try execute(
            sql: "UPDATE attempt SET ended = ?, outcome = 'interrupted' WHERE job = ? AND ended IS NULL",
            arguments: [time.timeIntervalSince1970, id.number])
    }

    func expired(at time: Date) throws -> [Job] {
        try jobs(
            "WHERE deadline IS NOT NULL AND deadline <= ? ORDER BY id", [time.timeIntervalSince1970])
    }

    func events(of job: JobID) throws -> [JobEvent] {
        let rows = try Row.fetchAll(
            database, sql: "SELECT sequence, at, kind FROM event WHERE job = ? ORDER BY sequence",
            arguments: [job.number])
        return try rows.map { row in
            JobEvent(
                job: job, sequence: row["sequence"], at: Date(timeIntervalSince1970: row["at"]),
                kind: try Self.value(row["kind"]))
        }
    }

    func attempts(of job: JobID) throws -> [Attempt] {
        let rows = try Row.fetchAll(
            database, sql: "SELECT * FROM attempt WHERE job = ? ORDER BY number", arguments: [job.number])
        return try rows.map { row in
            let ended: Double? = row["ended"]
            let phase: String? = row["phase"]
            let outcome: String? = row["outcome"]
            let suite: String? = row["suite"]
            return Attempt(
                job: job, number: row["number"], log: row["log"],
                started: Date(timeIntervalSince1970: row["started"]),
                ended: ended.map { Date(timeIntervalSince1970: $0) }, phase: phase.map { JobPhase($0) },
                outcome: outcome.flatMap { Attempt.Outcome(rawValue: $0) }, use: try Self.value(row["use"]),
                suite: try suite.map { try Self.value($0) })
        }
    }

    func insert(_ attempt: Attempt) throws {
        try execute(
            sql: "INSERT INTO attempt (job, number, log, started, use) VALUES (?, ?, ?, ?, ?)",
            arguments: [
                attempt.job.number, attempt.number, attempt.log, attempt.started.timeIntervalSince1970,
                try Self.json(attempt.use),
            ])
    }

    /// Writes what may change of an open attempt; false when there is none of that number.
    func update(_ attempt: Attempt) throws -> Bool {
        try execute(
            sql: """
                UPDATE attempt SET ended = ?, phase = ?, outcome = ?, use = ?, suite = ?
                WHERE job = ? AND number = ? AND ended IS NULL
                """,
            arguments: [
                attempt.ended?.timeIntervalSince1970, attempt.phase?.name, attempt.outcome?.rawValue,
                try Self.json(attempt.use), try attempt.suite.map { try Self.json($0) }, attempt.job.number,
                attempt.number,
            ])
        return database.changesCount == 1
    }

    func jobs(_ condition: String, _ arguments: StatementArguments) throws -> [Job] {
        let sql = """
            SELECT job.*, (SELECT group_concat(needs) FROM need WHERE need.job = job.id) AS needs
            FROM job \(condition)
            """
        return try Row.fetchAll(try database.cachedStatement(sql: sql), arguments: arguments).map { row in
            let needs: String = row["needs"] ?? ""
            let deadline = (row["deadline"] as Double?).map { Date(timeIntervalSince1970: $0) }
            return Job(
                id: JobID(row["id"]), recipe: row["recipe"], repository: row["repository"],
                version: row["version"],
                priority: row["priority"],
                needs: Set(needs.split(separator: ",").compactMap { Int64($0).map { JobID($0) } }),
                created: Date(timeIntervalSince1970: row["created"]),
                changed: Date(timeIntervalSince1970: row["changed"]), request: row["request"],
                input: row["input"], isFirstBuild: row["first_build"],
                state: try Self.value(row["detail"]), fence: row["fence"], deadline: deadline)
        }
    }

    /// Runs a statement that is kept compiled: a set of thousands of jobs runs each of these as often.
    private func execute(sql: String, arguments: StatementArguments) throws {
        try database.cachedStatement(sql: sql).execute(arguments: arguments)
    }

    static func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    static func value<T: Decodable>(_ text: String) throws -> T {
        try JSONDecoder().decode(T.self, from: Data(text.utf8))
    }
}
