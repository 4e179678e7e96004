extension JobSchema {
    /// Alerts as events of the one feed, and what recipes have failed since they were last published.
    static let fourth = """
        CREATE TABLE trouble (
            repository TEXT NOT NULL,
            recipe TEXT NOT NULL,
            failures INTEGER NOT NULL CHECK (failures > 0),
            since REAL NOT NULL,
            job INTEGER NOT NULL REFERENCES job (id),
            reason TEXT NOT NULL,
            PRIMARY KEY (repository, recipe)
        ) STRICT, WITHOUT ROWID;
        WITH told AS (
            SELECT repository, recipe, event.job, at, position,
                json_extract(kind, '$.failed._0.kind') AS failure,
                json_type(kind, '$.published') IS NOT NULL AS published
            FROM feed JOIN event USING (job, sequence) JOIN job ON job.id = event.job
        ), last AS (
            SELECT repository, recipe, max(position) AS position FROM told WHERE published
            GROUP BY repository, recipe
        )
        INSERT INTO trouble (repository, recipe, failures, since, job, reason)
            SELECT repository, recipe, count(*), min(at), max(job), ''
            FROM told LEFT JOIN last USING (repository, recipe)
            WHERE failure = 'real' AND told.position > coalesce(last.position, 0)
            GROUP BY repository, recipe;
        UPDATE trouble SET reason = coalesce(
            (SELECT json_extract(kind, '$.failed._0.reason') FROM event
            WHERE event.job = trouble.job AND json_extract(kind, '$.failed._0.kind') = 'real'
            ORDER BY sequence DESC LIMIT 1), '');

        CREATE TABLE alert_event (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            at REAL NOT NULL,
            key TEXT NOT NULL CHECK (key <> ''),
            raised INTEGER NOT NULL CHECK (raised IN (0, 1)),
            alert TEXT NOT NULL
        ) STRICT;
        CREATE INDEX alert_event_by_key ON alert_event (key, id);
        CREATE TRIGGER alert_event_is_final BEFORE UPDATE ON alert_event
            BEGIN SELECT RAISE(ABORT, 'events are only appended'); END;
        CREATE TRIGGER alert_event_is_kept BEFORE DELETE ON alert_event
            BEGIN SELECT RAISE(ABORT, 'events are only appended'); END;
        CREATE TRIGGER alert_event_changes BEFORE INSERT ON alert_event
            WHEN NEW.raised = coalesce(
                (SELECT raised FROM alert_event WHERE key = NEW.key ORDER BY id DESC LIMIT 1), 0)
            BEGIN SELECT RAISE(ABORT, 'an alert is raised once and cleared once'); END;

        DROP TRIGGER event_is_fed;
        DROP TRIGGER feed_is_final;
        DROP TRIGGER feed_is_kept;
        ALTER TABLE feed RENAME TO feed_of_jobs;
        CREATE TABLE feed (
            position INTEGER PRIMARY KEY AUTOINCREMENT,
            job INTEGER,
            sequence INTEGER,
            alert INTEGER UNIQUE REFERENCES alert_event (id),
            UNIQUE (job, sequence),
            FOREIGN KEY (job, sequence) REFERENCES event (job, sequence),
            CHECK ((job IS NULL) = (sequence IS NULL)),
            CHECK ((job IS NULL) <> (alert IS NULL))
        ) STRICT;
        INSERT INTO feed (position, job, sequence) SELECT position, job, sequence FROM feed_of_jobs ORDER BY position;
        DROP TABLE feed_of_jobs;
        CREATE TRIGGER event_is_fed AFTER INSERT ON event
            BEGIN INSERT INTO feed (job, sequence) VALUES (NEW.job, NEW.sequence); END;
        CREATE TRIGGER alert_event_is_fed AFTER INSERT ON alert_event
            BEGIN INSERT INTO feed (alert) VALUES (NEW.id); END;
        CREATE TRIGGER feed_is_final BEFORE UPDATE ON feed
            BEGIN SELECT RAISE(ABORT, 'the feed is only appended to'); END;
        CREATE TRIGGER feed_is_kept BEFORE DELETE ON feed
            BEGIN SELECT RAISE(ABORT, 'the feed is only appended to'); END;
        CREATE INDEX job_by_created ON job (created);
        CREATE INDEX job_by_changed ON job (changed);
        """
}
