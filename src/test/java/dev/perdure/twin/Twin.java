package dev.perdure.twin;

import java.util.List;

/**
 * A crippled build: Perdure with one mistake that breaks a guarantee. A check that stays green on
 * the twins that it is meant to catch shows nothing.
 */
public enum Twin {

  /** Commits reach the disk some time later: what was acknowledged does not survive a power cut. */
  SYNCHRONOUS_NORMAL(
      "sqlite/DatabaseFile",
      new Cut(
          "session.execute(\"PRAGMA synchronous = \" + seams.synchronous());",
          "session.execute(\"PRAGMA synchronous = NORMAL\");"),
      new Cut("require(session, \"synchronous\", \"2\");", "")),

  /** Callers are answered before their commit, which takes as long as that of a slow disk. */
  ACK_BEFORE_COMMIT(
      "sqlite/Writer",
      new Cut(
          "if (seams.acknowledgesEarly()) {\n        batch.forEach(Work::acknowledge);",
          """
          if (!batch.getFirst().isSolo()) {
            batch.forEach(Work::acknowledge);
            for (long end = System.nanoTime() + 10_000_000; System.nanoTime() - end < 0; ) {
              Thread.onSpinWait();
            }\
          """)),

  /** Code of a step starts while "running" is still on its way to the journal. */
  EFFECT_BEFORE_RUNNING(
      "engine/StepRunner",
      new Cut(
          "journal.commit(started(call, number, suspect));",
          "keep.accept(started(call, number, suspect));")),

  /** Late writers are not refused: changes of a step look neither at its status nor its attempt. */
  NO_COMPARE_AND_SET(
      "sqlite/StepWrites",
      new Cut(
          "\" WHERE step_key = ? AND status = 'running' AND waiting_kind IS NULL AND attempt ="
              + " ?\"\n"
              + "          + \" AND attempt > 0\";",
          "\" WHERE step_key = ? AND ? > 0\";"),
      new Cut(
          "+ \" AND EXISTS (SELECT 1 FROM runs WHERE run_key = ? AND status = 'running'\"\n"
              + "          + \" AND generation = ?)\";",
          "+ \" AND ? > 0 AND ? > 0\";")),

  /** Recovery runs steps again that had completed. */
  REQUEUE_COMPLETED(
      "sqlite/OwnerWrites",
      new Cut(
          "seams.takenOver(session);",
          """
          session.execute(
              "UPDATE steps SET status = 'running', output = NULL, finished_ms = NULL,"
                  + " waiting_kind = 'slot', waiting_since_ms = 0"
                  + " WHERE status = 'completed' AND attempt > 0 AND EXISTS (SELECT 1 FROM runs"
                  + " WHERE run_key = step_key >> 20 AND runs.status = 'running')");
          """)),

  /** Recovery starts to count the attempts of unfinished steps anew. */
  ATTEMPTS_FORGOTTEN(
      "sqlite/OwnerWrites",
      new Cut(
          "seams.takenOver(session);",
          """
          session.execute(
              "DELETE FROM attempts WHERE step_key IN"
                  + " (SELECT step_key FROM steps WHERE status = 'running' AND attempt > 0)");
          session.execute(
              "UPDATE steps SET attempt = 1, interrupted = 0, strikes = 0"
                  + " WHERE status = 'running' AND attempt > 0");
          """)),

  /** Steps that may have ended the process twice run beside others. */
  SUSPECTS_BESIDE_OTHERS(
      "engine/StepRunner",
      new Cut("boolean suspect = strikes >= STRIKES_SUSPECT;", "boolean suspect = strikes < 0;")),

  /** Late writers are not refused, in the journal in memory. */
  SIMULATED_NO_COMPARE_AND_SET(
      "testing/memory/MemorySteps",
      new Cut("return step != null && step.isInFlight() ? step : null;", "return step;"),
      new Cut(
          "return step != null && step.status == Status.RUNNING && step.attempt == attempt ? step :"
              + " null;",
          "return step;")),

  /** Recovery runs steps again that had completed, in the journal in memory. */
  SIMULATED_REQUEUE_COMPLETED(
      "testing/memory/MemoryOwner",
      new Cut(
          "for (var step : tables.stepsOf(run.key)) {",
          """
          for (var step : tables.stepsOf(run.key)) {
            if (step.status == Status.COMPLETED && step.hasAttempts()) {
              var again = step.copy();
              again.status = Status.RUNNING;
              again.output = null;
              again.finishedAt = null;
              again.waitingFor = MemoryTimes.slot(command.at());
              tables.store(again);
            }
          """)),

  /** Recovery starts to count the attempts of unfinished steps anew, in the journal in memory. */
  SIMULATED_ATTEMPTS_FORGOTTEN(
      "testing/memory/MemoryOwner",
      new Cut(
          "steps.cutOff(step.copy(), strike, command.at());",
          """
          steps.cutOff(step.copy(), strike, command.at());
          var anew = tables.steps.get(step.key()).copy();
          anew.attempt = 1;
          anew.interrupted = 0;
          tables.store(anew);
          """)),

