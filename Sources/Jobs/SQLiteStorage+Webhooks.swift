import Foundation
import GRDB

extension JobSchema {
    static let fifth = """
        CREATE TABLE webhook (
            url TEXT PRIMARY KEY CHECK (url <> ''),
            position INTEGER NOT NULL CHECK (position >= 0),
            attempts INTEGER NOT NULL CHECK (attempts >= 0),
            due REAL,
            dropped INTEGER NOT NULL CHECK (dropped >= 0),
            problem TEXT
        ) STRICT, WITHOUT ROWID;
        CREATE TRIGGER webhook_goes_on BEFORE UPDATE OF position ON webhook WHEN NEW.position < OLD.position
            BEGIN SELECT RAISE(ABORT, 'what was sent is not sent anew'); END;
        """
}

extension SQLiteStorage {
    func webhooks() throws -> [WebhookCursor] {
        try Row.fetchAll(database, sql: "SELECT * FROM webhook ORDER BY url").map { row in
            WebhookCursor(
                url: row["url"], position: row["position"], attempts: row["attempts"],
                due: (row["due"] as Double?).map { Date(timeIntervalSince1970: $0) }, dropped: row["dropped"],
                problem: row["problem"])
        }
    }

    func keep(_ cursor: WebhookCursor) throws {
        try database.execute(
            sql: """
                INSERT INTO webhook (url, position, attempts, due, dropped, problem) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                ON CONFLICT DO UPDATE SET position = ?2, attempts = ?3, due = ?4, dropped = ?5, problem = ?6
                """,
            arguments: [
                cursor.url, cursor.position, cursor.attempts, cursor.due?.timeIntervalSince1970,
                cursor.dropped, cursor.problem,
            ])
    }

    func setWebhooks(_ urls: [String]) throws {
        let old = Set(try webhooks().map(\.url))
        for url in old.subtracting(urls) {
            try database.execute(sql: "DELETE FROM webhook WHERE url = ?", arguments: [url])
        }
        let now = try lastPosition()
        for url in urls where !old.contains(url) { try keep(WebhookCursor(url: url, position: now)) }
    }
}
