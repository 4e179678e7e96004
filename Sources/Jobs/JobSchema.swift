import GRDB

/// The tables, with what must always hold written as constraints. A migration that was released never changes.
enum JobSchema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 jobs, needs, events, attempts") { database in
            try database.execute(sql: first)
        }
        migrator.registerMigration("2 inputs, one feed of all events") { database in
            try database.execute(sql: second)
        }
        migrator.registerMigration("3 leases with fencing token and deadline") { database in
            try database.execute(sql: third)
        }
        migrator.registerMigration("4 failures of recipes, alerts in the feed") { database in
            try database.execute(sql: fourth)
        }
        migrator.registerMigration("5 how far webhooks were sent") { database in
            try database.execute(sql: fifth)
        }
        migrator.registerMigration("6 what triggers saw, and that they fired") { database in
            try database.execute(sql: sixth)
        }
        migrator.registerMigration("7 first builds") { database in
            try database.execute(sql: seventh)
        }
        migrator.registerMigration("8 orders of ready and waiting jobs") { database in
            try database.execute(sql: eighth)
        }
        return migrator
    }

    private static let first = """
        CREATE TABLE job (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            recipe TEXT NOT NULL CHECK (recipe <> ''),
            repository TEXT NOT NULL CHECK (repository <> ''),
            version TEXT NOT NULL,
            priority INTEGER NOT NULL,
            created REAL NOT NULL,
            changed REAL NOT NULL,
            request TEXT,
            state TEXT CHECK (state IN ('waiting', 'ready', 'leased', 'running', 'built', 'publishing', 'published',
                'failed', 'blocked', 'cancelled', 'superseded')),
            blocker INTEGER REFERENCES job (id),
            detail TEXT,
            CHECK ((state = 'blocked') = (blocker IS NOT NULL)),
            CHECK (blocker <> id)
        ) STRICT;
        CREATE INDEX job_by_recipe ON job (recipe, repository, id);
        CREATE INDEX job_by_state ON job (state);
        CREATE INDEX job_by_blocker ON job (blocker) WHERE blocker IS NOT NULL;

        CREATE TABLE need (
            job INTEGER NOT NULL REFERENCES job (id),
            needs INTEGER NOT NULL REFERENCES job (id),
            PRIMARY KEY (job, needs),
            CHECK (job <> needs)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX need_by_needs ON need (needs);

        CREATE TABLE event (
            job INTEGER NOT NULL REFERENCES job (id),
            sequence INTEGER NOT NULL CHECK (sequence > 0),
            at REAL NOT NULL,
            kind TEXT NOT NULL,
            PRIMARY KEY (job, sequence)
        ) STRICT, WITHOUT ROWID;
        CREATE TRIGGER event_is_final BEFORE UPDATE ON event
            BEGIN SELECT RAISE(ABORT, 'events are only appended'); END;
        CREATE TRIGGER event_is_kept BEFORE DELETE ON event
            BEGIN SELECT RAISE(ABORT, 'events are only appended'); END;
        CREATE TRIGGER event_is_next BEFORE INSERT ON event
            WHEN NEW.sequence <> (SELECT coalesce(max(sequence), 0) + 1 FROM event WHERE job = NEW.job)
            BEGIN SELECT RAISE(ABORT, 'events are numbered without gaps'); END;

        CREATE TABLE attempt (
            job INTEGER NOT NULL REFERENCES job (id),
            number INTEGER NOT NULL CHECK (number > 0),
            log TEXT NOT NULL,
            started REAL NOT NULL,
            ended REAL,
            phase TEXT,
            outcome TEXT CHECK (outcome IN ('succeeded', 'failed', 'interrupted')),
            use TEXT NOT NULL,
            suite TEXT,
            PRIMARY KEY (job, number),
            CHECK ((ended IS NULL) = (outcome IS NULL))
        ) STRICT, WITHOUT ROWID;
        CREATE UNIQUE INDEX one_open_attempt ON attempt (job) WHERE ended IS NULL;
        CREATE TRIGGER attempt_is_final BEFORE UPDATE ON attempt WHEN OLD.ended IS NOT NULL
            BEGIN SELECT RAISE(ABORT, 'an attempt that ended does not change'); END;
        CREATE TRIGGER attempt_is_kept BEFORE DELETE ON attempt
            BEGIN SELECT RAISE(ABORT, 'attempts are kept'); END;
        """
    private static let second = """
        ALTER TABLE job ADD COLUMN input TEXT;
        CREATE TABLE feed (
            position INTEGER PRIMARY KEY AUTOINCREMENT,
            job INTEGER NOT NULL,
            sequence INTEGER NOT NULL,
            UNIQUE (job, sequence),
            FOREIGN KEY (job, sequence) REFERENCES event (job, sequence)
        ) STRICT;
        INSERT INTO feed (job, sequence) SELECT job, sequence FROM event ORDER BY at, job, sequence;
        CREATE TRIGGER event_is_fed AFTER INSERT ON event
            BEGIN INSERT INTO feed (job, sequence) VALUES (NEW.job, NEW.sequence); END;
        CREATE TRIGGER feed_is_final BEFORE UPDATE ON feed
            BEGIN SELECT RAISE(ABORT, 'the feed is only appended to'); END;
        CREATE TRIGGER feed_is_kept BEFORE DELETE ON feed
            BEGIN SELECT RAISE(ABORT, 'the feed is only appended to'); END;
        """
    private static let seventh = """
        ALTER TABLE job ADD COLUMN first_build INTEGER NOT NULL DEFAULT 0 CHECK (first_build IN (0, 1));
        """
    private static let eighth = """
        CREATE INDEX ready_job ON job (priority DESC, id) WHERE state = 'ready';
        CREATE INDEX pending_job_by_created ON job (created) WHERE state IN ('waiting', 'ready');
        """
    private static let third = """
        ALTER TABLE job ADD COLUMN fence INTEGER NOT NULL DEFAULT 0 CHECK (fence >= 0);
        ALTER TABLE job ADD COLUMN deadline REAL CHECK (deadline IS NULL OR state IN ('leased', 'running'));
        CREATE INDEX job_by_deadline ON job (deadline) WHERE deadline IS NOT NULL;
        CREATE TRIGGER fence_rises BEFORE UPDATE OF fence ON job WHEN NEW.fence < OLD.fence
            BEGIN SELECT RAISE(ABORT, 'a fencing token is never given twice'); END;
        """
}
