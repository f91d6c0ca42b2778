package dev.perdure.bench;

import dev.perdure.engine.EngineOptions;
import dev.perdure.journal.RunId;
import dev.perdure.server.Perdure;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Fills a database in two processes of its own: in the first an engine makes one run of each kind,
 * and dies without a word; in the second they are multiplied by {@link Multiply}, without an
 * engine.
 *
 * <p>Arguments: {@code make} or {@code multiply}, a directory, what, and how many.
 */
final class Filler {

  /** What a database is full of. */
  enum Kind {
    /** Completed runs of three steps. */
    FINISHED,

    /** Half of them wait for a signal, half for a day to pass. */
    WAITING,

    /** Runs of three steps that have not begun. */
    PENDING
  }

  private static final Duration LOOK_AGAIN = Duration.ofMillis(20);
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final EngineOptions ONE_AT_ONCE =
      new EngineOptions(
          1,
          EngineOptions.DEFAULT.pendingRunsMax(),
          EngineOptions.DEFAULT.shutdownGrace(),
          EngineOptions.DEFAULT.zone());

  private Filler() {}

  /** Called in a process of its own. */
  public static void main(String[] arguments) throws Exception {
    var directory = Path.of(arguments[1]);
    var kind = Kind.valueOf(arguments[2]);
    if (arguments[0].equals("make")) {
      make(directory, kind);
      Runtime.getRuntime().halt(0);
    }
    Multiply.in(directory.resolve("perdure.db"), Integer.parseInt(arguments[3]));
  }

  private static void make(Path directory, Kind kind) throws InterruptedException {
    var perdure = Perdure.open(directory, ONE_AT_ONCE, new BenchWorkflows().workflows());
    switch (kind) {
      case FINISHED -> {
        var id = perdure.start(BenchWorkflows.sequence(), Payload.EXAMPLE);
        var _ = perdure.await(id, PATIENCE).orElseThrow();
      }
      case WAITING -> {
        awaitWaiting(perdure, perdure.start(BenchWorkflows.signal(), "go"));
        awaitWaiting(perdure, perdure.start(BenchWorkflows.day(), "a day"));
      }
      case PENDING -> {
        // The first one never ends, so that the second does not begin; a multiple of it is not
        // made.
        var _ = perdure.start(BenchWorkflows.never(), Payload.EXAMPLE);
        var _ = perdure.start(BenchWorkflows.counted(), Payload.EXAMPLE);
      }
    }
  }

  private static void awaitWaiting(Perdure perdure, RunId id) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (perdure.find(id).orElseThrow().run().waitingFor() == null) {
      if (System.nanoTime() > end || perdure.await(id, LOOK_AGAIN).isPresent()) {
        throw new IllegalStateException("A run does not wait.");
      }
    }
  }

  /** Fills one, unless it is there. */
  static Path fill(Path directory, Kind kind, int count) throws Exception {
    var data = directory.resolve(kind + "-" + count);
    if (!data.toFile().exists()) {
      for (var what : List.of("make", "multiply")) {
        run(what, data, kind, count);
      }
    }
    return data;
  }

  private static void run(String what, Path data, Kind kind, int count) throws Exception {
    var process =
        new ProcessBuilder(
                Java.command(
                    Filler.class,
                    Java.EMBEDDED_FLAGS,
                    what,
                    data.toString(),
                    kind.name(),
                    Integer.toString(count)))
            .inheritIO()
            .start();
    if (process.waitFor() != 0) {
      throw new IllegalStateException("The database could not be filled.");
    }
  }
}
