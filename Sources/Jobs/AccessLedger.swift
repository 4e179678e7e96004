public import FoundationEssentials
import GRDB
import Synchronization

/// Who may do what, and who did: tokens (by the digest of their secret), the audit log, and answers to requests that
/// carried an idempotency key. A database of its own beside the jobs'.
public final class AccessLedger: Sendable {
    private let path: String
    private let database: DatabaseQueue
    /// Tokens that were asked for, by digest: every request asks, and must not wait for an entry of the audit log to reach
    /// the disk. Nobody else writes while this one does.
    private let known = Mutex<[String: AccessToken]>([:])

    /// Opens the database at `path`, made if missing, readable by its owner only.
    /// - Throws: `JobStoreError.database` when it cannot be opened or is a newer farm's.
    public init(path: String) throws(JobStoreError) {
        self.path = path
        do {
            var configuration = Configuration()
            configuration.busyMode = .timeout(10)
            configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = FULL") }
            database = try DatabaseQueue(path: path, configuration: configuration)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
            if try database.read(Self.migrator.hasBeenSuperseded) {
                throw JobStoreError.database(path: path, reason: "was made by a newer farm; use that one")
            }
            try Self.migrator.migrate(database)
        } catch let error as JobStoreError { throw error } catch {
            throw .database(path: path, reason: "\(error)")
        }
    }

