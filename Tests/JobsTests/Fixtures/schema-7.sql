-- The database of schema-6.sql as a farm of the seventh schema brought it up to date.
CREATE TABLE alert_event (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            at REAL NOT NULL,
            key TEXT NOT NULL CHECK (key <> ''),
            raised INTEGER NOT NULL CHECK (raised IN (0, 1)),
            alert TEXT NOT NULL
        ) STRICT;
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
INSERT INTO "attempt" VALUES(1,1,'/farm/jobs/logs/1-musl-1.log',1.79582250800174236292e+09,1.79582250840081048015e+09,NULL,'succeeded','{"disk":0,"peakMemory":0,"processorSeconds":0}','{"accepted":0,"failed":0,"passed":499,"skipped":0,"wasmProcesses":122}');
INSERT INTO "attempt" VALUES(2,1,'/farm/jobs/logs/2-linux-headers-1.log',1.79582250841895413396e+09,1.79582250912822532652e+09,NULL,'succeeded','{"disk":0,"peakMemory":0,"processorSeconds":0}','{"accepted":0,"failed":0,"passed":0,"skipped":0,"wasmProcesses":0}');
INSERT INTO "attempt" VALUES(3,1,'/farm/jobs/logs/3-browser-baselayout-1.log',1.79582250842895030972e+09,1.79582251045759248731e+09,NULL,'succeeded','{"disk":0,"peakMemory":0,"processorSeconds":0}',NULL);
INSERT INTO "attempt" VALUES(4,1,'/farm/jobs/logs/4-busybox-1.log',1.79582250914093017584e+09,1.79582250964431071283e+09,NULL,'succeeded','{"disk":0,"peakMemory":0,"processorSeconds":0}','{"accepted":6,"failed":0,"passed":728,"skipped":12,"wasmProcesses":4564}');
INSERT INTO "attempt" VALUES(5,1,'/farm/jobs/logs/5-linux-wasm-1.log',1.79582250965561342238e+09,1.79582266632489395141e+09,NULL,'failed','{"disk":0,"peakMemory":0,"processorSeconds":0}',NULL);
CREATE TABLE event (
    job INTEGER NOT NULL REFERENCES job (id),
    sequence INTEGER NOT NULL CHECK (sequence > 0),
    at REAL NOT NULL,
    kind TEXT NOT NULL,
    PRIMARY KEY (job, sequence)
) STRICT, WITHOUT ROWID;
INSERT INTO "event" VALUES(1,1,1.79582250799564981458e+09,'{"queued":{"waitingOn":[]}}');
INSERT INTO "event" VALUES(1,2,1.795822508001042366e+09,'{"leased":{"_0":{"process":15527,"worker":"build"}}}');
INSERT INTO "event" VALUES(1,3,1.79582250800345969202e+09,'{"requested":{"digest":"98ba1ce291d9b0b08ec594f568c09c144701e267bb24dd7614cad5dd6fe6e0a7"}}');
INSERT INTO "event" VALUES(1,4,1.79582250802048897743e+09,'{"built":{"reused":true}}');
INSERT INTO "event" VALUES(1,5,1.79582250840120172504e+09,'{"publishing":{}}');
INSERT INTO "event" VALUES(1,6,1.79582250840165376665e+09,'{"published":{"unchanged":false}}');
INSERT INTO "event" VALUES(2,1,1.79582250799564981458e+09,'{"queued":{"waitingOn":[1]}}');
INSERT INTO "event" VALUES(2,2,1.79582250840165376665e+09,'{"needPublished":{"_0":1}}');
INSERT INTO "event" VALUES(2,3,1.79582250841809129711e+09,'{"leased":{"_0":{"process":15527,"worker":"build"}}}');
INSERT INTO "event" VALUES(2,4,1.79582250843910789486e+09,'{"requested":{"digest":"46bcdd4be7470eee25727887057d85d4d5213865b4af2354aa39da6427f44485"}}');
INSERT INTO "event" VALUES(2,5,1.79582250843983650201e+09,'{"built":{"reused":true}}');
INSERT INTO "event" VALUES(2,6,1.79582250912859821322e+09,'{"publishing":{}}');
INSERT INTO "event" VALUES(2,7,1.79582250912903094294e+09,'{"published":{"unchanged":false}}');
INSERT INTO "event" VALUES(3,1,1.79582250799564981458e+09,'{"queued":{"waitingOn":[1]}}');
INSERT INTO "event" VALUES(3,2,1.79582250840165376665e+09,'{"needPublished":{"_0":1}}');
INSERT INTO "event" VALUES(3,3,1.79582250842805337905e+09,'{"leased":{"_0":{"process":15527,"worker":"build"}}}');
INSERT INTO "event" VALUES(3,4,1.79582250845216751097e+09,'{"requested":{"digest":"72f1ecc5c861b6e1c184a6aaa766ed9653c38a9c07d78387b0458884b5e433da"}}');
INSERT INTO "event" VALUES(3,5,1.79582250845315790181e+09,'{"phase":{"_0":"unpack"}}');
INSERT INTO "event" VALUES(3,6,1.79582250848413753504e+09,'{"phase":{"_0":"sysroot"}}');
INSERT INTO "event" VALUES(3,7,1.79582250884432673455e+09,'{"phase":{"_0":"unpack"}}');
INSERT INTO "event" VALUES(3,8,1.79582250892430305483e+09,'{"phase":{"_0":"prepare"}}');
INSERT INTO "event" VALUES(3,9,1.79582250892505264285e+09,'{"phase":{"_0":"build"}}');
INSERT INTO "event" VALUES(3,10,1.7958225091211509704e+09,'{"phase":{"_0":"package"}}');
INSERT INTO "event" VALUES(3,11,1.79582250981880736347e+09,'{"phase":{"_0":"pack"}}');
INSERT INTO "event" VALUES(3,12,1.79582251020020866399e+09,'{"built":{"reused":false}}');
INSERT INTO "event" VALUES(3,13,1.79582251045806193354e+09,'{"publishing":{}}');
INSERT INTO "event" VALUES(3,14,1.79582251045860266693e+09,'{"published":{"unchanged":false}}');
INSERT INTO "event" VALUES(4,1,1.79582250799564981458e+09,'{"queued":{"waitingOn":[2,1]}}');
INSERT INTO "event" VALUES(4,2,1.79582250840165376665e+09,'{"needPublished":{"_0":1}}');
INSERT INTO "event" VALUES(4,3,1.79582250912903094294e+09,'{"needPublished":{"_0":2}}');
INSERT INTO "event" VALUES(4,4,1.79582250914013242725e+09,'{"leased":{"_0":{"process":15527,"worker":"build"}}}');
INSERT INTO "event" VALUES(4,5,1.79582250916039085388e+09,'{"requested":{"digest":"de9ddbd024e02615c5f85adde6754dedafd6fe42ef7e0067b47b852f8d5949fc"}}');
INSERT INTO "event" VALUES(4,6,1.79582250916118645661e+09,'{"built":{"reused":true}}');
INSERT INTO "event" VALUES(4,7,1.79582250964476442334e+09,'{"publishing":{}}');
INSERT INTO "event" VALUES(4,8,1.79582250964521932595e+09,'{"published":{"unchanged":false}}');
INSERT INTO "event" VALUES(5,1,1.79582250799564981458e+09,'{"queued":{"waitingOn":[1]}}');
INSERT INTO "event" VALUES(5,2,1.79582250840165376665e+09,'{"needPublished":{"_0":1}}');
INSERT INTO "event" VALUES(5,3,1.79582250965478563316e+09,'{"leased":{"_0":{"process":15527,"worker":"build"}}}');
INSERT INTO "event" VALUES(5,4,1.79582250968811845781e+09,'{"requested":{"digest":"8d642e2f80286d9f87760016b43969b8e8bf6c4228f8a760300794191bcd94d3"}}');
INSERT INTO "event" VALUES(5,5,1.79582250968927335734e+09,'{"phase":{"_0":"fetch"}}');
INSERT INTO "event" VALUES(5,6,1.79582250968974447245e+09,'{"phase":{"_0":"unpack"}}');
INSERT INTO "event" VALUES(5,7,1.79582256031575012203e+09,'{"phase":{"_0":"sysroot"}}');
INSERT INTO "event" VALUES(5,8,1.79582256063600301742e+09,'{"phase":{"_0":"unpack"}}');
INSERT INTO "event" VALUES(5,9,1.79582264624061346052e+09,'{"phase":{"_0":"prepare"}}');
INSERT INTO "event" VALUES(5,10,1.79582264639034128181e+09,'{"phase":{"_0":"build"}}');
INSERT INTO "event" VALUES(5,11,1.79582266632529640197e+09,'{"failed":{"_0":{"kind":"real","phase":"build","reason":"phase build exited with status 2"}}}');
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
INSERT INTO "feed" VALUES(1,1,1,NULL);
INSERT INTO "feed" VALUES(2,2,1,NULL);
INSERT INTO "feed" VALUES(3,3,1,NULL);
INSERT INTO "feed" VALUES(4,4,1,NULL);
INSERT INTO "feed" VALUES(5,5,1,NULL);
INSERT INTO "feed" VALUES(6,1,2,NULL);
INSERT INTO "feed" VALUES(7,1,3,NULL);
INSERT INTO "feed" VALUES(8,1,4,NULL);
INSERT INTO "feed" VALUES(9,1,5,NULL);
INSERT INTO "feed" VALUES(10,1,6,NULL);
INSERT INTO "feed" VALUES(11,2,2,NULL);
INSERT INTO "feed" VALUES(12,3,2,NULL);
INSERT INTO "feed" VALUES(13,4,2,NULL);
INSERT INTO "feed" VALUES(14,5,2,NULL);
INSERT INTO "feed" VALUES(15,2,3,NULL);
INSERT INTO "feed" VALUES(16,3,3,NULL);
INSERT INTO "feed" VALUES(17,2,4,NULL);
INSERT INTO "feed" VALUES(18,2,5,NULL);
INSERT INTO "feed" VALUES(19,3,4,NULL);
INSERT INTO "feed" VALUES(20,3,5,NULL);
INSERT INTO "feed" VALUES(21,3,6,NULL);
INSERT INTO "feed" VALUES(22,3,7,NULL);
INSERT INTO "feed" VALUES(23,3,8,NULL);
INSERT INTO "feed" VALUES(24,3,9,NULL);
INSERT INTO "feed" VALUES(25,3,10,NULL);
INSERT INTO "feed" VALUES(26,2,6,NULL);
INSERT INTO "feed" VALUES(27,2,7,NULL);
INSERT INTO "feed" VALUES(28,4,3,NULL);
INSERT INTO "feed" VALUES(29,4,4,NULL);
INSERT INTO "feed" VALUES(30,4,5,NULL);
INSERT INTO "feed" VALUES(31,4,6,NULL);
INSERT INTO "feed" VALUES(32,4,7,NULL);
INSERT INTO "feed" VALUES(33,4,8,NULL);
INSERT INTO "feed" VALUES(34,5,3,NULL);
INSERT INTO "feed" VALUES(35,5,4,NULL);
INSERT INTO "feed" VALUES(36,5,5,NULL);
INSERT INTO "feed" VALUES(37,5,6,NULL);
INSERT INTO "feed" VALUES(38,3,11,NULL);
INSERT INTO "feed" VALUES(39,3,12,NULL);
INSERT INTO "feed" VALUES(40,3,13,NULL);
INSERT INTO "feed" VALUES(41,3,14,NULL);
INSERT INTO "feed" VALUES(42,5,7,NULL);
INSERT INTO "feed" VALUES(43,5,8,NULL);
INSERT INTO "feed" VALUES(44,5,9,NULL);
INSERT INTO "feed" VALUES(45,5,10,NULL);
INSERT INTO "feed" VALUES(46,5,11,NULL);
CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
INSERT INTO "grdb_migrations" VALUES('1 jobs, needs, events, attempts');
INSERT INTO "grdb_migrations" VALUES('2 inputs, one feed of all events');
INSERT INTO "grdb_migrations" VALUES('3 leases with fencing token and deadline');
INSERT INTO "grdb_migrations" VALUES('4 failures of recipes, alerts in the feed');
INSERT INTO "grdb_migrations" VALUES('5 how far webhooks were sent');
INSERT INTO "grdb_migrations" VALUES('6 what triggers saw, and that they fired');
INSERT INTO "grdb_migrations" VALUES('7 first builds');
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
    detail TEXT, input TEXT, fence INTEGER NOT NULL DEFAULT 0 CHECK (fence >= 0), deadline REAL CHECK (deadline IS NULL OR state IN ('leased', 'running')), first_build INTEGER NOT NULL DEFAULT 0 CHECK (first_build IN (0, 1)),
    CHECK ((state = 'blocked') = (blocker IS NOT NULL)),
    CHECK (blocker <> id)
) STRICT;
INSERT INTO "job" VALUES(1,'musl','main','1.2.6-r0',3,1.79582250799564981458e+09,1.79582250840165376665e+09,'98ba1ce291d9b0b08ec594f568c09c144701e267bb24dd7614cad5dd6fe6e0a7','published',NULL,'{"published":{}}',NULL,0,NULL,0);
INSERT INTO "job" VALUES(2,'linux-headers','main','6.12.107-r0',2,1.79582250799564981458e+09,1.79582250912903094294e+09,'46bcdd4be7470eee25727887057d85d4d5213865b4af2354aa39da6427f44485','published',NULL,'{"published":{}}',NULL,0,NULL,0);
INSERT INTO "job" VALUES(3,'browser-baselayout','main','1.0.0-r0',1,1.79582250799564981458e+09,1.79582251045860266693e+09,'72f1ecc5c861b6e1c184a6aaa766ed9653c38a9c07d78387b0458884b5e433da','published',NULL,'{"published":{}}',NULL,0,NULL,0);
INSERT INTO "job" VALUES(4,'busybox','main','1.37.0-r0',1,1.79582250799564981458e+09,1.79582250964521932595e+09,'de9ddbd024e02615c5f85adde6754dedafd6fe42ef7e0067b47b852f8d5949fc','published',NULL,'{"published":{}}',NULL,0,NULL,0);
INSERT INTO "job" VALUES(5,'linux-wasm','main','6.12.107-r0',1,1.79582250799564981458e+09,1.79582266632529640197e+09,'8d642e2f80286d9f87760016b43969b8e8bf6c4228f8a760300794191bcd94d3','failed',NULL,'{"failed":{"_0":{"kind":"real","phase":"build","reason":"phase build exited with status 2"}}}',NULL,0,NULL,0);
CREATE TABLE need (
    job INTEGER NOT NULL REFERENCES job (id),
    needs INTEGER NOT NULL REFERENCES job (id),
    PRIMARY KEY (job, needs),
    CHECK (job <> needs)
) STRICT, WITHOUT ROWID;
INSERT INTO "need" VALUES(2,1);
INSERT INTO "need" VALUES(3,1);
INSERT INTO "need" VALUES(4,1);
INSERT INTO "need" VALUES(5,1);
INSERT INTO "need" VALUES(4,2);
CREATE TABLE trigger_firing (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL CHECK (name <> ''),
    at REAL NOT NULL,
    firing TEXT NOT NULL
) STRICT;
CREATE TABLE trigger_memory (
    name TEXT PRIMARY KEY CHECK (name <> ''),
    memory BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE trouble (
            repository TEXT NOT NULL,
            recipe TEXT NOT NULL,
            failures INTEGER NOT NULL CHECK (failures > 0),
            since REAL NOT NULL,
            job INTEGER NOT NULL REFERENCES job (id),
            reason TEXT NOT NULL,
            PRIMARY KEY (repository, recipe)
        ) STRICT, WITHOUT ROWID;
INSERT INTO "trouble" VALUES('main','linux-wasm',1,1.79582266632529640197e+09,5,'phase build exited with status 2');
CREATE TABLE webhook (
    url TEXT PRIMARY KEY CHECK (url <> ''),
    position INTEGER NOT NULL CHECK (position >= 0),
    attempts INTEGER NOT NULL CHECK (attempts >= 0),
    due REAL,
    dropped INTEGER NOT NULL CHECK (dropped >= 0),
    problem TEXT
) STRICT, WITHOUT ROWID;
INSERT INTO "webhook" VALUES('https://example.org/hook',46,0,NULL,0,NULL);
CREATE INDEX job_by_recipe ON job (recipe, repository, id);
CREATE INDEX job_by_state ON job (state);
CREATE INDEX job_by_blocker ON job (blocker) WHERE blocker IS NOT NULL;
CREATE INDEX need_by_needs ON need (needs);
CREATE TRIGGER event_is_final BEFORE UPDATE ON event
    BEGIN SELECT RAISE(ABORT, 'events are only appended'); END;
CREATE TRIGGER event_is_kept BEFORE DELETE ON event
    BEGIN SELECT RAISE(ABORT, 'events are only appended'); END;
CREATE TRIGGER event_is_next BEFORE INSERT ON event
    WHEN NEW.sequence <> (SELECT coalesce(max(sequence), 0) + 1 FROM event WHERE job = NEW.job)
    BEGIN SELECT RAISE(ABORT, 'events are numbered without gaps'); END;
CREATE UNIQUE INDEX one_open_attempt ON attempt (job) WHERE ended IS NULL;
CREATE TRIGGER attempt_is_final BEFORE UPDATE ON attempt WHEN OLD.ended IS NOT NULL
    BEGIN SELECT RAISE(ABORT, 'an attempt that ended does not change'); END;
CREATE TRIGGER attempt_is_kept BEFORE DELETE ON attempt
    BEGIN SELECT RAISE(ABORT, 'attempts are kept'); END;
CREATE INDEX job_by_deadline ON job (deadline) WHERE deadline IS NOT NULL;
CREATE TRIGGER fence_rises BEFORE UPDATE OF fence ON job WHEN NEW.fence < OLD.fence
            BEGIN SELECT RAISE(ABORT, 'a fencing token is never given twice'); END;
CREATE INDEX alert_event_by_key ON alert_event (key, id);
CREATE TRIGGER alert_event_is_final BEFORE UPDATE ON alert_event
            BEGIN SELECT RAISE(ABORT, 'events are only appended'); END;
CREATE TRIGGER alert_event_is_kept BEFORE DELETE ON alert_event
            BEGIN SELECT RAISE(ABORT, 'events are only appended'); END;
CREATE TRIGGER alert_event_changes BEFORE INSERT ON alert_event
            WHEN NEW.raised = coalesce(
                (SELECT raised FROM alert_event WHERE key = NEW.key ORDER BY id DESC LIMIT 1), 0)
            BEGIN SELECT RAISE(ABORT, 'an alert is raised once and cleared once'); END;
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
CREATE TRIGGER webhook_goes_on BEFORE UPDATE OF position ON webhook WHEN NEW.position < OLD.position
    BEGIN SELECT RAISE(ABORT, 'what was sent is not sent anew'); END;
CREATE INDEX trigger_firing_by_name ON trigger_firing (name, id);
CREATE TRIGGER trigger_firing_is_final BEFORE UPDATE ON trigger_firing
    BEGIN SELECT RAISE(ABORT, 'events are only appended'); END;
CREATE TRIGGER trigger_firing_is_kept BEFORE DELETE ON trigger_firing
    BEGIN SELECT RAISE(ABORT, 'events are only appended'); END;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('job',5);
INSERT INTO "sqlite_sequence" VALUES('feed',46);
