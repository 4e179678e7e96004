-- For `sqlite3 -bail -batch NEW-FILE <database.sql`: 100,000 rows in one transaction, an index, queries,
-- an integrity check. Each line of `verified` is one comparison; a wrong one breaks a constraint, and -bail
-- then ends the shell with status 1.
PRAGMA journal_mode = WAL;
CREATE TABLE verified (
	name TEXT NOT NULL,
	got NOT NULL,
	wanted NOT NULL,
	CONSTRAINT the_result_is_right CHECK (got IS wanted)
);
CREATE TABLE city (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE person (
	id INTEGER PRIMARY KEY,
	name TEXT NOT NULL,
	age INTEGER NOT NULL CHECK (age BETWEEN 0 AND 120),
	city INTEGER NOT NULL REFERENCES city
);
INSERT INTO city (name) VALUES ('Oslo'), ('Lima'), ('Kyoto'), ('Accra'), ('Quito'), ('Turin'), ('Perth');

BEGIN;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
INSERT INTO person (name, age, city)
SELECT printf('person %06d', (i * 7919) % 100003), (i * 31) % 101, i % 7 + 1 FROM n;
COMMIT;

CREATE INDEX person_by_age ON person (age, city);
ANALYZE;

INSERT INTO verified SELECT 'rows', count(*), 100000 FROM person;
INSERT INTO verified SELECT 'sum of ages', sum(age), 4999993 FROM person;
INSERT INTO verified SELECT 'names are distinct', count(DISTINCT name), 100000 FROM person;
INSERT INTO verified SELECT 'rows found by index', count(*), 990 FROM person WHERE age = 42;
INSERT INTO verified
SELECT 'the index covers it', count(*), 1 FROM person INDEXED BY person_by_age WHERE age = 42 AND city = 3 AND id < 600;
INSERT INTO verified
SELECT 'a join', sum(age), 714338 FROM person JOIN city ON city.id = person.city WHERE city.name = 'Kyoto';
INSERT INTO verified
SELECT 'a group', max(people), 14286 FROM (SELECT count(*) AS people FROM person GROUP BY city);
INSERT INTO verified
SELECT 'a window', oldest, 'person 000037' FROM (
	SELECT first_value(name) OVER (ORDER BY age DESC, name) AS oldest FROM person LIMIT 1
);
INSERT INTO verified SELECT 'a pattern', count(*), 1000 FROM person WHERE name LIKE '%42_' AND name GLOB '*[0-9]';
INSERT INTO verified SELECT 'dates', date('2024-02-28', '+2 days'), '2024-03-01';
INSERT INTO verified SELECT 'JSON', json_extract('{"a": [1, {"b": "x"}]}', '$.a[1].b'), 'x';
INSERT INTO verified SELECT 'floating point', printf('%.12f', sqrt(2) * pi()), '4.442882938158';

-- A change that is taken back, and one that stays
BEGIN;
DELETE FROM person WHERE age > 50;
ROLLBACK;
INSERT INTO verified SELECT 'rows after a rollback', count(*), 100000 FROM person;
UPDATE person SET age = age + 1 WHERE city = 1;
DELETE FROM person WHERE id % 10 = 0;
INSERT INTO verified SELECT 'rows after a deletion', count(*), 90000 FROM person;

-- Full text
CREATE VIRTUAL TABLE note USING fts5(body);
INSERT INTO note VALUES ('the quick brown fox'), ('lazy dogs sleep'), ('quick quick slow');
INSERT INTO verified SELECT 'full text', count(*), 2 FROM note WHERE note MATCH 'quick';

VACUUM;
INSERT INTO verified SELECT 'integrity_check', integrity_check, 'ok' FROM pragma_integrity_check;
SELECT 'ok: ' || name FROM verified;
SELECT 'all right';
