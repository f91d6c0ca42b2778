package dev.perdure.sqlite;

import static dev.perdure.sqlite.TestJournal.OPTIONS;
import static dev.perdure.sqlite.TestJournal.at;
import static dev.perdure.sqlite.TestJournal.newId;
import static dev.perdure.sqlite.TestJournal.pending;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perdure.journal.Change;
import dev.perdure.journal.Command.Probe;
import dev.perdure.journal.Command.StartRun;
import dev.perdure.journal.JournalException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The write-ahead log is kept short, also when something holds it up. */
class LogLengthTest {

  private static final long MIB = 1 << 20;

  @TempDir private Path directory;

  @Test
  void aLogThatAReaderHeldUpIsCutOffWhenTheReaderIsGone() throws Exception {
    try (var journal = TestJournal.in(directory)) {
      try (var other = new OpenDatabase(directory)) {
        other.execute("BEGIN");
        other.number("SELECT count(*) FROM runs");
        write(journal, 24);
        assertTrue(logBytes() > 16 * MIB, "The reader holds up the checkpoint.");
        other.execute("COMMIT");
      }
      awaitLogShorterThan(10 * MIB, journal);
    }
  }

  @Test
  void aLogThatCanNotBeCarriedOverHasABound() throws Exception {
    try (var journal = TestJournal.opened(directory, OPTIONS.logging(4 * MIB), Seams.NONE)) {
      journal.takeOver();
      try (var other = new OpenDatabase(directory)) {
        other.execute("BEGIN");
        other.number("SELECT count(*) FROM runs");
        var refused = new CompletableFuture<RuntimeException>();
        for (int i = 0; i < 40 && !refused.isDone(); i++) {
          journal
              .journal
              .submit(big())
              .handle((_, e) -> e == null || refused.complete((RuntimeException) e))
              .join();
        }
        assertInstanceOf(JournalException.Full.class, refused.getNow(null));
        assertTrue(logBytes() < 8 * MIB, "It has stopped growing.");
        other.execute("COMMIT");
      }
      awaitLogShorterThan(4 * MIB, journal);
      journal.start(pending(newId()));
    }
  }

  @Test
  void longCommandsThatWaitAreBoundedByTheirLength() {
    var gate = new Gate();
    try (var journal = TestJournal.opened(directory, OPTIONS.queueingBytes(2 * MIB), gate)) {
      journal.takeOver();
      var held = gate.hold(() -> journal.journal.submit(pending(newId())));
      var queued = journal.journal.submit(big());
      var refused = journal.journal.submit(big());
      for (int i = 0; i < 3; i++) {
        refused = journal.journal.submit(big());
      }
      assertInstanceOf(JournalException.Overloaded.class, TestJournal.failureOf(refused));
      gate.release();
      held.join();
      queued.join();
      assertEquals(1, journal.journal.submit(big()).thenApply(_ -> 1).join());
    }
  }

  /** Some MiB, in commands of 600 KB each. */
  private static void write(TestJournal journal, int mib) {
    for (int i = 0; i < mib * 2; i++) {
      journal.journal.submit(big()).join();
    }
  }

  private static StartRun big() {
    var output = "\"" + "x".repeat(600_000) + "\"";
    return TestJournal.running(
        newId(), TestJournal.started(0, 1), new Change.StepCompleted(0, 1, output, at(5)));
  }

  /** While small writes go on. */
  private void awaitLogShorterThan(long bytes, TestJournal journal) throws IOException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (logBytes() > bytes) {
      assertTrue(System.nanoTime() < end, "The log is not cut off.");
      var _ = journal.journal.submit(new Probe()).handle((_, _) -> 0).join();
    }
  }

  private long logBytes() throws IOException {
    return Files.size(directory.resolve("perdure.db-wal"));
  }
}
