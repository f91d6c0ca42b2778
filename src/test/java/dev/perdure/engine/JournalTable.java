package dev.perdure.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perdure.journal.JournalException;
import dev.perdure.journal.RunDetail;
import dev.perdure.journal.RunId;
import dev.perdure.journal.Status;
import dev.perdure.journal.StepRecord;
import dev.perdure.journal.WaitingFor;
import dev.perdure.testing.ManualTime;
import dev.perdure.workflow.Workflow;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Plays a run to its end and shows what the journal holds then, one line per entry. Then plays it
 * again and again, with the engine killed behind each of its writes and started anew: from every
 * prefix of the journal the end must be the same.
 */
final class JournalTable {

  /**
   * What the world does while a run waits. Must be repeatable: it is called again after a crash.
   */
  @FunctionalInterface
  interface World {
    void act(TestEngine engine, RunDetail run);

    /** Only time passes. */
    static World time() {
      return (_, _) -> {};
    }

    /** Sends these signals when the run waits for any; each with an id, so that it is one. */
    static World signals(String... namesAndPayloads) {
      return (engine, run) -> {
        var waiting = run.run().waitingFor();
        if (waiting != null && waiting.kind() == WaitingFor.Kind.SIGNAL) {
          for (int i = 0; i < namesAndPayloads.length; i += 2) {
            engine.engine.signal(
                run.run().id(), namesAndPayloads[i], "id-" + i, namesAndPayloads[i + 1]);
          }
        }
      };
    }

    /** Cancels the run when it waits for this. */
    static World cancelWhenWaitingFor(String name) {
      return (engine, run) -> {
        var waiting = run.run().waitingFor();
        if (waiting != null && name.equals(waiting.name())) {
          engine.engine.cancelRun(run.run().id());
        }
      };
    }
  }

  private static final Duration TICK = Duration.ofMillis(10);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(20);
  private static final int LOOKS_MAX = 1_500;

  private final Path directory;
  private final World world;
  private final List<Workflow<?, ?>> workflows;

  JournalTable(Path directory, World world, Workflow<?, ?>... workflows) {
    this.directory = directory;
    this.world = world;
    this.workflows = List.of(workflows);
  }

  /** Plays the first workflow, whole and with every crash, and compares with what is expected. */
  void assertEndsAs(@Nullable String input, String expected) {
    assertEquals(expected.strip(), play("whole", input, Integer.MAX_VALUE).table().strip());
    int crashes = 0;
    for (int writes = 1; ; writes++) {
      var played = play("crash-" + writes, input, writes);
      assertEquals(expected.strip(), played.table().strip(), "crashed behind write " + writes);
      if (!played.crashed()) {
        break;
      }
      crashes++;
    }
    assertTrue(crashes > 2, "only " + crashes + " crashes");
  }

  /** The same where only the end is the same each time, as with random values. */
  void assertEndsWith(String head) {
    boolean crashed = true;
    for (int writes = 1; crashed; writes++) {
      var played = play("crash-" + writes, null, writes);
      assertEquals(head, played.table().lines().findFirst().orElseThrow());
      crashed = played.crashed();
    }
  }

  private record Played(String table, boolean crashed) {}

  private Played play(String name, @Nullable String input, int writes) {
    var time = new ManualTime(TestEngine.START);
    var setup = TestEngine.Setup.in(directory.resolve(name), time);
    boolean crashed;
    Optional<RunId> id;
    var engine = setup.crashAfter(writes).open(installed());
    try {
      engine.engine.start();
      try {
        id = Optional.of(engine.run(workflows.getFirst().name(), input));
        drive(name, engine, time, id.get());
      } catch (JournalException.Closed e) {
        id = Optional.empty();
      }
      crashed = engine.journal.crashed().isDone();
    } catch (JournalException.Closed e) {
      // Killed while it took over.
      id = Optional.empty();
      crashed = true;
    } finally {
      engine.crash();
    }
    try (var next = setup.start(installed())) {
      var stored = id.flatMap(next.journal.reader()::run).map(run -> run.id());
      var run = stored.orElseGet(() -> next.run(workflows.getFirst().name(), input));
      drive(name + ", restarted", next, time, run);
      return new Played(show(next.detail(run)), crashed);
    }
  }

  private Workflow<?, ?>[] installed() {
    return workflows.toArray(Workflow<?, ?>[]::new);
  }

  private void drive(String name, TestEngine engine, ManualTime time, RunId id) {
    for (int look = 0; look < LOOKS_MAX; look++) {
      var change = engine.journal.commits().nextChangeOf(id, LOOK_AGAIN);
      var run = engine.detail(id);
      if (isOver(run) || engine.journal.crashed().isDone()) {
        return;
      }
      try {
        world.act(engine, run);
      } catch (JournalException.Closed e) {
        return;
      }
      letTimePass(time, run);
      change.join();
    }
    throw new AssertionError(name + ": the run does not end: " + engine.detail(id));
  }

  private static boolean isOver(RunDetail run) {
    return run.run().status().isTerminal() || run.run().status() == Status.BLOCKED;
  }

  private static void letTimePass(ManualTime time, RunDetail run) {
    var waiting = run.run().waitingFor();
    var until = waiting == null ? null : waiting.until();
    if (until != null && waiting.kind() != WaitingFor.Kind.SIGNAL) {
      var left = Duration.between(time.instant(), until);
      // Behind the due instant the monotonic clock may still have a little to go.
      time.advance(left.compareTo(TICK) < 0 ? TICK : left);
    } else {
      // What is due within the process, like the wait of one branch beside others.
      time.advance(TICK);
    }
  }

  /** The run and its entries, in the order of their places. */
  static String show(RunDetail run) {
    var head = run.run().status().word() + " " + end(run);
    return run.steps().stream()
        .sorted(Comparator.comparing(JournalTable::place))
        .map(JournalTable::show)
        .collect(Collectors.joining("\n", head.strip() + "\n", "\n"));
  }

  private static String end(RunDetail run) {
    if (run.output() != null) {
      return run.output().json();
    }
    return run.error() != null
        ? run.error().code() + ": " + run.error().message()
        : String.valueOf(run.run().reason() == null ? "" : run.run().reason().code());
  }

  private static String show(StepRecord entry) {
    String end =
        switch (entry.status()) {
          case COMPLETED -> entry.output().json();
          case FAILED -> entry.error().code();
          default -> "";
        };
    String tries = entry.attemptCount() > 1 ? " x" + entry.attemptCount() : "";
    return (place(entry)
            + " "
            + entry.kind()
            + " "
            + entry.name()
            + " "
            + entry.status().word()
            + tries
            + " "
            + end)
        .strip();
  }

  private static String place(StepRecord entry) {
    return entry.scope() + (entry.scope().isEmpty() ? "" : "/") + entry.position();
  }
}
