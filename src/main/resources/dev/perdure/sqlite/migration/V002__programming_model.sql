-- What runs need for waits, signals, children, fan-out, cancellation and compensation. V001 says what
-- was there before.
--
-- steps      now holds every entry of a run's journal: those without attempts, like waits, children
--            and what holds a scope of its own, have attempt 0 and are never in flight
-- runs       ending says how a run is going to end once its compensations are done; it is set while
--            the run is running or blocked, and with it stands the error of what has failed.
--            parent_step_key is the step_key of the entry that started the run
-- children   from an entry to the run that it started, and whether the entry waits for its end
-- inbox      signals and the ends of children, numbered in the order in which they came. One that is
--            taken loses its payload and stays, so that its id and its number are not used again
-- progress   how far a step is: beside its row, because it is written over and over
-- step_logs  the lines of a step
--
-- SQLite can not change a CHECK, so runs and steps are made anew and filled from the old ones.
--
-- Only what is looked for has an index. Nobody looks for a run by its ending or deadline: recovery
-- has all unfinished runs in hand. A parent finds its children through the primary key of children,
-- a child its parent through parent_step_key >> 20. An inbox is asked for what is not taken yet, so
-- that alone has one; it holds what is needed to count signals without touching their rows.

CREATE TABLE runs_v2 (
  run_key           INTEGER PRIMARY KEY,
  id                BLOB NOT NULL UNIQUE,
  workflow          TEXT NOT NULL,
  version           INTEGER NOT NULL,
  plan_key          INTEGER REFERENCES plans (plan_key),
  status            TEXT NOT NULL,
  ending            TEXT,
  reason_code       TEXT,
  reason            TEXT,
  waiting_kind      TEXT,
  waiting_name      TEXT,
  waiting_since_ms  INTEGER,
  waiting_until_ms  INTEGER,
  failing_step      TEXT,
  generation        INTEGER NOT NULL DEFAULT 0,
  parent_step_key   INTEGER,
  created_ms        INTEGER NOT NULL,
  started_ms        INTEGER,
  deadline_ms       INTEGER,
  finished_ms       INTEGER,
  input             TEXT NOT NULL,
  output            TEXT,
  error             TEXT,
  CONSTRAINT runs_id_is_a_uuid CHECK (length(id) = 16),
  CONSTRAINT runs_key_leaves_room_for_steps CHECK (run_key BETWEEN 1 AND 8796093022206),
  CONSTRAINT runs_status CHECK (
    CASE status WHEN 'running' THEN 1 WHEN 'completed' THEN 1 WHEN 'pending' THEN 1
      WHEN 'failed' THEN 1 WHEN 'cancelled' THEN 1 WHEN 'blocked' THEN 1 ELSE 0 END),
  CONSTRAINT runs_ending CHECK (
    ending IS NULL
    OR CASE ending WHEN 'cancelled' THEN 1 WHEN 'failed' THEN 1 WHEN 'timed-out' THEN 1
      ELSE 0 END),
  CONSTRAINT runs_only_unfinished_ones_are_ending CHECK (
    ending IS NULL OR status = 'running' OR status = 'blocked'),
  CONSTRAINT runs_waiting_kind CHECK (
    waiting_kind IS NULL
    OR CASE waiting_kind WHEN 'timer' THEN 1 WHEN 'retry' THEN 1 WHEN 'signal' THEN 1
      WHEN 'child' THEN 1 WHEN 'slot' THEN 1 WHEN 'zombie' THEN 1 WHEN 'paused' THEN 1
      ELSE 0 END),
  CONSTRAINT runs_only_running_ones_wait CHECK (waiting_kind IS NULL OR status = 'running'),
  CONSTRAINT runs_wait_is_whole CHECK (
    CASE WHEN waiting_kind IS NULL
      THEN waiting_name IS NULL AND waiting_since_ms IS NULL AND waiting_until_ms IS NULL
      ELSE waiting_since_ms IS NOT NULL END),
  CONSTRAINT runs_reason_is_whole CHECK ((reason_code IS NULL) = (reason IS NULL)),
  CONSTRAINT runs_reason_is_given CHECK (
    reason_code IS NOT NULL OR (status <> 'failed' AND status <> 'blocked')),
  CONSTRAINT runs_started CHECK (
    CASE status WHEN 'pending' THEN started_ms IS NULL
      WHEN 'running' THEN started_ms IS NOT NULL
      WHEN 'completed' THEN started_ms IS NOT NULL
      ELSE 1 END),
  CONSTRAINT runs_finished CHECK (
    (finished_ms IS NOT NULL)
      = (status = 'completed' OR status = 'failed' OR status = 'cancelled')),
  CONSTRAINT runs_output CHECK ((output IS NOT NULL) = (status = 'completed')),
  CONSTRAINT runs_error CHECK (
    (error IS NOT NULL)
      = (status = 'failed' OR (ending IS NOT NULL AND ending <> 'cancelled'))),
  CONSTRAINT runs_generation CHECK (generation >= 0)
) STRICT;

