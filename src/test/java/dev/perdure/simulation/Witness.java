package dev.perdure.simulation;

import dev.perdure.journal.AttemptRecord;
import dev.perdure.journal.Command;
import dev.perdure.journal.EntryKind;
import dev.perdure.journal.JournalReader;
import dev.perdure.journal.RunDetail;
import dev.perdure.journal.RunId;
import dev.perdure.journal.Status;
import dev.perdure.journal.StepRecord;
import dev.perdure.journal.Transact;
import dev.perdure.journal.WaitingFor;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Sees every commit and every effect as it happens and holds them against the invariants. It knows
 * the rows before and behind a commit, the effects and the acknowledgements, and nothing of how the
 * engine comes to them.
 */
final class Witness {

  /** What follows which, as published; the engine's own table is not asked. */
  private static final Map<Status, Set<Status>> LAWFUL =
      Map.of(
          Status.PENDING, Set.of(Status.RUNNING, Status.CANCELLED, Status.BLOCKED),
          Status.RUNNING, Set.of(Status.COMPLETED, Status.FAILED, Status.CANCELLED, Status.BLOCKED),
          Status.BLOCKED, Set.of(Status.PENDING, Status.RUNNING, Status.CANCELLED, Status.FAILED),
          Status.COMPLETED, Set.of(),
          Status.FAILED, Set.of(),
          Status.CANCELLED, Set.of());

  private static final Set<String> ORDERED_KINDS = Set.of(EntryKind.ITEM, EntryKind.BRANCH);

  /** How much later than due anything may be taken. */
  private static final Duration LATE = Duration.ofSeconds(1);

  /** What became of a run. */
  static final class View {
    final RunId id;
    final Program program;
    RunDetail detail;
    boolean cancelStored;

    /** It was blocked or pending then: there was nothing to be undone, or no way to do it. */
    boolean cancelledAtOnce;

    private View(RunDetail detail, Program program) {
      this.id = detail.run().id();
      this.program = program;
      this.detail = detail;
    }

    Status status() {
      return detail.run().status();
    }

    @Nullable StepRecord step(int ordinal) {
      for (var step : detail.steps()) {
        if (step.ordinal() == ordinal) {
          return step;
        }
      }
      return null;
    }
  }

  private final World world;
  private final Faults faults;
  private final JournalReader reader;
  private final Map<String, Program> programs;
  private final Map<String, Map<String, Program.Node>> nodes = new HashMap<>();
  private final Map<RunId, View> views = new LinkedHashMap<>();
  private final EffectLedger ledger = new EffectLedger();
  private final Runnable onFailure;
  private long commits;
  private int crashes;
  private long crashedNanos = Long.MIN_VALUE;

  Witness(
      World world,
      Faults faults,
      JournalReader reader,
      Map<String, Program> programs,
      Runnable onFailure) {
    this.world = world;
    this.faults = faults;
    this.reader = reader;
    this.programs = programs;
    this.onFailure = onFailure;
    programs.forEach((name, program) -> nodes.put(name, program.byName()));
  }

  Collection<View> views() {
    return views.values();
  }

  @Nullable View view(RunId id) {
    return views.get(id);
  }

  long commits() {
    return commits;
  }

  EffectLedger ledger() {
    return ledger;
  }

  void journalFailed(Life life) {
    world.say("journal of life " + life.number + " failed");
    onFailure.run();
  }

  void crashed() {
    crashes++;
    crashedNanos = world.nanos();
    ledger.crashed();
  }

  // Commits

  void committed(Life life, Command<?> command, Object answer) {
    commits++;
    world.mix(command.getClass().getSimpleName().hashCode());
    switch (command) {
      case Command.StartRun start -> {
        if (answer instanceof Command.StartResult.Started) {
          look(start.id());
        }
      }
      case Command.Advance advance -> {
        world.mix(advance.id().hashCode() * 31L + advance.changes().size());
        look(advance.id());
        advance
            .changes()
            .forEach(change -> {
              if (change instanceof dev.perdure.journal.Change.ChildStarted child) {
                look(child.run().id());
              }
            });
      }
      case Command.CancelRun cancel -> {
        if (answer instanceof Command.CancelResult.Accepted accepted) {
          accepted.cancelled().forEach(this::cancelled);
          accepted.ending().forEach(this::cancelled);
        }
      }
      case Command.AdmitRuns _ -> ((List<?>) answer).forEach(id -> look((RunId) id));
      case Command.ClearStrikes cleared -> cleared.steps().forEach(step -> look(step.run()));
      case Command.TakeOver _, Command.Unblock _, Command.BlockMissing _ ->
          List.copyOf(views.keySet()).forEach(this::look);
      case Command.BeginShutdown _,
          Command.Probe _,
          Command.RegisterSchedule _,
          Command.SendSignal _,
          Command.MigrateTables _ -> {}
    }
  }

