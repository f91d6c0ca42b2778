package dev.perdure.sqlite;

import dev.perdure.journal.Change;
import dev.perdure.journal.Command;
import dev.perdure.journal.Command.Advance;
import dev.perdure.journal.Command.CancelResult;
import dev.perdure.journal.Command.CancelRun;
import dev.perdure.journal.Command.SendSignal;
import dev.perdure.journal.Command.SignalResult;
import dev.perdure.journal.Command.StartResult;
import dev.perdure.journal.Command.StartRun;
import dev.perdure.journal.Command.TakeOver;
import dev.perdure.journal.Command.TakenOver;
import dev.perdure.journal.Command.Verdict;
import dev.perdure.journal.Ending;
import dev.perdure.journal.EntryKind;
import dev.perdure.journal.ErrorRecord;
import dev.perdure.journal.Reason;
import dev.perdure.journal.RunDetail;
import dev.perdure.journal.RunId;
import dev.perdure.journal.RunRecord;
import dev.perdure.journal.SignalRecord;
import dev.perdure.journal.StepPlan;
import dev.perdure.journal.StepRecord;
import dev.perdure.journal.WaitingFor;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A journal in a directory of a test, with time by hand and short words for its commands. */
final class TestJournal implements AutoCloseable {

  static final Instant EPOCH = Instant.parse("2030-01-01T00:00:00Z");
  static final ErrorRecord ERROR = new ErrorRecord("error", "java.lang.Exception", "no", "at x");
  static final Reason REASON = new Reason("attempt-failed", "It said no.");
  static final Reason CANCELLED = new Reason("cancelled", "Somebody asked for it.");
  static final SqliteOptions OPTIONS = SqliteOptions.with(() -> EPOCH, System::nanoTime);

  private static final AtomicInteger IDS = new AtomicInteger();

  final SqliteJournal journal;

  private TestJournal(SqliteJournal journal) {
    this.journal = journal;
  }

  /** Opened and taken over. */
  static TestJournal in(Path directory) {
    return in(directory, Seams.NONE);
  }

  static TestJournal in(Path directory, Seams seams) {
    var opened = opened(directory, OPTIONS, seams);
    opened.takeOver();
    return opened;
  }

  static TestJournal opened(Path directory, SqliteOptions options, Seams seams) {
    return new TestJournal(SqliteJournal.open(directory, options, seams));
  }

  static Instant at(long seconds) {
    return EPOCH.plusSeconds(seconds);
  }

  /** Rises. */
  static RunId newId() {
    return new RunId(new UUID(0x0190_0000_0000_7000L, Long.MIN_VALUE + IDS.incrementAndGet()));
  }

  <R> R submit(Command<R> command) {
    try {
      return journal.submit(command).join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException known ? known : e;
    }
  }

  TakenOver takeOver() {
    return submit(new TakeOver("boot", at(0)));
  }

  static StartRun running(RunId id, Change... changes) {
    return new StartRun(
        id,
        "ping",
        1,
        List.of(new StepPlan("first", 2, 30_000L), new StepPlan("second", 2, null)),
        "{\"in\":1}",
        null,
        null,
        null,
        List.of(changes),
        true,
        at(1));
  }

  static StartRun pending(RunId id) {
    return pending(id, "ping");
  }

  static StartRun pending(RunId id, String workflow) {
    return new StartRun(id, workflow, 1, List.of(), "1", null, null, null, List.of(), false, at(1));
  }

  static StartRun keyed(RunId id, String key, String digest) {
    return new StartRun(
        id,
        "ping",
        1,
        List.of(),
        "1",
        new Command.IdempotencyKey(key, digest),
        null,
        null,
        List.of(),
        false,
        at(1));
  }

  static StartRun slotted(RunId id, @Nullable Instant slot) {
    return new StartRun(id, "ping", 1, List.of(), "1", null, slot, null, List.of(), false, at(1));
  }

  StartResult start(StartRun command) {
    return submit(command);
  }

  /** A run whose first step is in flight. */
  RunId begun() {
    var id = newId();
    start(running(id, started(0, 1)));
    return id;
  }

  Verdict advance(RunId id, Change... changes) {
    return submit(new Advance(id, 0, List.of(changes)));
  }

  static Change.AttemptStarted started(int ordinal, int attempt) {
    return started(ordinal, attempt, false);
  }

  static Change.AttemptStarted started(int ordinal, int attempt, boolean trial) {
    return new Change.AttemptStarted(
        ordinal,
        "",
        ordinal,
        "step",
        "step-" + ordinal,
        "d".repeat(64),
        "{\"n\":" + ordinal + "}",
        attempt,
        3,
        trial,
        at(10 * attempt));
  }

  static Change.StepCompleted completed(int ordinal, int attempt) {
    return new Change.StepCompleted(ordinal, attempt, "\"out\"", at(10 * attempt + 5));
  }

