-- The journal of Perdure. All times are milliseconds since 1970 UTC (*_ms), all values are JSON text.
--
-- runs              one row per run; run_key rises with the order in which runs were stored
-- plans             the steps of a sequence as they were defined when a run began; shared by its runs
-- steps             one row per step that has begun, with its current attempt; step_key is
--                   run_key * 2^20 + ordinal, so that the steps of a run lie together and need no index
-- attempts          the attempts that did not complete; written together with what follows from them
-- idempotency_keys  which run a client's key led to; outlives the run
-- schedules, slots  the rule that starts runs by itself, and the instants that have been used up
-- engine            one row: who owns the journal. Every transaction of the writer compares owner_epoch
--
-- Which status may follow which is guarded by the statements; what may stand together in a row is
-- guarded by the named constraints here. Values stand last in their rows, so that reading the
-- small columns never touches their pages. They avoid IN, for which SQLite builds a table each time
-- a statement runs: with IN they took 40 % of the writer's time, without next to none (measured).

CREATE TABLE engine (
  engine_key      INTEGER PRIMARY KEY,
  owner_epoch     INTEGER NOT NULL,
  boot_id         TEXT,
  owned_since_ms  INTEGER,
  shutdown_began  INTEGER NOT NULL,
  probes          INTEGER NOT NULL,
  CONSTRAINT engine_is_one_row CHECK (engine_key = 1),
  CONSTRAINT engine_shutdown_began CHECK (shutdown_began IN (0, 1))
) STRICT;

INSERT INTO engine (engine_key, owner_epoch, shutdown_began, probes) VALUES (1, 0, 0, 0);

CREATE TABLE plans (
  plan_key  INTEGER PRIMARY KEY,
  steps     TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE runs (
  run_key           INTEGER PRIMARY KEY,
  id                BLOB NOT NULL UNIQUE,
  workflow          TEXT NOT NULL,
  version           INTEGER NOT NULL,
  plan_key          INTEGER REFERENCES plans (plan_key),
  status            TEXT NOT NULL,
  reason_code       TEXT,
  reason            TEXT,
  waiting_kind      TEXT,
  waiting_name      TEXT,
  waiting_since_ms  INTEGER,
  waiting_until_ms  INTEGER,
  failing_step      TEXT,
  generation        INTEGER NOT NULL DEFAULT 0,
  created_ms        INTEGER NOT NULL,
  started_ms        INTEGER,
  finished_ms       INTEGER,
  input             TEXT NOT NULL,
  output            TEXT,
  error             TEXT,
  CONSTRAINT runs_id_is_a_uuid CHECK (length(id) = 16),
  CONSTRAINT runs_key_leaves_room_for_steps CHECK (run_key BETWEEN 1 AND 8796093022206),
  CONSTRAINT runs_status CHECK (
    CASE status WHEN 'running' THEN 1 WHEN 'completed' THEN 1 WHEN 'pending' THEN 1
      WHEN 'failed' THEN 1 WHEN 'cancelled' THEN 1 WHEN 'blocked' THEN 1 ELSE 0 END),
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
  CONSTRAINT runs_error CHECK ((error IS NOT NULL) = (status = 'failed')),
  CONSTRAINT runs_generation CHECK (generation >= 0)
) STRICT;

-- What recovery, admission and the filters for anything but completed runs go through.
CREATE INDEX runs_not_completed ON runs (status, run_key) WHERE status <> 'completed';

CREATE INDEX runs_of_workflow ON runs (workflow, run_key);

CREATE TABLE steps (
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
  CONSTRAINT steps_attempts CHECK (attempt >= 1 AND interrupted BETWEEN 0 AND attempt),
  CONSTRAINT steps_strikes CHECK (
    strikes >= 0 AND trial IN (0, 1) AND exit_called IN (0, 1))
) STRICT;

CREATE TABLE attempts (
  step_key     INTEGER NOT NULL,
  attempt      INTEGER NOT NULL,
  outcome      TEXT NOT NULL,
  started_ms   INTEGER NOT NULL,
  finished_ms  INTEGER NOT NULL,
  next_due_ms  INTEGER,
  error        TEXT,
  PRIMARY KEY (step_key, attempt),
  CONSTRAINT attempts_outcome CHECK (outcome IN ('failed', 'interrupted')),
  CONSTRAINT attempts_error CHECK ((error IS NOT NULL) = (outcome = 'failed'))
) STRICT, WITHOUT ROWID;

CREATE TABLE idempotency_keys (
  workflow      TEXT NOT NULL,
  key           TEXT NOT NULL,
  run_id        BLOB NOT NULL,
  input_digest  TEXT NOT NULL,
  created_ms    INTEGER NOT NULL,
  PRIMARY KEY (workflow, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE schedules (
  workflow  TEXT PRIMARY KEY,
  cron      TEXT NOT NULL,
  zone      TEXT NOT NULL,
  since_ms  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE slots (
  workflow    TEXT NOT NULL,
  slot_ms     INTEGER NOT NULL,
  run_id      BLOB NOT NULL,
  created_ms  INTEGER NOT NULL,
  PRIMARY KEY (workflow, slot_ms)
) STRICT, WITHOUT ROWID;