  private void cancelled(RunId id) {
    var view = views.get(id);
    if (view != null) {
      view.cancelStored = true;
    }
    look(id);
  }

  void committed(Life life, Transact transact, Transact.Done done) {
    commits++;
    world.mix(transact.id().hashCode());
    look(transact.id());
    for (var command : done.commands()) {
      if (command instanceof Command.StartRun start) {
        look(start.id());
      }
    }
  }

  private void look(RunId id) {
    var now = reader.detail(id, 0, 1_000, 1 << 20).orElse(null);
    if (now == null) {
      return;
    }
    var view = views.get(id);
    if (view == null) {
      view = new View(now, programs.get(now.run().workflow()));
      views.put(id, view);
      compare(view, null, now);
    } else {
      var before = view.detail;
      view.detail = now;
      view.cancelledAtOnce |=
          before.run().status() != Status.RUNNING && now.run().status() == Status.CANCELLED;
      compare(view, before, now);
    }
  }

  private void compare(View view, @Nullable RunDetail before, RunDetail now) {
    if (before != null) {
      compareRuns(before, now);
    }
    var old = new HashMap<Integer, StepRecord>();
    if (before != null) {
      before.steps().forEach(step -> old.put(step.ordinal(), step));
    }
    for (var step : now.steps()) {
      compare(view, old.remove(step.ordinal()), step, before, now);
    }
    require("I6", old.isEmpty(), () -> "Steps of " + view.id + " are gone: " + old);
    if (now.run().status().isTerminal()) {
      checkEnd(now);
    }
  }

  private void compareRuns(RunDetail before, RunDetail now) {
    var was = before.run();
    var is = now.run();
    require(
        "I6",
        was.status() == is.status() || LAWFUL.get(was.status()).contains(is.status()),
        () -> "Run " + is.id() + " went from " + was.status() + " to " + is.status());
    if (was.status().isTerminal()) {
      require(
          "I7",
          Objects.equals(before.output(), now.output())
              && Objects.equals(before.error(), now.error())
              && Objects.equals(was.reason(), is.reason())
              && Objects.equals(was.finishedAt(), is.finishedAt()),
          () -> "Run " + is.id() + " changed after its end: " + before + " " + now);
    }
    require("I6", was.generation() == is.generation(), () -> "generation of " + is.id());
    require(
        "I6",
        was.ending() == null || is.ending() == was.ending() || is.status().isTerminal(),
        () -> "Run " + is.id() + " was " + was.ending() + " and is " + is.ending());
  }

  private void checkEnd(RunDetail now) {
    for (var step : now.steps()) {
      require(
          "I6",
          step.status().isTerminal(),
          () -> "Run " + now.run().id() + " has ended with an open step: " + step);
    }
  }

  private void compare(
      View view,
      @Nullable StepRecord before,
      StepRecord now,
      @Nullable RunDetail runBefore,
      RunDetail run) {
    if (before == null) {
      begun(view, now, run);
    } else {
      moved(view, before, now);
    }
    if (now.attempt() > 0) {
      checkAttempts(view, before, now);
    }
  }

  private void begun(View view, StepRecord step, RunDetail run) {
    require("I5", step.attempt() <= 1, () -> "The first attempt of " + at(view, step));
    if (EntryKind.COMPENSATION.equals(step.kind())) {
      checkNewestFirst(view, step, run);
    } else if (step.position() > 0 && !isUnit(step, run)) {
      var previous = find(run, step.scope(), step.position() - 1);
      require(
          "I11",
          previous != null && previous.status().isTerminal(),
          () -> at(view, step) + " began before its predecessor had ended: " + previous);
    }
  }

