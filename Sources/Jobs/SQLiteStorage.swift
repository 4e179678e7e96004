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

    /// What a query asks for. The database selects: a ledger may have a hundred thousand jobs, and most ask for a page.
    func all(_ query: JobQuery) throws -> [Job] {
        var conditions = ["state IS NOT NULL"]
        var arguments = StatementArguments()
        func require(_ condition: String, _ values: [any DatabaseValueConvertible] = []) {
            conditions.append(condition)
            arguments += StatementArguments(values)
        }
        if let recipe = query.recipe {
            let parts = recipe.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 { require("repository = ?", [String(parts[0])]) }
            require("recipe = ?", [String(parts[parts.count - 1])])
        }
        if let states = query.states {
            require(
                "state IN (\(databaseQuestionMarks(count: states.count)))", states.map(\.rawValue).sorted())
        }
        let before = query.before?.number ?? .max
        if query.before != nil { require("id < ?", [before]) }
        if query.latestOnly {
            require("(\(Self.isNewest("job")) OR \(Self.blocksNewest))", [before, before, before])
        }
        var sql = "WHERE " + conditions.joined(separator: " AND ") + " ORDER BY id DESC"
        if let limit = query.limit {
            sql += " LIMIT ?"
            arguments += [limit]
        }
        return try jobs(sql, arguments)
    }

    /// Whether no newer job is of the same recipe, among those below a number.
    private static func isNewest(_ one: String) -> String {
        """
        NOT EXISTS (SELECT 1 FROM job AS newer WHERE newer.recipe = \(one).recipe
            AND newer.repository = \(one).repository AND newer.id > \(one).id AND newer.id < ?)
        """
    }

    /// Whether it is a first build that blocks the newest job of a recipe, among those below a number.
    private static let blocksNewest = """
        (first_build = 1 AND EXISTS (SELECT 1 FROM job AS held WHERE held.blocker = job.id AND held.id > job.id
            AND held.id < ? AND \(isNewest("held"))))
        """

    /// Ready jobs, those that go first at the front.
    func ready(limit: Int) throws -> [Job] {
        try jobs("WHERE state = 'ready' ORDER BY priority DESC, id LIMIT ?", [limit])
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
        let rows = try rows(
            """
            SELECT position, feed.job, feed.sequence, event.at, event.kind, alert_event.at AS alert_at, raised,
                alert_event.alert AS words
            FROM feed LEFT JOIN event ON event.job = feed.job AND event.sequence = feed.sequence
            LEFT JOIN alert_event ON alert_event.id = feed.alert
            WHERE position > ? ORDER BY position LIMIT ?
            """, [position, limit])
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
        for row in try rows(sql) {
            let word: String = row["state"]
            if let name = JobState.Name(rawValue: word) { counts[name] = row["number"] }
        }
        return counts
    }

    func buildSeconds() throws -> [String: Double] {
        let rows = try rows(
            """
            SELECT repository, recipe, max(ended - started) AS seconds FROM attempt JOIN job ON job.id = attempt.job
            WHERE outcome = 'succeeded' AND state = 'published' GROUP BY repository, recipe
            """)
        return Dictionary(
            rows.map { row in ("\(row["repository"] as String)/\(row["recipe"] as String)", row["seconds"]) }
        ) { first, _ in first }
    }

    func lastPosition() throws -> Int64 {
        try rows("SELECT max(position) FROM feed").first?[0] ?? 0
    }

    func pending(like wanted: NewJob, before id: JobID) throws -> [Job] {
        try jobs(
            """
            WHERE recipe = ? AND repository = ? AND id < ? AND first_build = ?
            AND state IN ('waiting', 'ready', 'blocked') ORDER BY id
            """, [wanted.recipe, wanted.repository, id.number, wanted.isFirstBuild])
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
                state.name.rawValue, try Self.text(of: state), blocker, time.timeIntervalSince1970,
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
        let rows = try rows(
            "SELECT sequence, at, kind FROM event WHERE job = ? ORDER BY sequence", [job.number])
        return try rows.map { row in
            JobEvent(
                job: job, sequence: row["sequence"], at: Date(timeIntervalSince1970: row["at"]),
                kind: try Self.value(row["kind"]))
        }
    }

    func attempts(of job: JobID) throws -> [Attempt] {
        let rows = try rows("SELECT * FROM attempt WHERE job = ? ORDER BY number", [job.number])
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

    /// The jobs of these numbers, in their order.
    func jobs(_ ids: [JobID]) throws -> [Job] {
        let numbers = "[" + ids.map(\.description).joined(separator: ",") + "]"
        let found = try jobs("WHERE id IN (SELECT value FROM json_each(?))", [numbers])
        let byNumber = Dictionary(found.map { ($0.id, $0) }) { first, _ in first }
        return ids.compactMap { byNumber[$0] }
    }

    func jobs(_ condition: String, _ arguments: StatementArguments) throws -> [Job] {
        let sql = """
            SELECT id, recipe, repository, version, priority, created, changed, request, input, first_build, fence,
                deadline, state, detail, (SELECT group_concat(needs) FROM need WHERE need.job = job.id)
            FROM job \(condition)
            """
        // By position and from the statement itself: a page has a hundred rows of fifteen columns.
        let rows = try Row.fetchCursor(try database.cachedStatement(sql: sql), arguments: arguments)
        return try Array(rows.map(Self.job))
    }

    private static func job(_ row: Row) throws -> Job {
        let needs: String = row[14] ?? ""
        return Job(
            id: JobID(row[0]), recipe: row[1], repository: row[2], version: row[3], priority: row[4],
            needs: Set(needs.split(separator: ",").compactMap { Int64($0).map { JobID($0) } }),
            created: Date(timeIntervalSince1970: row[5]), changed: Date(timeIntervalSince1970: row[6]),
            request: row[7], input: row[8], isFirstBuild: row[9], state: try state(row[12], row[13]),
            fence: row[10], deadline: (row[11] as Double?).map { Date(timeIntervalSince1970: $0) })
    }

    /// A state by its name, and where it carries something by its JSON, which takes a hundred times as long to read.
    private static func state(_ name: String, _ detail: String) throws -> JobState {
        switch JobState.Name(rawValue: name) {
        case .ready: .ready
        case .built: .built
        case .publishing: .publishing
        case .published: .published
        case .cancelled: .cancelled
        case .waiting, .leased, .running, .failed, .blocked, .superseded, nil: try value(detail)
        }
    }

    /// The rows of a statement that is kept compiled: most take less time than compiling them does.
    func rows(_ sql: String, _ arguments: StatementArguments = []) throws -> [Row] {
        try Row.fetchAll(try database.cachedStatement(sql: sql), arguments: arguments)
    }

    /// Runs a statement that is kept compiled: a set of thousands of jobs runs each of these as often.
    private func execute(sql: String, arguments: StatementArguments) throws {
        try database.cachedStatement(sql: sql).execute(arguments: arguments)
    }

    /// What says no more than its name does is written once.
    private static func text(of state: JobState) throws -> String { try plainTexts[state] ?? json(state) }

    private static let plainTexts: [JobState: String] = Dictionary(
        [JobState.ready, .built, .publishing, .published, .cancelled].compactMap { state in
            // One that could not be written now would be tried again, and say so, when it is needed.
            (try? json(state)).map { (state, $0) }
        }
    ) { first, _ in first }

    private static let encoder: JSONEncoder = {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return encoder
    }()

    static func json(_ value: some Encodable) throws -> String {
        String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    private static let decoder = JSONDecoder()

    static func value<T: Decodable>(_ text: String) throws -> T {
        try decoder.decode(T.self, from: Data(text.utf8))
    }
}
