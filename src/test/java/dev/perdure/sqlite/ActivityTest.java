package dev.perdure.sqlite;

import static dev.perdure.sqlite.TestJournal.at;
import static dev.perdure.sqlite.TestJournal.attemptFailed;
import static dev.perdure.sqlite.TestJournal.completed;
import static dev.perdure.sqlite.TestJournal.runCompleted;
import static dev.perdure.sqlite.TestJournal.runFailed;
import static dev.perdure.sqlite.TestJournal.started;
import static dev.perdure.sqlite.TestJournal.stepFailed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perdure.journal.JournalException;
import dev.perdure.journal.Statistics.Activity;
import dev.perdure.journal.Statistics.WorkflowRuns;
import dev.perdure.journal.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happened in a span, counted in many short reads. */
class ActivityTest {

  private static final int RUNS = 250_000;

  @TempDir Path directory;

  @Test
  void countsAllOfADayHoweverMuchThereWas() throws Exception {
    TestJournal.in(directory).close();
    ManyRuns.addCompleted(directory, RUNS);
    try (var journal = TestJournal.in(directory)) {
      var activity = journal.journal.statistics().activity(at(0), at(10), 10);
      var runs = activity.workflows().getFirst();
      assertEquals(RUNS, runs.completed());
      assertEquals(RUNS, runs.maxMs());
      assertNear(RUNS / 2, runs.p50Ms());
      assertNear(RUNS * 95 / 100, runs.p95Ms());
      assertFalse(activity.truncated());
      assertNull(activity.completeSince());
    }
  }

  @Test
  void countsTheSameInManyReadsAsInOne() {
    fill();
    var inOne = read(1_000, () -> false);
    assertEquals(
        List.of(new WorkflowRuns("ping", 0, 0, 4, 4, 0, 0, 99_000L, 99_000L, 99_000L)),
        inOne.workflows());
    assertEquals(4 + 4, inOne.frequentErrors().getFirst().count());
    assertEquals(4, inOne.retries());
    for (int rows = 1; rows < 20; rows++) {
      assertEquals(inOne, read(rows, () -> false), rows + " rows at once");
    }
  }

  /** All are created in the same millisecond, of which some are left out. */
  @Test
  void saysFromWhenOnItIsWholeWhenTheTimeIsUp() {
    fill();
    var asked = new AtomicInteger();
    // One of the runs with its two attempts and their step: five looks for more, one of them in
    // vain.
    var some = read(1, () -> asked.incrementAndGet() > 9);
    assertTrue(some.truncated());
    assertEquals(at(1).plusMillis(1), some.completeSince());
    long counted = some.workflows().getFirst().completed() + some.workflows().getFirst().failed();
    assertTrue(counted > 0 && counted < 8, some::toString);
  }

  @Test
  void saysThatNothingIsWholeWhenThereWasNoTime() {
    fill();
    var none = read(1, () -> true);
    assertEquals(List.of(), none.workflows());
    assertTrue(none.truncated());
    assertEquals(at(1_000), none.completeSince());
  }

  @Test
  void answersWhatItHasWhenTheJournalIsTooBusy() {
    fill();
    var asked = new AtomicInteger();
    var some =
        read(
            2,
            () -> {
              if (asked.incrementAndGet() > 9) {
                throw new JournalException.Overloaded("busy");
              }
              return false;
            });
    assertEquals(at(1).plusMillis(1), some.completeSince());
    assertThrows(
        JournalException.Overloaded.class,
        () ->
            read(
                2,
                () -> {
                  throw new JournalException.Overloaded("busy");
                }));
  }

  @Test
  void boundsTheKindsThatItTellsApart() {
    var tally = new ActivityTally();
    for (int i = 0; i < 2_001; i++) {
      tally.addSteps("many", "step-" + i, i, 1);
      tally.addSteps("many", "step-0", 5_000, 1);
    }
    assertTrue(tally.activity(10, null).truncated());
    assertEquals("step-0", tally.activity(10, null).slowestSteps().getFirst().step());
    assertEquals(2_002, tally.activity(10, null).slowestSteps().getFirst().count());
    var sound = new ActivityTally();
    sound.addRuns("few", Status.COMPLETED, 3L, 7);
    assertFalse(sound.activity(10, null).truncated());
  }

  @Test
  void manyDurationsAreAtMostAPartInAHundredAndTwentyEightTooLong() {
    for (long scale : LongStream.of(1, 7, 1_000, 3_600_000).toArray()) {
      var durations = new Durations();
      for (long i = 10_000; i > 0; i--) {
        durations.add(i * scale, 3);
      }
      assertEquals(30_000, durations.size());
      assertEquals(10_000 * scale, durations.percentile(100));
      for (int percent = 1; percent < 100; percent++) {
        assertNear(percent * 100 * scale, durations.percentile(percent));
      }
    }
  }

  @Test
  void shortDurationsAreExactHoweverMany() {
    var durations = new Durations();
    durations.add(-3, 1);
    durations.add(255, 5_000);
    durations.add(17, 5_000);
    assertEquals(17, durations.percentile(50));
    assertEquals(255, durations.percentile(51));
    assertEquals(0, durations.percentile(0));
  }

  private static void assertNear(long exact, Long found) {
    assertTrue(found >= exact && found <= exact * (1 + 1.0 / 128), found + " for " + exact);
  }

  /** Four runs that complete with a retry, and four that fail. */
  private void fill() {
    try (var journal = TestJournal.in(directory)) {
      for (int i = 0; i < 4; i++) {
        var done = journal.begun();
        journal.advance(done, attemptFailed(0, 1));
        journal.advance(done, started(0, 2));
        journal.advance(done, completed(0, 2), runCompleted());
        var failed = journal.begun();
        journal.advance(failed, stepFailed(0, 1), runFailed("step-0"));
      }
    }
  }

  private Activity read(int rows, BooleanSupplier isTimeUp) {
    var file = new DatabaseFile(directory, Duration.ofSeconds(5), Seams.NONE);
    try (var pool = new ReadPool(file, TestJournal.OPTIONS, new FailStop(Runnable::run))) {
      return new ActivityReads(pool, rows, isTimeUp, at(0), at(1_000)).read(10);
    }
  }
}
