package dev.perdure.testing.memory;

import dev.perdure.journal.Change;
import dev.perdure.journal.Command;
import dev.perdure.journal.Command.IdempotencyKey;
import dev.perdure.journal.Ending;
import dev.perdure.journal.EntryKind;
import dev.perdure.journal.ErrorRecord;
import dev.perdure.journal.JournalReader;
import dev.perdure.journal.Reason;
import dev.perdure.journal.RunDetail;
import dev.perdure.journal.RunId;
import dev.perdure.journal.RunRecord;
import dev.perdure.journal.Status;
import dev.perdure.journal.StepPlan;
import dev.perdure.journal.StepRecord;
import dev.perdure.journal.StepRef;
import dev.perdure.journal.WaitingFor;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;

/**
 * Makes up commands, most of them lawful: it looks at the journal to know what may come next. What
 * it makes up follows from the seed alone.
 */
final class RandomCommands {

  static final Instant START = Instant.parse("2030-01-01T00:00:00Z");
  private static final List<String> WORKFLOWS = List.of("ping", "order", "report");
  private static final List<String> CODES = List.of("attempt-failed", "strikes", "missing");
  private static final int RUNS_MAX = 8;
  private static final int ORDINALS = 6;

  private final Random random;
  private final List<RunId> runs = new ArrayList<>();
  private int ids;
  private long nanos;

  RandomCommands(Random random) {
    this.random = random;
  }

  /**
   * The next command.
   *
   * @param now what the commands before have come to
   */
  Command<?> next(JournalReader now) {
    int roll = random.nextInt(100);
    if (runs.isEmpty() || (roll < 12 && runs.size() < RUNS_MAX)) {
      return start();
    }
    if (roll < 70) {
      return advance(now);
    }
    return other(roll);
  }

  private Command<?> other(int roll) {
    return switch (roll % 15) {
      case 0, 1, 2 -> new Command.AdmitRuns(1 + random.nextInt(3), at());
      case 3 -> new Command.TakeOver("boot", at());
      case 4 -> new Command.BeginShutdown(someSteps(), at());
      case 5 -> new Command.ClearStrikes(someSteps());
      case 6 ->
          new Command.Unblock(
              one(CODES), Set.copyOf(List.of(one(WORKFLOWS), "ping")), 1 + random.nextInt(3), at());
      case 7 ->
          new Command.BlockMissing(
              Set.copyOf(List.of("ping", one(WORKFLOWS))), reason(), 1 + random.nextInt(3), at());
      case 8 ->
          new Command.RegisterSchedule(
              one(WORKFLOWS), one(List.of("* * * * *", "0 * * * *")), "UTC", at());
      case 9 -> new Command.Probe();
      case 10, 11, 12 -> signal();
      default -> new Command.CancelRun(someRun(), Set.of(one(CODES)), reason(), reason(), at());
    };
  }

  private Command<?> signal() {
    var id = random.nextInt(3) == 0 ? "id-" + random.nextInt(3) : null;
    return new Command.SendSignal(
        someRun(), one(List.of("approval", "note")), id, value(), 1 + random.nextInt(4), at());
  }

  private Command.StartRun start() {
    var key =
        random.nextInt(4) == 0
            ? new IdempotencyKey("k" + random.nextInt(3), "d" + random.nextInt(2))
            : null;
    var slot =
        random.nextInt(6) == 0
            ? START.plusSeconds(60L * random.nextInt(3)).plusNanos(random.nextInt(3))
            : null;
    boolean running = random.nextInt(4) > 0;
    // A known id is a bug of the caller.
    var id = !runs.isEmpty() && random.nextInt(30) == 0 ? someRun() : newId();
    runs.add(id);
    List<Change> changes = running && random.nextBoolean() ? List.of(started(0, 1)) : List.of();
    return startOf(id, key, slot, changes, running);
  }

  private Command.StartRun startOf(
      RunId id, IdempotencyKey key, Instant slot, List<Change> changes, boolean running) {
    List<StepPlan> plan =
        random.nextBoolean()
            ? List.of()
            : List.of(
                new StepPlan("first", 2, 30_000L),
                new StepPlan(EntryKind.TIMER, "second", 0, null));
    var deadline = random.nextInt(3) == 0 ? at().plusNanos(random.nextInt(2_000_000)) : null;
    return new Command.StartRun(
        id,
        one(WORKFLOWS),
        1 + random.nextInt(2),
        plan,
        value(),
        key,
        slot,
        deadline,
        changes,
        running,
        at());
  }

