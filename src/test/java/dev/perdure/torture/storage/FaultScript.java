package dev.perdure.torture.storage;

import dev.perdure.journal.Command;
import dev.perdure.journal.JournalException;
import dev.perdure.journal.RunId;
import dev.perdure.sqlite.SqliteJournal;
import dev.perdure.sqlite.SqliteOptions;
import dev.perdure.torture.storage.FaultControl.Action;
import dev.perdure.torture.storage.FaultControl.Fault;
import dev.perdure.torture.storage.FaultControl.Kind;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Always the same writes to a journal, with one fault somewhere among them; then a look at what is
 * left, without a fault. Notes whatever is not as it was said to be.
 */
final class FaultScript {

  private static final int LANES = 3;
  private static final int SMALL = 6_000;
  private static final int LARGE = 600_000;
  private static final Duration RECOVERED_WITHIN = Duration.ofSeconds(5);
  private static final Instant AT = Instant.parse("2030-01-01T00:00:00Z");

  private final Path data;
  private final FaultControl control;
  private final Fault fault;
  private final List<ScriptRun> runs = new ArrayList<>();
  private final List<String> wrong = new ArrayList<>();
  private int acknowledged;

  /** Hits that were before this session or in its opening, which it has survived. */
  private long hitsBefore;

  private long ids;

  FaultScript(Path data, FaultControl control, Fault fault) {
    this.data = data;
    this.control = control;
    this.fault = fault;
  }

  /** Carries it out; answers what is wrong. */
  List<String> run() {
    control.arm(fault);
    session(SMALL, 1, false);
    // The log is carried over in the first of these rounds, and again in the second.
    session(LARGE, 2, false);
    session(SMALL, 1, true);
    control.disarm();
    try (var journal = open()) {
      runs.forEach(run -> note(run.wrong(journal.reader())));
      takeOver(journal);
      hitsBefore = control.hits();
      var more = new ScriptRun(newId(), SMALL);
      carryOn(journal, List.of(more), false);
      note(more.wrong(journal.reader()));
    } catch (JournalException e) {
      note("the journal can not be used afterwards: " + e.getMessage());
    }
    return wrong;
  }

  /** How many commands were acknowledged. */
  int acknowledged() {
    return acknowledged;
  }

  /**
   * From opening to closing; a fault may end it at any point.
   *
   * @param atOnce whether commands share transactions, as chance will have it
   */
  private void session(int outputChars, int rounds, boolean atOnce) {
    try (var journal = open()) {
      takeOver(journal);
      hitsBefore = control.hits();
      for (int round = 0; round < rounds; round++) {
        var lanes = lanes(outputChars);
        carryOn(journal, lanes, atOnce);
        if (lanes.stream().anyMatch(lane -> !lane.isOver())) {
          recover(journal, lanes);
        }
      }
    } catch (JournalException.Failed e) {
      if (isShortOfSpace()) {
        note("a full disk ended the journal: " + e.getMessage());
      }
    } catch (JournalException.Full e) {
      control.disarm();
    }
  }

  private SqliteJournal open() {
    return SqliteJournal.open(data, SqliteOptions.with(() -> AT, System::nanoTime));
  }

  private static void takeOver(SqliteJournal journal) {
    var answer = journal.submit(new Command.TakeOver("script", AT));
    try {
      answer.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof JournalException known ? known : e;
    }
  }

  private List<ScriptRun> lanes(int outputChars) {
    var lanes = new ArrayList<ScriptRun>();
    for (int i = 0; i < LANES; i++) {
      lanes.add(new ScriptRun(newId(), outputChars));
    }
    runs.addAll(lanes);
    return lanes;
  }

  private RunId newId() {
    return new RunId(new UUID(0x0190_0000_0000_7000L, Long.MIN_VALUE + ++ids));
  }

  private void carryOn(SqliteJournal journal, List<ScriptRun> lanes, boolean atOnce) {
    for (int stage = 0; stage < ScriptRun.STAGES; stage++) {
      var asked = lanes.stream().filter(lane -> !lane.isOver()).toList();
      if (atOnce) {
        ask(journal, asked);
      } else {
        asked.forEach(lane -> ask(journal, List.of(lane)));
      }
    }
  }

  private void ask(SqliteJournal journal, List<ScriptRun> lanes) {
    boolean hadFailed = isIoError() && control.hits() > hitsBefore;
    var answers = lanes.stream().map(lane -> journal.submit(lane.next())).toList();
    for (int i = 0; i < lanes.size(); i++) {
      hear(lanes.get(i), answers.get(i), hadFailed);
    }
  }

  private void hear(ScriptRun lane, CompletableFuture<?> answer, boolean hadFailed) {
    var told = told(answer);
    lane.told(told);
    if (told == Told.STORED) {
      acknowledged++;
    }
    if (hadFailed && told != Told.UNKNOWN) {
      note("a command was answered with " + told + " after an I/O error");
    }
    if (isShortOfSpace() && told == Told.UNKNOWN) {
      note("a full disk made a command end as unknown");
    }
  }

  private static Told told(CompletableFuture<?> answer) {
    try {
      answer.join();
      return Told.STORED;
    } catch (CompletionException e) {
      if (e.getCause() instanceof JournalException.Broken broken) {
        throw broken;
      }
      if (e.getCause() instanceof JournalException refusal) {
        return Told.by(refusal);
      }
      throw e;
    }
  }

  /** There is space again: it must go on by itself. */
  private void recover(SqliteJournal journal, List<ScriptRun> lanes) {
    if (!isShortOfSpace()) {
      return;
    }
    control.disarm();
    long end = System.nanoTime() + RECOVERED_WITHIN.toNanos();
    while (lanes.stream().anyMatch(lane -> !lane.isOver())) {
      if (System.nanoTime() > end) {
        note("it did not go on within " + RECOVERED_WITHIN + " after there was space again");
        return;
      }
      pause();
      carryOn(journal, lanes, true);
    }
  }

  /** Lets a client's moment pass between two tries. */
  private static void pause() {
    try {
      var _ = new CountDownLatch(1).await(20, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether the fault is one behind which nothing may be acknowledged. */
  private boolean isIoError() {
    boolean isStorage =
        fault.kind() == Kind.WRITE || fault.kind() == Kind.SYNC || fault.kind() == Kind.TRUNCATE;
    return isStorage
        && (fault.action() == Action.EIO || fault.action() == Action.EROFS)
        && (fault.files() & ~FaultControl.DATABASE_AND_LOG) == 0;
  }

  private boolean isShortOfSpace() {
    return fault.kind() == Kind.WRITE
        && (fault.action() == Action.ENOSPC || fault.action() == Action.SHORT);
  }

  private void note(@Nullable String found) {
    if (found != null && !found.isEmpty()) {
      wrong.add(found);
    }
  }
}