INSERT INTO runs_v2 (run_key, id, workflow, version, plan_key, status, reason_code, reason,
  waiting_kind, waiting_name, waiting_since_ms, waiting_until_ms, failing_step, generation,
  created_ms, started_ms, finished_ms, input, output, error)
SELECT run_key, id, workflow, version, plan_key, status, reason_code, reason,
  waiting_kind, waiting_name, waiting_since_ms, waiting_until_ms, failing_step, generation,
  created_ms, started_ms, finished_ms, input, output, error
FROM runs ORDER BY run_key;

DROP TABLE runs;
ALTER TABLE runs_v2 RENAME TO runs;

-- What recovery, admission and the filters for anything but completed runs go through.
CREATE INDEX runs_not_completed ON runs (status, run_key) WHERE status <> 'completed';

CREATE INDEX runs_of_workflow ON runs (workflow, run_key);

CREATE TABLE steps_v2 (
  step_key            INTEGER PRIMARY KEY,
  scope               TEXT NOT NULL,
  position            INTEGER NOT NULL,
  kind                TEXT NOT NULL,
  name                TEXT NOT NULL,
  status              TEXT NOT NULL,
  reason_code         TEXT,
  reason              TEXT,
  waiting_kind        TEXT,
  waiting_name        TEXT,
  waiting_since_ms    INTEGER,
  waiting_until_ms    INTEGER,
  attempt             INTEGER NOT NULL,
  interrupted         INTEGER NOT NULL DEFAULT 0,
  max_attempts        INTEGER NOT NULL,
  strikes             INTEGER NOT NULL DEFAULT 0,
  trial               INTEGER NOT NULL DEFAULT 0,
  exit_called         INTEGER NOT NULL DEFAULT 0,
  started_ms          INTEGER NOT NULL,
  attempt_started_ms  INTEGER NOT NULL,
  next_due_ms         INTEGER,
  finished_ms         INTEGER,
  input_digest        TEXT,
  input               TEXT NOT NULL,
  output              TEXT,
  error               TEXT,
  CONSTRAINT steps_status CHECK (
    CASE status WHEN 'running' THEN 1 WHEN 'completed' THEN 1 WHEN 'failed' THEN 1
      WHEN 'cancelled' THEN 1 WHEN 'blocked' THEN 1 ELSE 0 END),
  CONSTRAINT steps_waiting_kind CHECK (
    waiting_kind IS NULL
    OR CASE waiting_kind WHEN 'timer' THEN 1 WHEN 'retry' THEN 1 WHEN 'signal' THEN 1
      WHEN 'child' THEN 1 WHEN 'slot' THEN 1 WHEN 'zombie' THEN 1 WHEN 'paused' THEN 1
      ELSE 0 END),
  CONSTRAINT steps_only_running_ones_wait CHECK (waiting_kind IS NULL OR status = 'running'),
  CONSTRAINT steps_wait_is_whole CHECK (
    CASE WHEN waiting_kind IS NULL
      THEN waiting_name IS NULL AND waiting_since_ms IS NULL AND waiting_until_ms IS NULL
        AND next_due_ms IS NULL
      ELSE waiting_since_ms IS NOT NULL END),
  CONSTRAINT steps_reason_is_whole CHECK ((reason_code IS NULL) = (reason IS NULL)),
  CONSTRAINT steps_reason_is_given CHECK (
    reason_code IS NOT NULL OR (status <> 'failed' AND status <> 'blocked')),
  CONSTRAINT steps_finished CHECK (
    (finished_ms IS NOT NULL)
      = (status = 'completed' OR status = 'failed' OR status = 'cancelled')),
  CONSTRAINT steps_output CHECK ((output IS NOT NULL) = (status = 'completed')),
  CONSTRAINT steps_error CHECK ((error IS NOT NULL) = (status = 'failed')),
  CONSTRAINT steps_attempts CHECK (attempt >= 0 AND interrupted BETWEEN 0 AND attempt),
  CONSTRAINT steps_strikes CHECK (
    strikes >= 0 AND trial BETWEEN 0 AND 1 AND exit_called BETWEEN 0 AND 1)
) STRICT;