  private Command<?> advance(JournalReader now) {
    var id = someRunning(now);
    var detail = now.detail(id, 0, 1_000, 1_000);
    int generation = random.nextInt(40) == 0 ? 1 : 0;
    var changes = new ArrayList<Change>();
    for (int i = 1 + random.nextInt(3); i > 0 && !endsWithTheRun(changes); i--) {
      changes.addAll(detail.isEmpty() ? List.of(started(0, 1)) : changes(now, detail.get()));
    }
    return new Command.Advance(id, generation, changes);
  }

  /** What comes behind the end of a run in one command is promised by no journal. */
  private static boolean endsWithTheRun(List<Change> changes) {
    return !changes.isEmpty()
        && changes.getLast() instanceof Change.OfRun change
        && !(change instanceof Change.RunWaiting || change instanceof Change.RunEnding);
  }

  private List<Change> changes(JournalReader now, RunDetail run) {
    int roll = random.nextInt(100);
    if (roll < 8) {
      return List.of(ofRun());
    }
    if (roll < 35 || run.steps().isEmpty()) {
      return begin(run);
    }
    var step = one(run.steps());
    int attempt = random.nextInt(25) == 0 ? step.attempt() + random.nextInt(3) - 1 : step.attempt();
    return step.attempt() == 0
        ? entry(now, run, step)
        : List.of(
            step.waitingFor() == null
                ? inFlight(step.ordinal(), attempt)
                : waiting(step.ordinal(), attempt));
  }

  /** Something at a new place, or seldom at one that is taken. */
  private List<Change> begin(RunDetail run) {
    int free = run.steps().isEmpty() ? 0 : run.steps().getLast().ordinal() + 1;
    int ordinal = random.nextInt(15) == 0 ? random.nextInt(ORDINALS) : free;
    return switch (random.nextInt(6)) {
      case 0, 1, 2 -> List.of(started(ordinal, 1));
      case 3 ->
          List.of(begun(ordinal, one(List.of(EntryKind.TIMER, EntryKind.SIGNAL, EntryKind.MAP))));
      case 4 ->
          List.of(
              new Change.EntryRecorded(
                  ordinal, "", ordinal, EntryKind.RANDOM, "random", null, "null", "0.5", at()));
      default -> child(ordinal);
    };
  }

  private List<Change> child(int ordinal) {
    var id = newId();
    runs.add(id);
    var start = startOf(id, null, null, List.of(), random.nextInt(30) == 0);
    return List.of(
        begun(ordinal, EntryKind.CHILD),
        new Change.ChildStarted(ordinal, start, random.nextInt(4) > 0));
  }

  private Change begun(int ordinal, String kind) {
    var waitingFor = kind.equals(EntryKind.MAP) ? null : waitingFor();
    return new Change.EntryBegun(
        ordinal,
        one(List.of("", "1/2")),
        ordinal,
        kind,
        "entry",
        digest(),
        value(),
        waitingFor,
        at());
  }

  private List<Change> entry(JournalReader now, RunDetail run, StepRecord entry) {
    var changes = new ArrayList<Change>();
    int ordinal = entry.ordinal();
    var mail = now.inbox(run.run().id(), 0);
    if (random.nextInt(3) > 0 && !mail.isEmpty()) {
      changes.add(new Change.SignalTaken(one(mail).number() + random.nextInt(15) / 14, ordinal));
    }
    changes.add(
        switch (random.nextInt(6)) {
          case 0 -> new Change.EntryFailed(ordinal, error(), reason(), at());
          case 1 -> new Change.StepCancelled(ordinal, 0, reason(), at());
          case 2 -> new Change.StepWaiting(ordinal, 0, waitingFor());
          case 3 -> new Change.StepBlocked(ordinal, 0, reason(), at());
          default -> new Change.EntryCompleted(ordinal, value(), at());
        });
    return changes;
  }

