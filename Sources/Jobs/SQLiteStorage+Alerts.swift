import Foundation
import GRDB

extension SQLiteStorage {
    func countFailure(_ failure: JobFailure, of job: Job, at time: Date) throws {
        try database.execute(
            sql: """
                INSERT INTO trouble (repository, recipe, failures, since, job, reason) VALUES (?1, ?2, 1, ?3, ?4, ?5)
                ON CONFLICT DO UPDATE SET failures = failures + 1, job = ?4, reason = ?5
                """,
            arguments: [
                job.repository, job.recipe, time.timeIntervalSince1970, job.id.number, failure.description,
            ])
    }

    func endTrouble(of recipe: String, repository: String) throws {
        try database.execute(
            sql: "DELETE FROM trouble WHERE repository = ? AND recipe = ?", arguments: [repository, recipe])
    }

    func troubles() throws -> [Trouble] {
        try rows("SELECT * FROM trouble ORDER BY repository, recipe").map { row in
            Trouble(
                recipe: row["recipe"], repository: row["repository"], failures: row["failures"],
                since: Date(timeIntervalSince1970: row["since"]), job: JobID(row["job"]),
                reason: row["reason"])
        }
    }

    func newest(_ recipe: String, repository: String) throws -> Job? {
        try jobs("WHERE recipe = ? AND repository = ? ORDER BY id DESC LIMIT 1", [recipe, repository]).first
    }

    func standingAlerts() throws -> [StandingAlert] {
        try rows(
            """
            SELECT at, alert FROM alert_event AS one WHERE raised = 1
            AND id = (SELECT max(id) FROM alert_event WHERE key = one.key) ORDER BY id
            """
        ).map { row in
            StandingAlert(
                alert: try Self.value(row["alert"]), since: Date(timeIntervalSince1970: row["at"]))
        }
    }

    func append(_ event: AlertEvent) throws {
        try database.execute(
            sql: "INSERT INTO alert_event (at, key, raised, alert) VALUES (?, ?, ?, ?)",
            arguments: [
                event.at.timeIntervalSince1970, event.alert.key, event.isRaised ? 1 : 0,
                try Self.json(event.alert),
            ])
    }

    func waitingSince() throws -> Date? {
        let time: Double? = try rows("SELECT min(created) FROM job WHERE state IN ('waiting', 'ready')")
            .first?[0]
        return time.map { Date(timeIntervalSince1970: $0) }
    }

    func traffic(from start: Date, to end: Date) throws -> JobTraffic {
        let times: StatementArguments = [start.timeIntervalSince1970, end.timeIntervalSince1970]
        let queued = try Int.fetchOne(
            database, sql: "SELECT count(*) FROM job WHERE created >= ? AND created < ?", arguments: times)
        let ended = try Int.fetchOne(
            database,
            sql: """
                SELECT count(*) FROM job WHERE changed >= ? AND changed < ?
                AND state IN ('published', 'failed', 'cancelled', 'superseded')
                """, arguments: times)
        return JobTraffic(queued: queued ?? 0, ended: ended ?? 0)
    }
}
