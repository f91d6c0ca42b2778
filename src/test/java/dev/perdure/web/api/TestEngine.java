package dev.perdure.web.api;

import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.perdure.engine.Engine;
import dev.perdure.engine.Health;
import dev.perdure.journal.AttemptRecord;
import dev.perdure.journal.Commits;
import dev.perdure.journal.ErrorRecord;
import dev.perdure.journal.JournalReader;
import dev.perdure.journal.Reason;
import dev.perdure.journal.RunDetail;
import dev.perdure.journal.RunId;
import dev.perdure.journal.RunRecord;
import dev.perdure.journal.Status;
import dev.perdure.journal.StepPlan;
import dev.perdure.journal.StepRecord;
import dev.perdure.journal.StoredValue;
import dev.perdure.journal.WaitingFor;
import dev.perdure.web.HandClock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A mocked engine and the records that tests let it answer with. */
final class TestEngine {

  static final RunId ID = id("0195a1b2-0000-7000-8000-000000000001");
  static final RunId OLDER = id("0195a1b2-0000-7000-8000-000000000000");
  static final Instant CREATED = HandClock.START.minusSeconds(60);

  final Engine engine = mock(Engine.class);
  final JournalReader reader = mock(JournalReader.class);
  final AtomicLong commitCount = new AtomicLong(7);
  private final Commits commits = mock(Commits.class);

  TestEngine() {
    when(engine.reader()).thenReturn(reader);
    when(engine.commits()).thenReturn(commits);
    when(engine.bootId()).thenReturn("boot1");
    when(engine.health()).thenReturn(new Health(true, "ok", "All is well."));
    when(commits.count()).thenAnswer(_ -> commitCount.get());
  }

  /** The next change that a request waits for is this one. */
  CompletableFuture<Boolean> expectWait() {
    var change = new CompletableFuture<Boolean>();
    when(commits.nextChangeOf(any(), any())).thenReturn(change);
    return change;
  }

  /** The end that a request waits for is this one. */
  CompletableFuture<Boolean> expectWaitForEnd() {
    var end = new CompletableFuture<Boolean>();
    when(commits.endOf(any(), any())).thenReturn(end);
    return end;
  }

  Commits commits() {
    return commits;
  }

  static RunId id(String text) {
    return RunId.parse(text).orElseThrow();
  }

  static RunRecord run(Status status) {
    return run(status, null);
  }

  static RunRecord run(Status status, @Nullable WaitingFor waitingFor) {
    boolean begun = status != Status.PENDING;
    return new RunRecord(
        ID,
        "order",
        3,
        status,
        status == Status.FAILED ? new Reason("step-failed", "The step charge failed.") : null,
        waitingFor,
        status == Status.FAILED ? "charge" : null,
        null,
        null,
        null,
        0,
        CREATED,
        begun ? CREATED.plusMillis(5) : null,
        status.isTerminal() ? CREATED.plusMillis(1_505) : null);
  }

  static RunDetail detail(RunRecord run, List<StepPlan> plan, List<StepRecord> steps) {
    return new RunDetail(
        run, plan, new StoredValue("{\"amount\":1.10}", 15), null, null, steps, null);
  }

  static StepRecord step(int ordinal, String name, Status status) {
    return step(ordinal, name, status, null, List.of());
  }

  static StepRecord step(
      int ordinal,
      String name,
      Status status,
      @Nullable WaitingFor waitingFor,
      List<AttemptRecord> attempts) {
    return new StepRecord(
        ordinal,
        "",
        ordinal,
        "step",
        name,
        status,
        null,
        waitingFor,
        null,
        new StoredValue("[1,2]", 5),
        status == Status.COMPLETED ? new StoredValue("\"done\"", 6) : null,
        status == Status.FAILED ? error("no money") : null,
        attempts.size() + (waitingFor == null ? 1 : 0),
        0,
        3,
        0,
        false,
        CREATED.plusMillis(10),
        CREATED.plusMillis(20),
        status.isTerminal() ? CREATED.plusMillis(30) : null,
        waitingFor == null ? null : waitingFor.until(),
        null,
        null,
        attempts);
  }

  static ErrorRecord error(String message) {
    return new ErrorRecord("error", "java.lang.IllegalStateException", message, "the trace");
  }
}
