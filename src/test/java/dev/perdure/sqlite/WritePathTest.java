package dev.perdure.sqlite;

import static dev.perdure.sqlite.TestJournal.OPTIONS;
import static dev.perdure.sqlite.TestJournal.at;
import static dev.perdure.sqlite.TestJournal.completed;
import static dev.perdure.sqlite.TestJournal.newId;
import static dev.perdure.sqlite.TestJournal.pending;
import static dev.perdure.sqlite.TestJournal.running;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perdure.journal.Change;
import dev.perdure.journal.Command.AdmitRuns;
import dev.perdure.journal.Command.Advance;
import dev.perdure.journal.Command.Verdict;
import dev.perdure.journal.JournalException;
import dev.perdure.journal.RunFilter;
import dev.perdure.journal.RunId;
import dev.perdure.journal.Transact;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WritePathTest {

  private static final Duration SOON = Duration.ofSeconds(10);
  private static final Duration LONG = Duration.ofMinutes(10);
  private static final int WATCHERS_MAX = 10_000;

  @TempDir Path directory;

  @Test
  void commandsThatWaitAreCommittedTogetherAndInOrder() {
    var gate = new Gate();
    try (var journal = TestJournal.in(directory, gate)) {
      var held = gate.hold(() -> journal.journal.submit(pending(newId())));
      var ids = Stream.generate(TestJournal::newId).limit(200).toList();
      var answers = ids.stream().map(id -> journal.journal.submit(pending(id))).toList();
      long before = journal.journal.commits().count();
      gate.release();
      held.join();
      answers.forEach(CompletableFuture::join);
      assertEquals(2, journal.journal.commits().count() - before);
      assertEquals(ids, journal.submit(new AdmitRuns(300, at(9))).subList(1, 201));
    }
  }

  @Test
  void nothingIsAcknowledgedOrSeenBeforeItsCommit() {
    assertTrue(acknowledgesOnlyWhatIsCommitted(new Gate()));
  }

  @Test
  void aTwinThatAcknowledgesEarlyIsCaught() {
    var twin =
        new Gate() {
          @Override
          boolean acknowledgesEarly() {
            return isArmed();
          }
        };
    assertFalse(acknowledgesOnlyWhatIsCommitted(twin));
  }

  private boolean acknowledgesOnlyWhatIsCommitted(Gate gate) {
    try (var journal = TestJournal.in(directory, gate)) {
      var id = newId();
      var held = gate.hold(() -> journal.journal.submit(pending(id)));
      boolean early = held.isDone();
      assertTrue(journal.journal.reader().run(id).isEmpty());
      gate.release();
      held.join();
      return !early && journal.journal.reader().run(id).isPresent();
    }
  }

  @Test
  void aTwinThatDoesNotSyncIsRefused() {
    var twin =
        new Seams() {
          @Override
          String synchronous() {
            return "NORMAL";
          }
        };
    var failure =
        assertThrows(
            JournalException.Failed.class, () -> TestJournal.opened(directory, OPTIONS, twin));
    assertTrue(failure.getMessage().contains("synchronous"), failure::getMessage);
    TestJournal.in(directory).close();
  }

  @Test
  void moreThanTheQueueHoldsIsRefused() {
    var gate = new Gate();
    try (var journal = TestJournal.opened(directory, OPTIONS.queueing(5, 5), gate)) {
      journal.takeOver();
      var held = gate.hold(() -> journal.journal.submit(pending(newId())));
      var queued =
          IntStream.range(0, 5).mapToObj(i -> journal.journal.submit(pending(newId()))).toList();
      var refused = journal.journal.submit(pending(newId()));
      assertInstanceOf(JournalException.Overloaded.class, TestJournal.failureOf(refused));
      gate.release();
      held.join();
      queued.forEach(CompletableFuture::join);
    }
  }

  @Test
  void closingCarriesOutWhatWasSubmitted() {
    var gate = new Gate();
    var journal = TestJournal.in(directory, gate);
    var held = gate.hold(() -> journal.journal.submit(pending(newId())));
    var ids = Stream.generate(TestJournal::newId).limit(50).toList();
    var answers = ids.stream().map(id -> journal.journal.submit(pending(id))).toList();
    gate.release();
    journal.close();
    assertTrue(held.isDone() && answers.stream().allMatch(CompletableFuture::isDone));
    answers.forEach(CompletableFuture::join);
    assertInstanceOf(JournalException.Closed.class, journal.failureOf(pending(newId())));
    assertThrows(JournalException.Closed.class, () -> journal.run(ids.getFirst()));
    journal.close();
    try (var next = TestJournal.in(directory)) {
      assertTrue(next.journal.reader().run(ids.getLast()).isPresent());
    }
  }

  @Test
  void aFullDiskRefusesWritesAndGoesOnWhenThereIsSpace() {
    var disk =
        new Seams() {
          volatile boolean full;

          @Override
          void committing(Session writer, int commands) throws SQLException {
            writer.execute("PRAGMA max_page_count = " + (full ? 1 : 1_000_000));
          }

          @Override
          void opened(Session writer) throws SQLException {
            writer.execute("PRAGMA max_page_count = " + (full ? 1 : 1_000_000));
          }
        };
    try (var journal = TestJournal.in(directory, disk)) {
      var id = journal.begun();
      disk.full = true;
      journal.journal.statistics().probeWrite();
      var big = new Change.StepCompleted(0, 1, "\"" + "x".repeat(500_000) + "\"", at(11));
      for (int i = 0; i < 3; i++) {
        var failure = TestJournal.failureOf(journal.journal.submit(advance(id, big)));
        assertInstanceOf(JournalException.Full.class, failure);
        assertTrue(journal.step(id, 0).isInFlight());
      }
      disk.full = false;
      journal.journal.statistics().probeWrite();
      assertEquals(Verdict.APPLIED, journal.advance(id, big));
    }
  }

  private static Advance advance(RunId id, Change change) {
    return new Advance(id, 0, List.of(change));
  }

  @Test
  void anotherProgramThatHoldsTheLockMakesWritesFailWithoutHarm() throws Exception {
    try (var journal =
        TestJournal.opened(directory, OPTIONS.waitingForLock(Duration.ofMillis(50)), Seams.NONE)) {
      journal.takeOver();
      var id = newId();
      try (var other = new OpenDatabase(directory)) {
        other.execute("BEGIN IMMEDIATE");
        assertInstanceOf(JournalException.Overloaded.class, journal.failureOf(pending(id)));
        other.execute("ROLLBACK");
      }
      journal.start(pending(id));
    }
  }

  @Test
  void anotherProgramThatHoldsTheLockIsWaitedForOnceHoweverManyTransactionsWait() throws Exception {
    var wait = Duration.ofMillis(300);
    try (var journal = TestJournal.opened(directory, OPTIONS.waitingForLock(wait), Seams.NONE)) {
      journal.takeOver();
      try (var other = new OpenDatabase(directory)) {
        other.execute("BEGIN IMMEDIATE");
        var answers = new ArrayList<CompletableFuture<?>>();
        long before = System.nanoTime();
        for (int i = 0; i < 20; i++) {
          answers.add(journal.journal.transact(alone(newId())));
          answers.add(journal.journal.submit(pending(newId())));
        }
        for (var answer : answers) {
          assertInstanceOf(JournalException.Overloaded.class, TestJournal.failureOf(answer));
        }
        long waits = (System.nanoTime() - before) / wait.toNanos();
        assertTrue(waits < 10, () -> "They were refused after " + waits + " waits.");
        other.execute("ROLLBACK");
      }
      journal.start(pending(newId()));
    }
  }

  private static Transact alone(RunId id) {
    return new Transact(
        id, 0, 0, 1, Duration.ofSeconds(1), _ -> new Transact.Done("null", List.of(), at(1)));
  }

  @Test
  void aDatabaseThatIsDeletedRenamedOrReplacedStopsTheJournal() throws Exception {
    failsAfter("deleted", path -> Files.delete(path));
    failsAfter("renamed", path -> Files.move(path, path.resolveSibling("elsewhere")));
    failsAfter(
        "replaced",
        path -> {
          Files.move(path, path.resolveSibling("elsewhere"));
          Files.createFile(path);
        });
    failsAfter("log", path -> Files.delete(path.resolveSibling("perdure.db-wal")));
  }

  private interface Mishap {
    void befall(Path database) throws Exception;
  }

  private void failsAfter(String name, Mishap mishap) throws Exception {
    var home = directory.resolve(name);
    try (var journal = TestJournal.in(home)) {
      var id = journal.begun();
      var told = new CompletableFuture<JournalException.Failed>();
      journal.journal.onFailure(told::complete);
      mishap.befall(home.resolve("perdure.db"));
      told.get(SOON.toMillis(), TimeUnit.MILLISECONDS);
      assertInstanceOf(
          JournalException.Failed.class,
          TestJournal.failureOf(journal.journal.submit(advance(id, completed(0, 1)))));
      assertThrows(JournalException.Failed.class, () -> journal.run(id), name);
      assertFalse(journal.journal.commits().nextChangeOf(id, SOON).join());
      var late = new CompletableFuture<JournalException.Failed>();
      journal.journal.onFailure(late::complete);
      late.get(SOON.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  @Test
  void whoHearsOfAFailureMayCloseTheJournal() throws Exception {
    var journal = TestJournal.in(directory);
    var closed = new CompletableFuture<Boolean>();
    journal.journal.onFailure(failed -> {
      journal.close();
      closed.complete(true);
    });
    Files.delete(directory.resolve("perdure.db"));
    assertTrue(closed.get(SOON.toMillis() / 2, TimeUnit.MILLISECONDS));
  }

  @Test
  void whatTheWriterTellsCanNotCloseTheJournalAndTakesNothingFromIt() throws Exception {
    var gate = new Gate();
    try (var journal = TestJournal.in(directory, gate)) {
      var refused = new CompletableFuture<Throwable>();
      var _ =
          gate.hold(() -> journal.journal.submit(pending(newId())))
              .thenRun(journal::close)
              .whenComplete((_, error) -> refused.complete(error.getCause()));
      gate.release();
      assertInstanceOf(
          IllegalStateException.class, refused.get(SOON.toMillis(), TimeUnit.MILLISECONDS));
      assertThrows(JournalException.Owned.class, () -> TestJournal.in(directory));
      journal.start(pending(newId()));
    }
    TestJournal.in(directory).close();
  }

  @Test
  void aWriteAfterTheDatabaseIsGoneIsNotAcknowledged() throws Exception {
    try (var journal = TestJournal.in(directory)) {
      Files.delete(directory.resolve("perdure.db"));
      assertInstanceOf(JournalException.Failed.class, journal.failureOf(pending(newId())));
    }
  }

  @Test
  void watchersHearOfTheirRunOnly() {
    try (var journal = TestJournal.in(directory)) {
      var id = journal.begun();
      var other = journal.begun();
      var watched = journal.journal.commits().nextChangeOf(id, SOON);
      var notWatched = journal.journal.commits().nextChangeOf(other, SOON);
      journal.advance(id, completed(0, 1));
      assertTrue(watched.join());
      assertFalse(notWatched.isDone());
      assertFalse(journal.journal.commits().nextChangeOf(id, Duration.ofMillis(1)).join());
    }
  }

  @Test
  void whoWaitsForAnEndHearsOfNothingBeforeIt() {
    try (var journal = TestJournal.in(directory)) {
      var id = journal.begun();
      var ended = journal.journal.commits().endOf(id, SOON);
      var changed = journal.journal.commits().nextChangeOf(id, SOON);
      journal.advance(id, completed(0, 1));
      assertTrue(changed.join());
      assertFalse(ended.isDone());
      journal.advance(id, new Change.RunCompleted("1", at(20)));
      assertTrue(ended.join());
    }
  }

  @Test
  void whoWaitsForAnEndHearsOfABlockedAndOfACancelledRun() {
    try (var journal = TestJournal.in(directory)) {
      var blocked = journal.begun();
      var cancelled = newId();
      journal.submit(pending(cancelled));
      var stop = journal.journal.commits().endOf(blocked, SOON);
      var end = journal.journal.commits().endOf(cancelled, SOON);
      journal.advance(blocked, new Change.RunBlocked(TestJournal.REASON, at(9)));
      journal.cancel(cancelled);
      assertTrue(stop.join());
      assertTrue(end.join());
    }
  }

  /** It has still to undo what it did, and until then it is running. */
  @Test
  void whoWaitsForAnEndDoesNotTakeTheRequestToCancelForIt() {
    try (var journal = TestJournal.in(directory)) {
      var id = journal.begun();
      var ended = journal.journal.commits().endOf(id, SOON);
      var changed = journal.journal.commits().nextChangeOf(id, SOON);
      journal.cancel(id);
      assertTrue(changed.join());
      assertFalse(ended.isDone());
      journal.advance(id, new Change.RunCancelled(TestJournal.CANCELLED, at(80)));
      assertTrue(ended.join());
    }
  }

  @Test
  void whoWaitsNoLongerTakesUpNoPlace() {
    try (var journal = TestJournal.in(directory)) {
      var commits = journal.journal.commits();
      var id = journal.begun();
      for (int i = 0; i < WATCHERS_MAX; i++) {
        commits.endOf(id, LONG).complete(false);
        commits.nextChangeOf(newId(), LONG).complete(false);
      }
      var ended = commits.endOf(id, LONG);
      journal.advance(id, completed(0, 1), new Change.RunCompleted("1", at(20)));
      assertTrue(ended.join());
    }
  }

  @Test
  void whoFindsNoPlaceToWaitIsNotSentToAskAgainAtOnce() {
    try (var journal = TestJournal.in(directory)) {
      var commits = journal.journal.commits();
      var id = journal.begun();
      var waits = Stream.generate(() -> commits.endOf(id, LONG)).limit(WATCHERS_MAX).toList();
      long before = System.nanoTime();
      assertFalse(commits.endOf(id, Duration.ofMillis(100)).join());
      assertTrue(System.nanoTime() - before >= Duration.ofMillis(100).toNanos());
      journal.advance(id, completed(0, 1), new Change.RunCompleted("1", at(20)));
      waits.forEach(wait -> assertTrue(wait.join()));
    }
  }

  @Test
  void refusalsDoNotCountAsChanges() {
    try (var journal = TestJournal.in(directory)) {
      long before = journal.journal.commits().count();
      journal.advance(newId(), completed(0, 1));
      assertEquals(before, journal.journal.commits().count());
      journal.begun();
      assertEquals(before + 1, journal.journal.commits().count());
    }
  }

  @Test
  void theLogIsCarriedOverAndDoesNotGrow() throws Exception {
    try (var journal = TestJournal.in(directory)) {
      var answers = new ArrayList<CompletableFuture<?>>();
      for (int i = 0; i < 8_000; i++) {
        answers.add(journal.journal.submit(running(newId(), TestJournal.started(0, 1))));
        if (i % 100 == 0) {
          answers.forEach(CompletableFuture::join);
        }
      }
      answers.forEach(CompletableFuture::join);
      // What follows is answered after the log of what was before has been carried over.
      journal.begun();
      long log = Files.size(directory.resolve("perdure.db-wal"));
      assertTrue(log < 16 << 20, "The log has " + log + " bytes");
      assertTrue(Files.size(directory.resolve("perdure.db")) > 1 << 20);
    }
  }

  @Test
  void theUsualSequenceWritesEightRows() throws Exception {
    var rows = new AtomicInteger();
    var counting =
        new Seams() {
          @Override
          void committing(Session writer, int commands) throws SQLException {
            rows.set((int) writer.number("SELECT total_changes()"));
          }
        };
    try (var journal = TestJournal.in(directory, counting)) {
      journal.begun();
      int before = rows.get();
      var id = journal.begun();
      journal.advance(id, completed(0, 1), TestJournal.started(1, 1));
      journal.advance(id, completed(1, 1), TestJournal.started(2, 1));
      journal.advance(id, completed(2, 1), TestJournal.runCompleted());
      assertEquals(8, rows.get() - before);
    }
  }

  @Test
  void interruptsOfCallersDoNoHarm() {
    var journal = TestJournal.in(directory);
    Thread.currentThread().interrupt();
    var id = journal.begun();
    assertTrue(Thread.interrupted());
    assertEquals(1, journal.journal.reader().runs(RunFilter.ALL, 5, null).runs().size());
    Thread.currentThread().interrupt();
    journal.close();
    assertTrue(Thread.interrupted());
    assertThrows(JournalException.Closed.class, () -> journal.run(id));
  }

  @Test
  void anErrorOfTheWriterIsToldToThoseWhoWaitForIt() throws Exception {
    var armed = new AtomicBoolean();
    var failing =
        new Seams() {
          @Override
          void committing(Session writer, int commands) {
            if (armed.get()) {
              throw new OutOfMemoryError("planted");
            }
          }
        };
    try (var journal = TestJournal.in(directory, failing)) {
      journal.begun();
      armed.set(true);
      var failure = journal.journal.submit(pending(newId())).handle((_, error) -> error);
      assertInstanceOf(
          JournalException.Failed.class, failure.get(SOON.toMillis(), TimeUnit.MILLISECONDS));
    }
  }
}