  /** Items and branches stand side by side; all else follows one another. */
  private static boolean isUnit(StepRecord step, RunDetail run) {
    if (ORDERED_KINDS.contains(step.kind())) {
      return true;
    }
    var owner = owner(step.scope(), run);
    return owner != null && EntryKind.MAP.equals(owner.kind());
  }

  private static @Nullable StepRecord owner(String scope, RunDetail run) {
    if (scope.isEmpty()) {
      return null;
    }
    int slash = scope.lastIndexOf('/');
    var outer = slash < 0 ? "" : scope.substring(0, slash);
    return find(run, outer, Integer.parseInt(scope.substring(slash + 1)));
  }

  static @Nullable StepRecord find(RunDetail run, String scope, int position) {
    for (var step : run.steps()) {
      if (step.position() == position && step.scope().equals(scope)) {
        return step;
      }
    }
    return null;
  }

  private void checkNewestFirst(View view, StepRecord undo, RunDetail run) {
    for (var other : run.steps()) {
      if (other.scope().equals(undo.scope()) && other.position() > undo.position()) {
        require(
            "I11",
            other.status() == Status.COMPLETED,
            () -> at(view, undo) + " began before the newer one was done: " + other);
      }
    }
  }

  private void moved(View view, StepRecord before, StepRecord now) {
    require(
        "I6",
        before.scope().equals(now.scope())
            && before.position() == now.position()
            && before.kind().equals(now.kind())
            && before.name().equals(now.name()),
        () -> "The place of " + at(view, now) + " has changed from " + before);
    require(
        "I6",
        before.status() == now.status() || LAWFUL.get(before.status()).contains(now.status()),
        () -> at(view, now) + " went from " + before.status() + " to " + now.status());
    if (before.status().isTerminal()) {
      require(
          "I7",
          before.attempt() == now.attempt()
              && Objects.equals(before.output(), now.output())
              && Objects.equals(before.error(), now.error()),
          () -> at(view, now) + " changed after its end: " + before + " " + now);
    }
    require(
        "I5",
        now.attempt() == before.attempt() || now.attempt() == before.attempt() + 1,
        () -> at(view, now) + " went from attempt " + before.attempt() + " to " + now.attempt());
    require(
        "I5",
        now.attempt() == before.attempt() || !before.isInFlight(),
        () -> at(view, now) + " began an attempt beside another one");
    require(
        "I5",
        now.interrupted() >= before.interrupted(),
        () -> at(view, now) + " forgot an interrupted attempt");
    checkNotEarly(view, before, now);
  }

  private void checkAttempts(View view, @Nullable StepRecord before, StepRecord now) {
    int listed = now.attempts().size();
    require("I5", listed == now.attempt(), () -> at(view, now) + " has gaps: " + now.attempts());
    int interrupted = 0;
    for (int i = 0; i < listed; i++) {
      var attempt = now.attempts().get(i);
      int number = i + 1;
      require(
          "I5", attempt.attempt() == number, () -> at(view, now) + " has gaps: " + now.attempts());
      interrupted += attempt.outcome() == AttemptRecord.Outcome.INTERRUPTED ? 1 : 0;
    }
    int recounted = interrupted;
    require(
        "I12",
        now.interrupted() == recounted,
        () -> at(view, now) + " counts otherwise: " + now + " " + recounted);
    var code = codeOf(view, now);
    require(
        "I5",
        code == null || now.attemptCount() <= code.attemptsMax(),
        () -> at(view, now) + " has more attempts than it may: " + now);
  }

  private Program.@Nullable Code codeOf(View view, StepRecord step) {
    return codeOf(nodes.get(view.program.name()).get(step.name()), step.position());
  }

  static Program.@Nullable Code codeOf(Program.@Nullable Node node, int position) {
    return switch (node) {
      case Program.Step step -> step.code();
      case Program.Transact step -> step.code();
      case Program.Undo undo -> undo.code();
      case Program.MapSteps map -> map.codeOf(position);
      case null, default -> null;
    };
  }