  /** The ends of some steps are never written. */
  LOST_ENDS(
      "engine/StepRunner",
      new Cut(
          "    keep.accept(\n        new Change.StepCompleted(",
          "    if (call.ordinal() % 3 != 1) keep.accept(\n        new Change.StepCompleted(")),

  /** Waits are over when half of their time has gone by. */
  HASTY_TIMERS(
      "engine/Timers",
      new Cut(
          "long deadline = time.nanos() + nanos(wait);",
          "long deadline = time.nanos() + nanos(wait) / 2;")),

  /** A run that is cancelled is not told. */
  DEAF_TO_CANCEL(
      "engine/CancelRuns",
      new Cut(
          "accepted.ending().forEach(id -> live.end(id, new Unwind.Why.Ended(Ending.CANCELLED)));",
          "")),

  /** A retry does not wait for the attempt before it to end. */
  NO_GRACE(
      "engine/Attempt",
      new Cut("return left.isNegative() ? Duration.ZERO : left;", "return Duration.ZERO;")),

  /** Recovery does not set the timers of runs that sleep. */
  SLEEPERS_FORGOTTEN(
      "engine/RecoverRuns",
      new Cut(
          "case RETRY, TIMER, SIGNAL, CHILD ->",
          "case TIMER -> {}\n      case RETRY, SIGNAL, CHILD ->")),

  /** A commit that has failed counts as one that has not. */
  COMMIT_ERROR_IGNORED(
      "sqlite/WriterConnection",
      new Cut(
          "session.execute(\"COMMIT\");",
          "try { session.execute(\"COMMIT\"); } catch (SQLException e) { rollBack(); }")),

  /** After an I/O error it goes on, with the connection that had it. */
  CONNECTION_KEPT(
      "sqlite/WriterConnection",
      new Cut(
          "      case FATAL -> throw failed(e);\n      case FULL -> {\n        ranOut(e);",
          "      case FATAL -> new Outcome.Refused("
              + "new JournalException.Overloaded(\"kept\"));\n      case FULL -> {\n        ranOut(e);")),

  /** Errors of checkpoints are nobody's business, as they are with SQLite's automatic ones. */
  CHECKPOINT_ERROR_IGNORED(
      "sqlite/WriterConnection",
      new Cut("      case FATAL, INTERRUPTED, OTHER -> throw failed(e);", "      default -> {}")),

  /** Nobody looks whether the files are still the same. */
  FILES_NOT_WATCHED(
      "sqlite/FileWatch",
      new Cut("if (!now.isSameFile(before)) {", "if (now == null) {"),
      new Cut("    if (isUntouched()) {", "    if (pageBytes > 0) {"),
      new Cut("    if (now.bytes() < bytesMin) {", "    if (now == null) {")),

  /** A result that comes after its timeout is taken for the step's. */
  LATE_RESULT_TAKEN(
      "engine/Attempt",
      new Cut(
          "if (outcome.complete(new Outcome.TimedOut(limit, stack))) {",
          "if (!outcome.isDone() && stack != null) {")),

  /** An Error that a step throws is the end of the process. */
  STEP_ERROR_ENDS_PROCESS(
      "engine/Attempt",
      new Cut(
          "outcome.complete(failed(error));",
          "if (error instanceof Error) Runtime.getRuntime().halt(1);"
              + " outcome.complete(failed(error));")),

  /** Steps that end the process may do so as often as they like. */
  NO_STRIKES("sqlite/OwnerWrites", new Cut("cleanEnd ? 0 : 1,", "0,")),

  /** Longer waits are over when the wall clock says so, which somebody may set. */
  WAITS_BY_WALL_CLOCK(
      "engine/SystemTime",
      new Cut(
          "long nanos = (delay",
          "if (delay.toMillis() > 600) return at(instant().plus(delay), action);"
              + " long nanos = (delay")),

  /** The next attempt does not wait for all of its backoff. */
  RETRY_BEFORE_ITS_TIME(
      "engine/StepRunner",
      new Cut(
          "run.timers().begin(call.ordinal(), delay)",
          "run.timers().begin(call.ordinal(), delay.dividedBy(2))")),

  /** Whoever waits for a date looks at the clock all the time. */
  BUSY_WAIT(
      "engine/WallClock",
      new Cut("LOOK_EVERY = Duration.ofMillis(500);", "LOOK_EVERY = Duration.ZERO;")),

  /** Each statement of a migration is a transaction of its own. */
  MIGRATION_IN_PARTS(
      "sqlite/Migrations",
      new Cut("session.execute(\"BEGIN IMMEDIATE\");", ""),
      new Cut("session.execute(\"COMMIT\");", ""));

  /** A text of a source file that occurs there once, and what stands in its place. */
  record Cut(String text, String replacement) {}

  private final String file;
  private final List<Cut> cuts;

  Twin(String file, Cut... cuts) {
    this.file = file;
    this.cuts = List.of(cuts);
  }

  /** Where it differs: a path below {@code src/main/java/dev/perdure}. */
  String file() {
    return file + ".java";
  }

  List<Cut> cuts() {
    return cuts;
  }
}
