package dev.perdure.simulation;

import dev.perdure.journal.Change;
import dev.perdure.journal.Command;
import dev.perdure.journal.JournalReader;
import dev.perdure.journal.RunId;
import dev.perdure.journal.Status;
import dev.perdure.journal.Transact;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Sees every commit and every effect as it happens and has them held against the invariants. It
 * knows the rows before and behind a commit, the effects and the acknowledgements, and nothing of
 * how the engine comes to them.
 */
final class Witness {

  private final World world;
  private final JournalReader reader;
  private final Map<String, Program> programs;
  private final Map<RunId, SeenRun> views = new LinkedHashMap<>();
  private final RowChecks rows;
  private final EffectChecks effects;
  private final StandstillChecks standstill;
  private final Runnable onFailure;
  private long commits;

  Witness(
      World world,
      Faults faults,
      JournalReader reader,
      Map<String, Program> programs,
      Runnable onFailure) {
    this.world = world;
    this.reader = reader;
    this.programs = programs;
    this.onFailure = onFailure;
    this.rows = new RowChecks(world, faults, programs);
    this.effects = new EffectChecks(world, faults);
    this.standstill = new StandstillChecks(world, faults, views);
  }

  Collection<SeenRun> views() {
    return views.values();
  }

  @Nullable SeenRun view(RunId id) {
    return views.get(id);
  }

  long commits() {
    return commits;
  }

  EffectLedger ledger() {
    return effects.ledger();
  }

  void journalFailed(Life life) {
    world.say("journal of life " + life.number + " failed");
    onFailure.run();
  }

  void crashed() {
    standstill.crashed();
    ledger().crashed();
  }

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
              if (change instanceof Change.ChildStarted child) {
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
      view = new SeenRun(now, programs.get(now.run().workflow()));
      views.put(id, view);
      rows.compare(view, null, now);
    } else {
      var before = view.detail;
      view.detail = now;
      view.cancelledAtOnce |=
          before.run().status() != Status.RUNNING && now.run().status() == Status.CANCELLED;
      rows.compare(view, before, now);
    }
  }

  /** The code of an attempt begins. */
  EffectLedger.Interval begins(
      Life life, Program.Node node, Program.Code code, String key, int attempt) {
    int dash = key.lastIndexOf('-');
    var run = RunId.parse(key.substring(0, dash)).orElseThrow();
    int ordinal = Integer.parseInt(key.substring(dash + 1));
    world.mix(Mix.of(run.hashCode(), ordinal * 1_000L + attempt));
    var view = views.get(run);
    var step = view == null ? null : view.step(ordinal);
    return effects.begins(step, life, node, code, key, attempt);
  }

  /** Time is about to move that far. */
  void idle(Duration ahead, boolean settled, int activeMax) {
    standstill.idle(ahead, settled, activeMax);
  }

  /** Whether nothing more is to be expected of the run. */
  boolean isSettled(SeenRun view) {
    return standstill.isSettled(view);
  }

  /** At the end: every row is as the commits said, and every count is what a recount gives. */
  void checkCounts() {
    var recount = new HashMap<Status, Long>();
    for (var view : views.values()) {
      var stored = reader.detail(view.id, 0, 1_000, 1 << 20).orElseThrow();
      world.require(
          "I7", stored.equals(view.detail), () -> "Run " + view.id + " changed by itself");
      if (view.status() != Status.COMPLETED) {
        recount.merge(view.status(), 1L, Long::sum);
      }
    }
    var counts = new HashMap<>(reader.counts(Long.MAX_VALUE));
    counts.values().removeIf(count -> count == 0);
    counts.remove(Status.COMPLETED);
    world.require("I12", counts.equals(recount), () -> counts + " is not " + recount);
  }
}