  /** By the wall clock, which is good for that as long as nobody sets it. */
  private void checkNotEarly(View view, StepRecord before, StepRecord now) {
    var waiting = before.waitingFor();
    if (!faults.keepTime() || waiting == null || waiting.until() == null) {
      return;
    }
    boolean isOver =
        switch (waiting.kind()) {
          case TIMER -> now.status() == Status.COMPLETED;
          case RETRY -> now.attempt() > before.attempt();
          case SIGNAL ->
              now.status() == Status.COMPLETED
                  && now.output() != null
                  && String.valueOf(now.output().json()).contains("timedOut");
          default -> false;
        };
    require(
        "G10",
        !isOver || !world.instant().isBefore(waiting.until()),
        () -> at(view, now) + " was due at " + waiting.until() + ", not at " + world.instant());
  }

  // Effects

  EffectLedger.Interval begins(
      Life life, Program.Node node, Program.Code code, String key, int attempt) {
    int dash = key.lastIndexOf('-');
    var run = RunId.parse(key.substring(0, dash)).orElseThrow();
    int ordinal = Integer.parseInt(key.substring(dash + 1));
    world.mix(Mix.of(run.hashCode(), ordinal * 1_000L + attempt));
    var view = views.get(run);
    var step = view == null ? null : view.step(ordinal);
    require(
        "I4",
        step != null && step.attempt() >= attempt,
        () -> "The effect of " + key + " attempt " + attempt + " is ahead of its record: " + step);
    require(
        "I3",
        step == null || step.status() != Status.COMPLETED,
        () -> "The effect of " + key + " attempt " + attempt + " follows its completion: " + step);
    boolean isTransaction = node instanceof Program.Transact;
    require(
        "I4",
        step == null || (step.isInFlight() && step.attempt() == attempt),
        () -> "The effect of " + key + " attempt " + attempt + " is not in flight: " + step);
    require(
        "I3",
        isTransaction || !ledger.hasBegun(key, attempt),
        () -> key + " attempt " + attempt + " has begun twice");
    checkAlone(step, code, key, attempt, isTransaction);
    checkBackoff(life, code, key);
    return ledger.begin(life, key, attempt, world.nanos());
  }

  private void checkAlone(
      @Nullable StepRecord step,
      Program.Code code,
      String key,
      int attempt,
      boolean isTransaction) {
    for (var other : ledger.open(key)) {
      require(
          "I9",
          isTransaction || isZombie(step, code, other),
          () -> key + " attempt " + attempt + " began beside attempt " + other.attempt);
    }
  }

  /** Whether its time and its grace are over. A stall can use up time before its code begins. */
  private boolean isZombie(
      @Nullable StepRecord step, Program.Code code, EffectLedger.Interval other) {
    var timeout = code.options().timeout();
    if (timeout.isEmpty()) {
      return false;
    }
    var grace = code.options().zombieGrace();
    if (!faults.stall()) {
      return world.nanos() - other.beganNanos >= timeout.get().plus(grace).toNanos();
    }
    if (step == null || step.attempts().size() < other.attempt) {
      return false;
    }
    var record = step.attempts().get(other.attempt - 1);
    return record.outcome() == AttemptRecord.Outcome.FAILED
        && record.finishedAt() != null
        && (faults.setsClock() || !world.instant().isBefore(record.finishedAt().plus(grace)));
  }

  /** Whatever the clocks show: in one life a retry comes no sooner than its delay says. */
  private void checkBackoff(Life life, Program.Code code, String key) {
    var last = ledger.latest(key);
    if (last == null || last.life != life || !last.failed || faults.stall()) {
      return;
    }
    long delay = code.options().retry().delay().toNanos();
    require(
        "G10",
        world.nanos() - last.endedNanos >= delay,
        () -> key + " was tried again after " + (world.nanos() - last.endedNanos) + " ns");
  }

  // Now and then

