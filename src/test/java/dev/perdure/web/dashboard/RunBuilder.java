package dev.perdure.web.dashboard;

import dev.perdure.journal.AttemptRecord;
import dev.perdure.journal.AttemptRecord.Outcome;
import dev.perdure.journal.Ending;
import dev.perdure.journal.ErrorRecord;
import dev.perdure.journal.Reason;
import dev.perdure.journal.RunDetail;
import dev.perdure.journal.RunId;
import dev.perdure.journal.RunRecord;
import dev.perdure.journal.Status;
import dev.perdure.journal.StepPlan;
import dev.perdure.journal.StepProgress;
import dev.perdure.journal.StepRecord;
import dev.perdure.journal.StoredValue;
import dev.perdure.journal.WaitingFor;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Writes down a run step by step, in milliseconds from its start. */
final class RunBuilder {

  private final RunId id;
  private final String workflow;
  private final Instant start;
  private final List<StepPlan> plan = new ArrayList<>();
  private final List<StepRecord> steps = new ArrayList<>();
  private final List<AttemptRecord> attempts = new ArrayList<>();
  private StoredValue input = value("{}");
  private @Nullable StoredValue output;
  private @Nullable RunId parent;
  private @Nullable Ending ending;
  private @Nullable Instant deadline;

  RunBuilder(RunId id, String workflow, Instant start) {
    this.id = id;
    this.workflow = workflow;
    this.start = start;
  }

  /** An id that sorts by its instant. */
  static RunId idAt(Instant at, int number) {
    long high = at.toEpochMilli() << 16 | 0x7000L | (number & 0xfff);
    return new RunId(new UUID(high, 0x8000_0000_0000_0000L | number * 7_919_927L));
  }

  static StoredValue value(String json) {
    return new StoredValue(json, json.getBytes(StandardCharsets.UTF_8).length);
  }

  RunBuilder input(String json) {
    input = value(json);
    return this;
  }

  RunBuilder output(StoredValue value) {
    output = value;
    return this;
  }

  RunBuilder plan(String... names) {
    for (var name : names) {
      plan.add(new StepPlan(name, 2, 30_000L));
    }
    return this;
  }

  /** An attempt of the next step that did not complete. */
  RunBuilder tried(Outcome outcome, long from, long to, @Nullable ErrorRecord error) {
    attempts.add(new AttemptRecord(attempts.size() + 1, outcome, at(from), at(to), error, null));
    return this;
  }

  RunBuilder completed(String name, long from, long to, String json) {
    return step(name, Status.COMPLETED, null, null, null, value(json), from, to, null);
  }

  /** A step whose last attempt is among those tried. */
  RunBuilder failed(String name, ErrorRecord error) {
    var last = attempts.getLast();
    return step(
        name, Status.FAILED, null, error, null, null, millis(last.startedAt()), lastEnd(), null);
  }

  RunBuilder waiting(String name, WaitingFor waitingFor, @Nullable ErrorRecord error) {
    long from = millis(attempts.getLast().startedAt());
    return step(name, Status.RUNNING, waitingFor, error, null, null, from, -1, waitingFor.until());
  }

  RunBuilder running(String name, long from) {
    return step(name, Status.RUNNING, null, null, null, null, from, -1, null);
  }

  RunBuilder blocked(String name, Reason reason) {
    long from = millis(attempts.getLast().startedAt());
    return step(name, Status.BLOCKED, null, null, reason, null, from, -1, null);
  }

  private RunBuilder step(
      String name,
      Status status,
      @Nullable WaitingFor waitingFor,
      @Nullable ErrorRecord error,
      @Nullable Reason reason,
      @Nullable StoredValue out,
      long from,
      long to,
      @Nullable Instant due) {
    boolean another =
        status == Status.COMPLETED || (status == Status.RUNNING && waitingFor == null);
    int attempt = attempts.size() + (another ? 1 : 0);
    int interrupted =
        (int) attempts.stream().filter(tried -> tried.outcome() == Outcome.INTERRUPTED).count();
    steps.add(
        new StepRecord(
            steps.size(),
            "",
            steps.size(),
            "step",
            name,
            status,
            reason,
            waitingFor,
            null,
            input,
            out,
            error,
            attempt,
            interrupted,
            3,
            0,
            false,
            attempts.isEmpty() ? at(from) : attempts.getFirst().startedAt(),
            at(from),
            to < 0 ? null : at(to),
            due,
            null,
            null,
            attempts));
    attempts.clear();
    return this;
  }

  /**
   * What has no attempts, or stands in a list of its own.
   *
   * @param to negative while it goes on
   */
  RunBuilder entry(
      String kind, String name, String scope, int position, Status status, long from, long to) {
    return entry(kind, name, scope, position, status, from, to, Extra.NONE);
  }

  /** What few entries have. */
  record Extra(
      @Nullable WaitingFor waitingFor,
      @Nullable StoredValue input,
      @Nullable ErrorRecord error,
      @Nullable StepProgress progress,
      @Nullable RunId child) {
    static final Extra NONE = new Extra(null, null, null, null, null);

    static Extra waiting(WaitingFor waitingFor, @Nullable RunId child) {
      return new Extra(waitingFor, null, null, null, child);
    }

    static Extra items(int count) {
      return new Extra(null, value("{\"items\":" + count + "}"), null, null, null);
    }
  }

  RunBuilder entry(
      String kind,
      String name,
      String scope,
      int position,
      Status status,
      long from,
      long to,
      Extra extra) {
    boolean tries = List.of("step", "transaction", "compensation").contains(kind);
    steps.add(
        new StepRecord(
            steps.size(),
            scope,
            position,
            kind,
            name,
            status,
            null,
            extra.waitingFor(),
            null,
            extra.input(),
            null,
            extra.error(),
            tries ? 1 : 0,
            0,
            tries ? 3 : 0,
            0,
            false,
            at(from),
            at(from),
            to < 0 ? null : at(to),
            null,
            extra.progress(),
            extra.child(),
            List.of()));
    return this;
  }

  RunBuilder parent(RunId run) {
    parent = run;
    return this;
  }

  RunBuilder ending(Ending how) {
    ending = how;
    return this;
  }

  RunBuilder deadline(Instant instant) {
    deadline = instant;
    return this;
  }

  RunDetail end(
      Status status,
      @Nullable Reason reason,
      @Nullable WaitingFor waitingFor,
      @Nullable String failingStep,
      @Nullable ErrorRecord error,
      long end) {
    var run =
        new RunRecord(
            id,
            workflow,
            1,
            status,
            reason,
            waitingFor,
            failingStep,
            ending,
            deadline,
            parent,
            0,
            start.minusMillis(4),
            status == Status.PENDING ? null : start,
            end < 0 ? null : at(end));
    return new RunDetail(run, plan, input, output, error, steps, null);
  }

  RunDetail completed(long end) {
    return end(Status.COMPLETED, null, null, null, null, end);
  }

  Instant at(long ms) {
    return start.plusMillis(ms);
  }

  private long millis(Instant instant) {
    return instant.toEpochMilli() - start.toEpochMilli();
  }

  private long lastEnd() {
    var end = attempts.getLast().finishedAt();
    return end == null ? -1 : millis(end);
  }
}