  static Change.AttemptFailed attemptFailed(int ordinal, int attempt) {
    return new Change.AttemptFailed(
        ordinal,
        attempt,
        ERROR,
        at(10 * attempt + 5),
        at(10 * attempt + 8),
        waiting(WaitingFor.Kind.RETRY, at(10 * attempt + 8)),
        REASON);
  }

  /** What the engine sends when nothing else of the run goes on. */
  static Change.RunWaiting retryWaiting(int attempt) {
    return new Change.RunWaiting(waiting(WaitingFor.Kind.RETRY, at(10 * attempt + 8)));
  }

  static Change.StepFailed stepFailed(int ordinal, int attempt) {
    return new Change.StepFailed(ordinal, attempt, ERROR, at(10 * attempt + 5), REASON);
  }

  /** An entry that holds a scope of its own. */
  static Change.EntryBegun busy(int ordinal) {
    return entry(ordinal, EntryKind.MAP, null);
  }

  static Change.EntryBegun waits(int ordinal, WaitingFor.Kind kind) {
    return entry(ordinal, kind.word(), waiting(kind, at(60)));
  }

  private static Change.EntryBegun entry(int ordinal, String kind, @Nullable WaitingFor waiting) {
    return new Change.EntryBegun(
        ordinal, "", ordinal, kind, kind + "-" + ordinal, null, "{}", waiting, at(3));
  }

  static Change.EntryRecorded recorded(int ordinal) {
    return new Change.EntryRecorded(
        ordinal, "", ordinal, EntryKind.NOW, "now", "d".repeat(64), "null", "\"then\"", at(3));
  }

  static Change.EntryCompleted entryCompleted(int ordinal) {
    return new Change.EntryCompleted(ordinal, "\"it\"", at(50));
  }

  static Change.EntryFailed entryFailed(int ordinal) {
    return new Change.EntryFailed(ordinal, ERROR, REASON, at(50));
  }

  static Change.StepCancelled cancelled(int ordinal, int attempt) {
    return new Change.StepCancelled(ordinal, attempt, REASON, at(50));
  }

  static Change.RunEnding ending(Ending ending) {
    return new Change.RunEnding(
        ending, ending == Ending.CANCELLED ? null : ERROR, REASON, "step-0", at(60));
  }

  static Change.RunCancelled runCancelled() {
    return new Change.RunCancelled(REASON, at(100));
  }

  /** A child that is pending, and that the entry of this ordinal waits for. */
  RunId child(RunId parent, int ordinal) {
    var child = newId();
    advance(parent, waits(ordinal, WaitingFor.Kind.CHILD), childStarted(ordinal, child, true));
    return child;
  }

  static Change.ChildStarted childStarted(int ordinal, RunId child, boolean awaited) {
    return new Change.ChildStarted(ordinal, pending(child, "child"), awaited);
  }

  /** Parked: all of it waits. */
  RunId parked() {
    var id = newId();
    start(running(id, waits(0, WaitingFor.Kind.TIMER), timerWaiting()));
    return id;
  }

  static Change.RunWaiting timerWaiting() {
    return new Change.RunWaiting(waiting(WaitingFor.Kind.TIMER, at(60)));
  }

  SignalResult signal(RunId run, String name, @Nullable String id) {
    return submit(new SendSignal(run, name, id, "\"" + name + "\"", 3, at(7)));
  }

  List<SignalRecord> inbox(RunId id) {
    return journal.reader().inbox(id, 0);
  }

  CancelResult cancel(RunId run) {
    return submit(new CancelRun(run, Set.of("mismatch"), CANCELLED, CANCELLED, at(70)));
  }

  static Change.RunCompleted runCompleted() {
    return new Change.RunCompleted("\"done\"", at(100));
  }

  static Change.RunFailed runFailed(@Nullable String step) {
    return new Change.RunFailed(ERROR, REASON, step, at(100));
  }

  static WaitingFor waiting(WaitingFor.Kind kind, @Nullable Instant until) {
    return new WaitingFor(kind, null, at(5), until);
  }

  RunRecord run(RunId id) {
    return journal.reader().run(id).orElseThrow();
  }

  RunDetail detail(RunId id) {
    return journal.reader().detail(id, 0, 200, 1_000).orElseThrow();
  }

  StepRecord step(RunId id, int ordinal) {
    return detail(id).steps().get(ordinal);
  }

  /** Sends a command that must fail, and returns with what. */
  RuntimeException failureOf(Command<?> command) {
    return failureOf(journal.submit(command));
  }

  static RuntimeException failureOf(CompletableFuture<?> future) {
    try {
      future.join();
    } catch (CompletionException e) {
      return e.getCause() instanceof RuntimeException known ? known : e;
    }
    throw new AssertionError("Did not fail.");
  }

  /** Says nothing to the journal before, so that for the next owner this was a crash. */
  @Override
  public void close() {
    journal.close();
  }
}