  private Change inFlight(int ordinal, int attempt) {
    return switch (random.nextInt(12)) {
      case 0, 1, 2 -> new Change.StepCompleted(ordinal, attempt, value(), at());
      case 3, 4, 5 ->
          new Change.AttemptFailed(
              ordinal,
              attempt,
              error(),
              at(),
              at().plusNanos(random.nextInt(3_000_000)),
              waitingFor(),
              reason());
      case 6 -> new Change.AttemptInterrupted(ordinal, attempt, at());
      case 7 -> new Change.StepFailed(ordinal, attempt, error(), at(), reason());
      case 8 -> new Change.StepBlocked(ordinal, attempt, reason(), at());
      case 9 -> new Change.StepCancelled(ordinal, attempt, reason(), at());
      case 10 ->
          new Change.StepProgressed(ordinal, attempt, random.nextInt(12) / 10.0, "so far", at());
      default -> new Change.StepLogged(ordinal, attempt, "line", at());
    };
  }

  private Change waiting(int ordinal, int attempt) {
    return switch (random.nextInt(8)) {
      case 0 -> new Change.StepWaiting(ordinal, attempt, waitingFor());
      case 1 -> new Change.StepBlocked(ordinal, attempt, reason(), at());
      case 2 -> new Change.StepCancelled(ordinal, attempt, reason(), at());
      case 3 -> new Change.StepLogged(ordinal, attempt, "late", at());
      default -> started(ordinal, attempt + 1);
    };
  }

  private Change ofRun() {
    return switch (random.nextInt(10)) {
      case 0 -> new Change.RunCompleted(value(), at());
      case 1 -> new Change.RunFailed(error(), reason(), null, at());
      case 2 -> new Change.RunCancelled(reason(), at());
      case 3 -> new Change.RunBlocked(reason(), at());
      case 4 -> new Change.RunEnding(Ending.CANCELLED, null, reason(), null, at());
      case 5 ->
          new Change.RunEnding(one(List.of(Ending.values())), error(), reason(), "step", at());
      default -> new Change.RunWaiting(waitingFor());
    };
  }

  private Change.AttemptStarted started(int ordinal, int attempt) {
    return new Change.AttemptStarted(
        ordinal,
        "",
        ordinal,
        EntryKind.STEP,
        "step-" + ordinal % 3,
        digest(),
        value(),
        Math.max(1, attempt),
        3,
        random.nextInt(5) == 0,
        at());
  }

  private WaitingFor waitingFor() {
    var until = random.nextBoolean() ? null : at().plusNanos(random.nextInt(5_000_000));
    return new WaitingFor(
        one(List.of(WaitingFor.Kind.values())), random.nextBoolean() ? null : "name", at(), until);
  }

  private Set<StepRef> someSteps() {
    var steps = new HashSet<StepRef>();
    var run = someRun();
    while (random.nextBoolean()) {
      steps.add(new StepRef(run, random.nextInt(ORDINALS)));
    }
    return steps;
  }

  private ErrorRecord error() {
    return new ErrorRecord(
        one(List.of("error", "timeout")),
        one(List.of("java.lang.Exception", "java.io.IOException")),
        one(List.of("no", "né\u2028 <&>", "x".repeat(250))),
        random.nextBoolean() ? null : "at x");
  }

  private Reason reason() {
    return new Reason(one(CODES), "Because " + random.nextInt(3) + ".");
  }

  private String value() {
    return one(
        List.of(
            "1",
            "\"öß😀\"",
            "{\"n\":" + random.nextInt(9) + "}",
            "null",
            "\"" + "v".repeat(40) + "\""));
  }

  private String digest() {
    return random.nextBoolean() ? null : "d".repeat(64);
  }

  /** Rises, seldom by whole milliseconds. */
  private Instant at() {
    nanos += random.nextInt(3_000_000);
    return START.plusNanos(nanos);
  }

  /** One that can go on, if there is one and unless a refusal is wanted. */
  private RunId someRunning(JournalReader now) {
    var running =
        random.nextInt(12) == 0
            ? List.<RunId>of()
            : runs.stream()
                .filter(id -> now.run(id).filter(RandomCommands::isRunning).isPresent())
                .toList();
    return running.isEmpty() ? someRun() : one(running);
  }

  private static boolean isRunning(RunRecord run) {
    return run.status() == Status.RUNNING;
  }

  private RunId someRun() {
    return random.nextInt(40) == 0 ? newId() : one(runs);
  }

  /** Not always in the order of time, as after a clock that was set back. */
  private RunId newId() {
    long high = 0x0190_0000_0000_7000L + ((long) random.nextInt(3) << 16);
    return new RunId(new UUID(high, Long.MIN_VALUE + ++ids));
  }

  private <T> T one(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  /** What can be asked of a journal that has carried these commands out. */
  Questions questions() {
    return new Questions(runs, newId(), random);
  }
}