  /** Time is about to move that far: whoever stands still has to say why. */
  void idle(Duration ahead, boolean settled, int activeMax) {
    if (ahead.compareTo(LATE) <= 0 || !settled) {
      return;
    }
    Instant then = world.instant().plus(ahead);
    for (var view : views.values()) {
      var run = view.detail.run();
      if (run.status() != Status.RUNNING
          || view.detail.steps().stream().anyMatch(StepRecord::isInFlight)) {
        continue;
      }
      var waiting = run.waitingFor();
      require("G13", waiting != null, () -> "Run " + run.id() + " does not say what it waits for");
      require(
          "G10",
          waiting == null || waiting.kind() != WaitingFor.Kind.SLOT || !isFree(activeMax),
          () -> "Run " + run.id() + " waits for a place, and there are some");
      if (faults.keepTime() && waiting != null && isForTime(waiting)) {
        require(
            "G10",
            !then.isAfter(waiting.until().plus(LATE)) || isQueued(waiting, activeMax),
            () -> "Run " + run.id() + " was due at " + waiting.until() + ": " + waiting);
      }
    }
  }

  /** Whether a run that may go on would have a place; suspects go on one by one. */
  private boolean isFree(int activeMax) {
    return crashes == 0 && hasPlace(activeMax);
  }

  /** Whether it is due already, and others have all the places; what is not due needs none. */
  private boolean isQueued(WaitingFor waiting, int activeMax) {
    return !world.instant().isBefore(waiting.until()) && !hasPlace(activeMax);
  }

  private boolean hasPlace(int activeMax) {
    return views.values().stream()
            .filter(
                view -> view.status() == Status.RUNNING && view.detail.run().waitingFor() == null)
            .count()
        < activeMax;
  }

  private static boolean isForTime(WaitingFor waiting) {
    return waiting.until() != null
        && (waiting.kind() == WaitingFor.Kind.TIMER
            || waiting.kind() == WaitingFor.Kind.RETRY
            || waiting.kind() == WaitingFor.Kind.SIGNAL);
  }

  /** Whether nothing more is to be expected of the run. */
  boolean isSettled(View view) {
    return isSettled(view, new HashSet<>());
  }

  private boolean isSettled(View view, Set<RunId> asked) {
    if (view.status().isTerminal() || view.status() == Status.BLOCKED) {
      return true;
    }
    if (view.status() != Status.RUNNING || !asked.add(view.id)) {
      return false;
    }
    return waitsForBlocked(view, asked);
  }

  private boolean waitsForBlocked(View view, Set<RunId> asked) {
    boolean found = false;
    for (var step : view.detail.steps()) {
      if (step.status() != Status.RUNNING
          || EntryKind.MAP.equals(step.kind())
          || EntryKind.PARALLEL.equals(step.kind())
          || ORDERED_KINDS.contains(step.kind())) {
        continue;
      }
      var child = step.child() == null ? null : views.get(step.child());
      boolean isStuck = child != null && !child.status().isTerminal() && isSettled(child, asked);
      // A run that is ending takes up no other wait again before its children have ended.
      if (!isStuck && (child != null || view.detail.run().ending() == null)) {
        return false;
      }
      found |= isStuck;
    }
    return found;
  }

  /** At the end: every row is as the commits said, and every count is what a recount gives. */
  void checkCounts() {
    var recount = new HashMap<Status, Long>();
    for (var view : views.values()) {
      var stored = reader.detail(view.id, 0, 1_000, 1 << 20).orElseThrow();
      require("I7", stored.equals(view.detail), () -> "Run " + view.id + " changed by itself");
      if (view.status() != Status.COMPLETED) {
        recount.merge(view.status(), 1L, Long::sum);
      }
    }
    var counts = new HashMap<>(reader.counts(Long.MAX_VALUE));
    counts.values().removeIf(count -> count == 0);
    counts.remove(Status.COMPLETED);
    require("I12", counts.equals(recount), () -> counts + " is not " + recount);
  }

  /** Whether a step may have been cut off so often that its run is blocked. */
  boolean hasStruckOut() {
    return crashes >= 3;
  }

  List<StepRecord> inFlight() {
    var found = new ArrayList<StepRecord>();
    views
        .values()
        .forEach(view ->
            view.detail.steps().stream().filter(StepRecord::isInFlight).forEach(found::add));
    return found;
  }

  private static String at(View view, StepRecord step) {
    return view.id + " " + step.scope() + "#" + step.position() + " " + step.name();
  }

  void require(String invariant, boolean holds, java.util.function.Supplier<String> what) {
    if (!holds) {
      world.violated(invariant, what.get());
    }
  }
}