    private static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 tokens, audit, answers") { database in
            try database.execute(
                sql: """
                    CREATE TABLE token (
                        id INTEGER PRIMARY KEY AUTOINCREMENT,
                        name TEXT NOT NULL CHECK (name <> ''),
                        digest TEXT NOT NULL UNIQUE CHECK (length(digest) = 64),
                        scopes TEXT NOT NULL CHECK (scopes <> ''),
                        created REAL NOT NULL,
                        expires REAL,
                        revoked REAL
                    ) STRICT;
                    CREATE TABLE audit (
                        id INTEGER PRIMARY KEY AUTOINCREMENT,
                        at REAL NOT NULL,
                        who TEXT NOT NULL,
                        what TEXT NOT NULL,
                        status INTEGER NOT NULL
                    ) STRICT;
                    CREATE TABLE answer (
                        who TEXT NOT NULL,
                        key TEXT NOT NULL,
                        request TEXT NOT NULL,
                        status INTEGER NOT NULL,
                        body BLOB NOT NULL,
                        at REAL NOT NULL,
                        PRIMARY KEY (who, key)
                    ) STRICT, WITHOUT ROWID;
                    """)
        }
        return migrator
    }

    // MARK: Tokens

    /// Keeps a token by the SHA-256 of its secret, in 64 hexadecimal digits.
    public func add(
        name: String, digest: String, scopes: [AccessScope], expires: Date?, at time: Date
    ) throws(JobStoreError) -> AccessToken {
        try write { database in
            try database.execute(
                sql: "INSERT INTO token (name, digest, scopes, created, expires) VALUES (?, ?, ?, ?, ?)",
                arguments: [
                    name, digest, scopes.map(\.rawValue).joined(separator: " "), time.timeIntervalSince1970,
                    expires?.timeIntervalSince1970,
                ])
            return AccessToken(
                id: database.lastInsertedRowID, name: name, scopes: scopes, created: time, expires: expires,
                isRevoked: false)
        }
    }

    /// The token of a secret's digest, also one that is no longer valid; nil for a foreign one.
    public func token(digest: String) throws(JobStoreError) -> AccessToken? {
        if let token = known.withLock({ $0[digest] }) { return token }
        // Reads and writes take turns, so that no token which is taken back meanwhile stays known.
        return try read { database in
            let token = try Self.tokens(database, "WHERE digest = ?", [digest]).first
            known.withLock { known in
                if known.count >= 1000 { known = [:] }
                known[digest] = token
            }
            return token
        }
    }

    /// All tokens, the oldest first.
    public func tokens() throws(JobStoreError) -> [AccessToken] {
        try read { try Self.tokens($0, "ORDER BY id", []) }
    }

    /// Takes a token back. Returns false when there is none of this number, or it was taken back before.
    public func revoke(_ id: Int64, at time: Date) throws(JobStoreError) -> Bool {
        try write { database in
            try database.execute(
                sql: "UPDATE token SET revoked = ? WHERE id = ? AND revoked IS NULL",
                arguments: [time.timeIntervalSince1970, id])
            known.withLock { $0 = [:] }
            return database.changesCount == 1
        }
    }

    private static func tokens(
        _ database: Database, _ condition: String, _ arguments: StatementArguments
    ) throws -> [AccessToken] {
        try Row.fetchAll(database, sql: "SELECT * FROM token \(condition)", arguments: arguments).map { row in
            let expires: Double? = row["expires"]
            let revoked: Double? = row["revoked"]
            let scopes: String = row["scopes"]
            return AccessToken(
                id: row["id"], name: row["name"],
                scopes: scopes.split(separator: " ").compactMap { AccessScope(rawValue: String($0)) },
                created: Date(timeIntervalSince1970: row["created"]),
                expires: expires.map { Date(timeIntervalSince1970: $0) }, isRevoked: revoked != nil)
        }
    }

    // MARK: Audit

    /// Notes what somebody did.
    public func note(who: String, what: String, status: Int, at time: Date) throws(JobStoreError) {
        try write { database in
            try database.execute(
                sql: "INSERT INTO audit (at, who, what, status) VALUES (?, ?, ?, ?)",
                arguments: [time.timeIntervalSince1970, who, what, status])
        }
    }

    /// The newest entries first.
    public func audit(limit: Int) throws(JobStoreError) -> [AuditEntry] {
        try read { database in
            try Row.fetchAll(
                database, sql: "SELECT * FROM audit ORDER BY id DESC LIMIT ?", arguments: [limit]
            )
            .map {
                AuditEntry(
                    id: $0["id"], at: Date(timeIntervalSince1970: $0["at"]), who: $0["who"],
                    what: $0["what"], status: $0["status"])
            }
        }
    }

    // MARK: Answers that may be asked for again

    /// An answer that was given to a request with an idempotency key.
    public struct Answer: Sendable, Equatable {
        /// The digest of the request.
        public let request: String
        /// The HTTP status.
        public let status: Int
        /// The body.
        public let body: [UInt8]

        /// An answer to a request.
        public init(request: String, status: Int, body: [UInt8]) {
            self.request = request
            self.status = status
            self.body = body
        }
    }

    /// What was answered to this key within the last day; nil when nothing was.
    public func answer(who: String, key: String, at time: Date) throws(JobStoreError) -> Answer? {
        try read { database in
            try Row.fetchOne(
                database, sql: "SELECT * FROM answer WHERE who = ? AND key = ? AND at > ?",
                arguments: [who, key, time.timeIntervalSince1970 - 86_400]
            ).map { Answer(request: $0["request"], status: $0["status"], body: Array($0["body"] as Data)) }
        }
    }

    /// Keeps an answer for a day.
    public func keep(_ answer: Answer, who: String, key: String, at time: Date) throws(JobStoreError) {
        try write { database in
            try database.execute(
                sql: "DELETE FROM answer WHERE at <= ?", arguments: [time.timeIntervalSince1970 - 86_400])
            try database.execute(
                sql:
                    "INSERT OR REPLACE INTO answer (who, key, request, status, body, at) VALUES (?, ?, ?, ?, ?, ?)",
                arguments: [
                    who, key, answer.request, answer.status, Data(answer.body), time.timeIntervalSince1970,
                ])
        }
    }

    /// Writes a whole copy of the database, also while it is being written.
    public func copy(to path: String) throws(JobStoreError) {
        do { try database.vacuum(into: path) } catch { throw .database(path: path, reason: "\(error)") }
    }

    private func read<T: Sendable>(_ body: (Database) throws -> T) throws(JobStoreError) -> T {
        do { return try database.read(body) } catch { throw .database(path: path, reason: "\(error)") }
    }

    private func write<T: Sendable>(_ body: (Database) throws -> T) throws(JobStoreError) -> T {
        do { return try database.write(body) } catch { throw .database(path: path, reason: "\(error)") }
    }
}
