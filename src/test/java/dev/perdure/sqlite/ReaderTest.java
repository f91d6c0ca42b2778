package dev.perdure.sqlite;

import static dev.perdure.sqlite.TestJournal.OPTIONS;
import static dev.perdure.sqlite.TestJournal.at;
import static dev.perdure.sqlite.TestJournal.attemptFailed;
import static dev.perdure.sqlite.TestJournal.completed;
import static dev.perdure.sqlite.TestJournal.newId;
import static dev.perdure.sqlite.TestJournal.pending;
import static dev.perdure.sqlite.TestJournal.retryWaiting;
import static dev.perdure.sqlite.TestJournal.runCompleted;
import static dev.perdure.sqlite.TestJournal.runFailed;
import static dev.perdure.sqlite.TestJournal.running;
import static dev.perdure.sqlite.TestJournal.started;
import static dev.perdure.sqlite.TestJournal.stepFailed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perdure.journal.Change;
import dev.perdure.journal.JournalException;
import dev.perdure.journal.RunFilter;
import dev.perdure.journal.RunId;
import dev.perdure.journal.RunRecord;
import dev.perdure.journal.Statistics.FrequentError;
import dev.perdure.journal.Statistics.WorkflowRuns;
import dev.perdure.journal.Status;
import dev.perdure.journal.UnfinishedRun;
import dev.perdure.journal.ValueRef;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReaderTest {

  private static final String ENDLESS =
      "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n";

  @TempDir Path directory;
  TestJournal journal;

  @BeforeEach
  void open() {
    journal = TestJournal.in(directory);
  }

  @AfterEach
  void close() {
    journal.close();
  }

  @Test
  void anEmptyJournalHasNothing() {
    var reader = journal.journal.reader();
    assertEquals(Optional.empty(), reader.newestId());
    assertEquals(Optional.empty(), reader.run(newId()));
    assertEquals(Optional.empty(), reader.status(newId()));
    assertEquals(Optional.empty(), reader.detail(newId(), 0, 1, 1));
    assertEquals(List.of(), reader.runs(RunFilter.ALL, 10, null).runs());
    assertNull(reader.unfinished(10, null).next());
    assertEquals(List.of(), reader.running(10, null));
  }

  @Test
  void pagesFromNewToOld() {
    var ids = Stream.generate(TestJournal::newId).limit(7).toList();
    ids.forEach(id -> journal.start(pending(id)));
    assertEquals(ids.reversed(), pages(RunFilter.ALL, 3));
    assertEquals(ids.reversed(), pages(new RunFilter("ping", null), 7));
    assertEquals(ids.reversed(), pages(new RunFilter("ping", Status.PENDING), 2));
    assertEquals(List.of(), pages(new RunFilter("pong", null), 2));
    assertEquals(ids.getLast(), journal.journal.reader().newestId().orElseThrow());
  }

  @Test
  void filtersByStatus() {
    var done = journal.begun();
    journal.advance(done, completed(0, 1), runCompleted());
    var failed = journal.begun();
    journal.advance(failed, stepFailed(0, 1), runFailed("step-0"));
    var alive = journal.begun();
    assertEquals(List.of(done), pages(new RunFilter(null, Status.COMPLETED), 5));
    assertEquals(List.of(done), pages(new RunFilter("ping", Status.COMPLETED), 5));
    assertEquals(List.of(failed), pages(new RunFilter(null, Status.FAILED), 5));
    assertEquals(List.of(alive), pages(new RunFilter("ping", Status.RUNNING), 5));
    var counts = journal.journal.reader().counts(10);
    assertEquals(1L, counts.get(Status.FAILED));
    assertEquals(0L, counts.get(Status.PENDING));
    assertNull(counts.get(Status.COMPLETED));
  }

  @Test
  void aCursorWhoseRunIsGoneStillHasItsPlace() throws Exception {
    var ids = Stream.generate(TestJournal::newId).limit(3).toList();
    var gone = newId();
    var later = newId();
    ids.forEach(id -> journal.start(pending(id)));
    journal.start(pending(later));
    var page = journal.journal.reader().runs(RunFilter.ALL, 10, gone);
    assertEquals(ids.reversed(), idsOf(page.runs()));
  }

  @Test
  void recoveryGoesFromOldToNewThroughRunningAndBlocked() {
    var ids = new ArrayList<RunId>();
    for (int i = 0; i < 5; i++) {
      var id = journal.begun();
      ids.add(id);
      if (i % 2 == 0) {
        journal.advance(id, new Change.RunBlocked(TestJournal.REASON, at(9)));
      }
    }
    journal.start(pending(newId()));
    var found = new ArrayList<RunId>();
    @Nullable RunId after = null;
    do {
      var page = journal.journal.reader().unfinished(2, after);
      found.addAll(idsOf(page.runs()));
      after = page.next();
    } while (after != null);
    assertEquals(ids, found);
  }

  @Test
  void recoveryGetsAllThatItHasToKnowOfRunsThatRun() {
    var waiting = journal.begun();
    journal.advance(waiting, attemptFailed(0, 1), retryWaiting(1));
    var blocked = journal.begun();
    journal.advance(blocked, new Change.RunBlocked(TestJournal.REASON, at(9)));
    var cutOff = journal.begun();
    journal.signal(cutOff, "a", null);
    journal.start(pending(newId()));
    journal.close();
    journal = TestJournal.in(directory);
    var reader = journal.journal.reader();
    var found = reader.running(10, null);
    assertEquals(List.of(waiting, cutOff), found.stream().map(UnfinishedRun::id).toList());
    assertEquals(
        new UnfinishedRun(waiting, 0, journal.run(waiting).waitingFor(), false, null, 0, false),
        found.getFirst());
    assertEquals(
        new UnfinishedRun(cutOff, 0, journal.run(cutOff).waitingFor(), false, null, 1, true),
        found.getLast());
    assertEquals(found.subList(0, 1), reader.running(1, null));
    assertEquals(found.subList(1, 2), reader.running(2, waiting));
  }

  @Test
  void leavesOutValuesThatAreTooLong() {
    var id = newId();
    journal.start(running(id, started(0, 1)));
    var text = "\"" + "ä".repeat(3_000) + "\"";
    journal.advance(id, new Change.StepCompleted(0, 1, text, at(12)));
    var step = journal.step(id, 0);
    assertNull(step.output().json());
    assertEquals(6_002, step.output().bytes());
    assertEquals("{\"n\":0}", step.input().json());
    var reader = journal.journal.reader();
    assertEquals(text, reader.value(id, new ValueRef.StepOutput(0)).orElseThrow());
    assertEquals(text, reader.replay(id).orElseThrow().steps().getFirst().output().json());
    assertEquals(
        text, reader.detail(id, 0, 1, 6_002).orElseThrow().steps().getFirst().output().json());
    assertEquals("{\"in\":1}", reader.value(id, new ValueRef.RunInput()).orElseThrow());
    assertEquals(Optional.empty(), reader.value(id, new ValueRef.RunOutput()));
    assertEquals(Optional.empty(), reader.value(id, new ValueRef.StepInput(9)));
    assertEquals(Optional.empty(), reader.value(newId(), new ValueRef.RunInput()));
  }

  @Test
  void pagesSteps() {
    var steps = IntStream.range(0, 5).mapToObj(i -> started(i, 1)).toArray(Change[]::new);
    var id = newId();
    journal.start(running(id, steps));
    var first = journal.journal.reader().detail(id, 0, 2, 10).orElseThrow();
    assertEquals(2, first.steps().size());
    assertEquals(2, first.nextOrdinal());
    var last = journal.journal.reader().detail(id, 3, 2, 10).orElseThrow();
    assertEquals(List.of(3, 4), last.steps().stream().map(s -> s.ordinal()).toList());
    assertNull(last.nextOrdinal());
  }

  @Test
  void endsAReadThatTakesTooLongAndGoesOn() {
    journal.close();
    journal = TestJournal.opened(directory, OPTIONS.reading(Duration.ofMillis(50)), Seams.NONE);
    var pool = journal.journal.readers();
    assertThrows(
        JournalException.Overloaded.class, () -> pool.read(session -> session.number(ENDLESS)));
    assertEquals(Long.valueOf(1), pool.read(session -> session.number("SELECT 1")));
  }

  @Test
  void refusesReadsBeyondTheBound() {
    journal.close();
    journal =
        TestJournal.opened(
            directory, OPTIONS.queueing(10, 1).reading(Duration.ofMillis(300)), Seams.NONE);
    var pool = journal.journal.readers();
    var threads =
        IntStream.range(0, 12)
            .mapToObj(i ->
                CompletableFuture.runAsync(
                    () -> pool.read(session -> session.number(ENDLESS)),
                    task -> Thread.ofVirtual().start(task)))
            .toList();
    var messages =
        threads.stream().map(TestJournal::failureOf).map(Throwable::getMessage).distinct().toList();
    assertTrue(messages.contains("Too many reads are waiting."), messages::toString);
  }

  @Test
  void aPlatformThreadReadsByItselfAndAVirtualOneHandsOver() {
    var pool = journal.journal.readers();
    assertEquals(Thread.currentThread(), pool.read(_ -> Thread.currentThread()));
    var reader =
        CompletableFuture.supplyAsync(
            () -> pool.read(_ -> Thread.currentThread()), task -> Thread.ofVirtual().start(task));
    assertFalse(reader.join().isVirtual());
  }

  @Test
  void whoFindsEveryConnectionLentIsAnsweredWhenOneComesBack() {
    var pool = journal.journal.readers();
    var release = new CompletableFuture<Void>();
    var holders = IntStream.range(0, OPTIONS.readers()).mapToObj(_ -> hold(pool, release)).toList();
    holders.forEach(holder -> holder.holds().join());
    var late = onPlatformThread(() -> pool.read(session -> session.number("SELECT 7")));
    release.complete(null);
    assertEquals(Long.valueOf(7), late.join());
    holders.forEach(holder -> holder.ended().join());
  }

  @Test
  void closingEndsAReadThatTakesTooLong() {
    journal.close();
    journal = TestJournal.opened(directory, OPTIONS.reading(Duration.ofMillis(300)), Seams.NONE);
    var pool = journal.journal.readers();
    var begun = new CompletableFuture<Void>();
    var read =
        onPlatformThread(() ->
            pool.read(session -> {
              begun.complete(null);
              return session.number(ENDLESS);
            }));
    begun.join();
    assertTimeoutPreemptively(Duration.ofSeconds(20), pool::close);
    assertInstanceOf(JournalException.Overloaded.class, TestJournal.failureOf(read));
  }

  @Test
  void closingWaitsForTheReadOfAnotherThread() {
    var pool = journal.journal.readers();
    var release = new CompletableFuture<Void>();
    var holder = hold(pool, release);
    holder.holds().join();
    var closed =
        onPlatformThread(() -> {
          pool.close();
          return release.isDone();
        });
    assertFalse(closed.isDone());
    release.complete(null);
    assertTrue(closed.join());
    holder.ended().join();
    assertThrows(JournalException.Closed.class, () -> pool.read(_ -> 1));
    pool.close();
  }

  /** A read that is under way until it is let go. */
  private record Holder(CompletableFuture<Void> holds, CompletableFuture<Integer> ended) {}

  private static Holder hold(ReadPool pool, CompletableFuture<Void> release) {
    var holds = new CompletableFuture<Void>();
    var ended =
        onPlatformThread(() ->
            pool.read(_ -> {
              holds.complete(null);
              release.join();
              return 1;
            }));
    return new Holder(holds, ended);
  }

  private static <T> CompletableFuture<T> onPlatformThread(Supplier<T> task) {
    return CompletableFuture.supplyAsync(task, run -> Thread.ofPlatform().start(run));
  }

  @Test
  void anInterruptedCallerGetsItsAnswer() {
    var id = journal.begun();
    Thread.currentThread().interrupt();
    assertEquals(id, journal.run(id).id());
    assertTrue(Thread.interrupted());
  }

  @Test
  void countsWhatHappened() {
    var done = journal.begun();
    journal.advance(done, attemptFailed(0, 1));
    journal.advance(done, started(0, 2));
    journal.advance(done, completed(0, 2), runCompleted());
    var failed = journal.begun();
    journal.advance(failed, stepFailed(0, 1), runFailed("step-0"));
    var statistics = journal.journal.statistics();
    var activity = statistics.activity(at(0), at(1_000), 10);
    assertEquals(
        List.of(new WorkflowRuns("ping", 0, 0, 1, 1, 0, 0, 99_000L, 99_000L, 99_000L)),
        activity.workflows());
    assertEquals(1, activity.retries());
    assertEquals("step-0", activity.slowestSteps().getFirst().step());
    assertEquals(5_000, activity.slowestSteps().getFirst().maxMs());
    assertEquals(
        List.of(new FrequentError("ping", "step-0", "java.lang.Exception", "no", 2)),
        activity.frequentErrors());
    assertEquals(List.of(), statistics.activity(at(2), at(1_000), 10).workflows());
    assertEquals(List.of(), statistics.activity(at(-9), at(1), 10).workflows());
    var outputs = statistics.outputs("ping", at(0), at(1_000), 10);
    assertEquals(done, outputs.getFirst().id());
    assertEquals("\"done\"", outputs.getFirst().json());
    assertEquals(List.of(), statistics.outputs("ping", at(0), at(100), 10));
  }

  @Test
  void measuresItself() {
    long before = journal.journal.commits().count();
    var statistics = journal.journal.statistics();
    assertTrue(statistics.probeWrite().isPositive());
    assertTrue(statistics.probeRead().isPositive());
    var space = statistics.space();
    assertTrue(space.used() > space.wal() && space.wal() > 0 && space.total() > space.free());
    assertEquals(before, journal.journal.commits().count());
  }

  @Test
  void percentilesAreExact() {
    var durations = new Durations();
    IntStream.rangeClosed(1, 100).forEach(ms -> durations.add(ms, 1));
    assertEquals(50, durations.percentile(50));
    assertEquals(95, durations.percentile(95));
    assertEquals(100, durations.percentile(100));
  }

  @Test
  void pendingRunsAreCountedHoweverMany() throws Exception {
    journal.close();
    ManyRuns.addPending(directory, 200_001);
    journal = TestJournal.in(directory);
    assertEquals(200_001, journal.journal.reader().pending());
    journal.begun();
    journal.start(pending(newId()));
    assertEquals(200_002, journal.journal.reader().pending());
  }

  /** Where leaps do not help, because runs that fit one half of the filter alternate. */
  @Test
  void findsWhatIsBehindThousandsThatFitHalfOfTheFilter() throws Exception {
    journal.close();
    ManyRuns.addInTurn(directory, 9_000, "sound", "sick");
    try (var database = new OpenDatabase(directory)) {
      database.execute("UPDATE runs SET workflow = 'sound' WHERE run_key IN (2, 4, 6, 8000)");
    }
    journal = TestJournal.in(directory);
    var failed = new RunFilter("sound", Status.FAILED);
    for (int limit : new int[] {1, 2, 3, 4, 5, 200}) {
      assertEquals(List.of(8_000, 6, 4, 2), keysOf(pages(failed, limit)), limit + " in a page");
    }
    assertEquals(4_496, pages(new RunFilter("sick", Status.FAILED), 199).size());
    assertEquals(List.of(), pages(new RunFilter("sick", Status.RUNNING), 200));
    assertEquals(List.of(), pages(new RunFilter("none", Status.FAILED), 200));
    assertEquals(4_500, pages(new RunFilter("sound", Status.COMPLETED), 200).size());
  }

  private static List<Integer> keysOf(List<RunId> runs) {
    return runs.stream().map(id -> (int) id.value().getLeastSignificantBits()).toList();
  }

  private List<RunId> pages(RunFilter filter, int limit) {
    var found = new ArrayList<RunId>();
    @Nullable RunId before = null;
    do {
      var page = journal.journal.reader().runs(filter, limit, before);
      found.addAll(idsOf(page.runs()));
      before = page.next();
    } while (before != null);
    return found;
  }

  private static List<RunId> idsOf(List<RunRecord> runs) {
    return runs.stream().map(RunRecord::id).toList();
  }
}
