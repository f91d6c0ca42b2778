package dev.perdure.server;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perdure.engine.Engine;
import dev.perdure.engine.EngineOptions;
import dev.perdure.engine.Ports;
import dev.perdure.journal.Command.StartResult;
import dev.perdure.journal.Commits;
import dev.perdure.journal.ForwardingJournal;
import dev.perdure.journal.RunId;
import dev.perdure.sqlite.SqliteJournal;
import dev.perdure.sqlite.SqliteOptions;
import dev.perdure.workflow.Workflow;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AwaitEndTest {

  private static final Duration FOR_EVER = ChronoUnit.FOREVER.getDuration();
  private static final RunId NOBODY =
      RunId.parse("01890a5d-ac96-774b-bcce-b302099a8057").orElseThrow();

  /** Waits for what never comes. */
  private static final Workflow<Integer, Integer> PARKED =
      Workflow.named("parked")
          .input(Integer.class, 1)
          .code(Integer.class, (_, run) -> run.await("never", Integer.class));

  @TempDir private Path directory;
  private final BlockingQueue<CompletableFuture<Boolean>> waits = new LinkedBlockingQueue<>();
  private Engine engine;
  private AwaitEnd awaitEnd;

  /** Keeps every wait that is asked of the journal. */
  private final class Watched extends ForwardingJournal implements Commits {
    Watched(SqliteJournal inner) {
      super(inner);
    }

    @Override
    public Commits commits() {
      return this;
    }

    @Override
    public long count() {
      return inner.commits().count();
    }

    @Override
    public CompletableFuture<Boolean> nextChangeOf(RunId id, Duration atMost) {
      return inner.commits().nextChangeOf(id, atMost);
    }

    @Override
    public CompletableFuture<Boolean> endOf(RunId id, Duration atMost) {
      var wait = inner.commits().endOf(id, atMost);
      waits.add(wait);
      return wait;
    }
  }

  @BeforeEach
  void open() {
    var ports = Ports.system();
    var time = ports.time();
    var journal = SqliteJournal.open(directory, SqliteOptions.with(time, time::nanos));
    engine = new Engine(new Watched(journal), List.of(PARKED), EngineOptions.DEFAULT, ports);
    engine.start();
    awaitEnd = new AwaitEnd(engine, time, () -> {});
  }

  @AfterEach
  void close() {
    engine.close();
  }

  private RunId parked() {
    return assertInstanceOf(StartResult.Started.class, engine.start(PARKED, 1, null)).id();
  }

  @Test
  void whoeverLeavesWaitsForNothingAnyMore() throws Exception {
    assertThrows(IllegalArgumentException.class, () -> awaitEnd.of(NOBODY, Duration.ofDays(1)));
    assertTrue(waits.take().isDone());

    var id = parked();
    var leaving =
        new FutureTask<>(() ->
            assertThrows(InterruptedException.class, () -> awaitEnd.of(id, Duration.ofDays(1))));
    var thread = Thread.ofPlatform().start(leaving);
    var wait = waits.take();
    thread.interrupt();
    leaving.get();
    assertTrue(wait.isDone());
  }

  @Test
  void theTimeMayBeAnyLength() throws Exception {
    var id = parked();
    var end = new FutureTask<>(() -> awaitEnd.of(id, FOR_EVER));
    Thread.ofPlatform().start(end);
    engine.cancelRun(id);

    assertInstanceOf(AwaitEnd.Stand.Stopped.class, end.get());
    assertInstanceOf(AwaitEnd.Stand.Stopped.class, awaitEnd.of(id, FOR_EVER.negated()));
    assertInstanceOf(AwaitEnd.Stand.Open.class, awaitEnd.of(parked(), FOR_EVER.negated()));
  }
}