INSERT INTO steps_v2 (step_key, scope, position, kind, name, status, reason_code, reason,
  waiting_kind, waiting_name, waiting_since_ms, waiting_until_ms, attempt, interrupted,
  max_attempts, strikes, trial, exit_called, started_ms, attempt_started_ms, next_due_ms,
  finished_ms, input_digest, input, output, error)
SELECT step_key, scope, position, kind, name, status, reason_code, reason,
  waiting_kind, waiting_name, waiting_since_ms, waiting_until_ms, attempt, interrupted,
  max_attempts, strikes, trial, exit_called, started_ms, attempt_started_ms, next_due_ms,
  finished_ms, input_digest, input, output, error
FROM steps ORDER BY step_key;

DROP TABLE steps;
ALTER TABLE steps_v2 RENAME TO steps;

CREATE TABLE children (
  step_key  INTEGER PRIMARY KEY,
  run_key   INTEGER NOT NULL,
  awaited   INTEGER NOT NULL,
  CONSTRAINT children_awaited CHECK (awaited BETWEEN 0 AND 1)
) STRICT;

CREATE TABLE inbox (
  run_key   INTEGER NOT NULL,
  number    INTEGER NOT NULL,
  id        TEXT,
  name      TEXT NOT NULL,
  sent_ms   INTEGER NOT NULL,
  taken_by  INTEGER,
  payload   TEXT,
  PRIMARY KEY (run_key, number),
  CONSTRAINT inbox_number CHECK (number >= 1),
  CONSTRAINT inbox_payload CHECK ((payload IS NULL) = (taken_by IS NOT NULL))
) STRICT, WITHOUT ROWID;

-- What makes sending a signal repeatable, also after it has been taken.
CREATE UNIQUE INDEX inbox_ids ON inbox (run_key, id) WHERE id IS NOT NULL;

CREATE INDEX inbox_not_taken ON inbox (run_key, number, name, taken_by) WHERE taken_by IS NULL;

CREATE TABLE progress (
  step_key  INTEGER PRIMARY KEY,
  fraction  REAL NOT NULL,
  at_ms     INTEGER NOT NULL,
  text      TEXT NOT NULL,
  CONSTRAINT progress_fraction CHECK (fraction BETWEEN 0 AND 1)
) STRICT;

CREATE TABLE step_logs (
  step_key  INTEGER NOT NULL,
  number    INTEGER NOT NULL,
  attempt   INTEGER NOT NULL,
  at_ms     INTEGER NOT NULL,
  line      TEXT NOT NULL,
  PRIMARY KEY (step_key, number),
  CONSTRAINT step_logs_are_bounded CHECK (number BETWEEN 1 AND 1000 AND length(line) <= 2000)
) STRICT, WITHOUT ROWID;
