import Foundation
import GRDB

extension JobSchema {
    /// What triggers have seen, and that they fired.
    static let sixth = """
        CREATE TABLE trigger_memory (
            name TEXT PRIMARY KEY CHECK (name <> ''),
            memory BLOB NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE trigger_firing (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL CHECK (name <> ''),
            at REAL NOT NULL,
            firing TEXT NOT NULL
        ) STRICT;
        CREATE INDEX trigger_firing_by_name ON trigger_firing (name, id);
        CREATE TRIGGER trigger_firing_is_final BEFORE UPDATE ON trigger_firing
            BEGIN SELECT RAISE(ABORT, 'events are only appended'); END;
        CREATE TRIGGER trigger_firing_is_kept BEFORE DELETE ON trigger_firing
            BEGIN SELECT RAISE(ABORT, 'events are only appended'); END;
        """
}

extension SQLiteStorage {
    func triggerMemory(of name: String) throws -> [UInt8]? {
        try Data.fetchOne(
            database, sql: "SELECT memory FROM trigger_memory WHERE name = ?", arguments: [name]
        ).map(Array.init)
    }

    func keep(memory: [UInt8], of name: String) throws {
        try database.execute(
            sql: "INSERT OR REPLACE INTO trigger_memory (name, memory) VALUES (?, ?)",
            arguments: [name, Data(memory)])
    }

    func append(_ firing: TriggerFiring) throws {
        try database.execute(
            sql: "INSERT INTO trigger_firing (name, at, firing) VALUES (?, ?, ?)",
            arguments: [firing.trigger, firing.at.timeIntervalSince1970, try Self.json(firing)])
    }

    func firings(of name: String?, limit: Int) throws -> [TriggerFiring] {
        try String.fetchAll(
            database,
            sql: """
                SELECT firing FROM trigger_firing WHERE ?1 IS NULL OR name = ?1 ORDER BY id DESC LIMIT ?2
                """, arguments: [name, limit]
        ).map { try Self.value($0) }
    }
}
