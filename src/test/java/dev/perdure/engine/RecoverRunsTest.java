package dev.perdure.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.mockito.AdditionalAnswers.delegatesTo;
import static org.mockito.AdditionalMatchers.gt;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;

import dev.perdure.journal.JournalException;
import dev.perdure.journal.JournalReader;
import dev.perdure.journal.RunId;
import dev.perdure.journal.Status;
import dev.perdure.testing.ManualTime;
import dev.perdure.workflow.Workflow;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a start asks of the journal grows by a read for each thousand unfinished runs. */
class RecoverRunsTest {

  /** A full page of runs, and one more. */
  private static final int RUNS = 1_001;

  private static final Duration DAY = Duration.ofDays(1);

  @TempDir Path directory;
  private final ManualTime time = new ManualTime(TestEngine.START);
  private final AtomicReference<JournalReader> reader = new AtomicReference<>();

  private static Workflow<String, String> sleeper() {
    return Workflow.named("sleeper")
        .input(String.class, "")
        .code(
            String.class,
            (in, context) -> {
              context.sleep("nap", DAY);
              return in;
            });
  }

  private TestEngine.Setup setup() {
    return TestEngine.Setup.in(directory, time);
  }

  private JournalReader watched(JournalReader inner) {
    var watched = mock(JournalReader.class, delegatesTo(inner));
    reader.set(watched);
    return watched;
  }

  @Test
  void manyParkedRunsAreReadByThePageAndWakeInTime() throws Exception {
    List<RunId> ids;
    try (var before = setup().start(sleeper())) {
      ids = leaveAsleep(before);
    }
    try (var after =
        setup().around(inner -> new FaultyJournal(inner, this::watched)).start(sleeper())) {
      verify(reader.get(), times(2)).running(anyInt(), any());
      verify(reader.get(), never()).replay(any());
      verify(reader.get(), never()).struck(any());
      verify(reader.get(), never()).run(any());
      after.advance(DAY);
      for (var id : ids) {
        after.await(id, Status.COMPLETED);
      }
    }
  }

  /** Whatever makes a page slow makes it slow again: asking for the same would never end. */
  @Test
  void aPageThatTakesTooLongIsAskedForInHalves() throws Exception {
    List<RunId> ids;
    try (var before = setup().start(sleeper())) {
      ids = leaveAsleep(before);
    }
    var starting =
        setup()
            .around(inner -> new FaultyJournal(inner, RecoverRunsTest::slowBeyond300))
            .open(sleeper());
    try (starting) {
      var start = CompletableFuture.runAsync(starting.engine::start);
      for (int tries = 0; tries < 2; tries++) {
        time.awaitWait(Duration.ofMillis(500));
        time.advance(Duration.ofMillis(500));
      }
      start.join();
      starting.advance(DAY);
      for (var id : ids) {
        starting.await(id, Status.COMPLETED);
      }
    }
  }

  private static JournalReader slowBeyond300(JournalReader inner) {
    var slow = mock(JournalReader.class, delegatesTo(inner));
    doThrow(new JournalException.Overloaded("The read took too long."))
        .when(slow)
        .running(gt(300), any());
    return slow;
  }

  private static List<RunId> leaveAsleep(TestEngine engine) throws Exception {
    List<RunId> ids;
    try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      var starts =
          IntStream.range(0, RUNS)
              .mapToObj(
                  _ -> CompletableFuture.supplyAsync(() -> engine.run("sleeper", null), callers))
              .toList();
      ids = starts.stream().map(CompletableFuture::join).toList();
    }
    for (var id : ids) {
      assertNotNull(engine.await(id, detail -> detail.run().waitingFor() != null));
    }
    assertEquals(RUNS, ids.size());
    return ids;
  }
}
