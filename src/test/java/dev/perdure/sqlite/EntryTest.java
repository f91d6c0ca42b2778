package dev.perdure.sqlite;

import static dev.perdure.sqlite.TestJournal.ERROR;
import static dev.perdure.sqlite.TestJournal.REASON;
import static dev.perdure.sqlite.TestJournal.at;
import static dev.perdure.sqlite.TestJournal.attemptFailed;
import static dev.perdure.sqlite.TestJournal.busy;
import static dev.perdure.sqlite.TestJournal.cancelled;
import static dev.perdure.sqlite.TestJournal.completed;
import static dev.perdure.sqlite.TestJournal.entryCompleted;
import static dev.perdure.sqlite.TestJournal.entryFailed;
import static dev.perdure.sqlite.TestJournal.newId;
import static dev.perdure.sqlite.TestJournal.recorded;
import static dev.perdure.sqlite.TestJournal.runCancelled;
import static dev.perdure.sqlite.TestJournal.runCompleted;
import static dev.perdure.sqlite.TestJournal.runFailed;
import static dev.perdure.sqlite.TestJournal.running;
import static dev.perdure.sqlite.TestJournal.started;
import static dev.perdure.sqlite.TestJournal.stepFailed;
import static dev.perdure.sqlite.TestJournal.waiting;
import static dev.perdure.sqlite.TestJournal.waits;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perdure.journal.AttemptRecord.Outcome;
import dev.perdure.journal.Change;
import dev.perdure.journal.Command.Advance;
import dev.perdure.journal.Command.Unblock;
import dev.perdure.journal.Command.Verdict;
import dev.perdure.journal.EntryKind;
import dev.perdure.journal.JournalException;
import dev.perdure.journal.Status;
import dev.perdure.journal.StepRecord;
import dev.perdure.journal.WaitingFor;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EntryTest {

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
  void anEntryIsRecordedWithoutAttempts() {
    var id = journal.begun();
    assertEquals(Verdict.APPLIED, journal.advance(id, recorded(1)));
    var entry = journal.step(id, 1);
    assertEquals(Status.COMPLETED, entry.status());
    assertEquals(0, entry.attempt());
    assertEquals(EntryKind.NOW, entry.kind());
    assertEquals("\"then\"", entry.output().json());
    assertEquals(at(3), entry.finishedAt());
    assertEquals(List.of(), entry.attempts());
  }

  @Test
  void aWaitBeginsAndCompletes() {
    var id = journal.parked();
    var waits = journal.step(id, 0);
    assertEquals(Status.RUNNING, waits.status());
    assertEquals(waiting(WaitingFor.Kind.TIMER, at(60)), waits.waitingFor());
    assertNull(waits.nextDueAt());
    assertFalse(waits.isInFlight());
    assertEquals(Verdict.APPLIED, journal.advance(id, entryCompleted(0), started(1, 1)));
    var done = journal.step(id, 0);
    assertEquals(Status.COMPLETED, done.status());
    assertEquals("\"it\"", done.output().json());
    assertNull(done.waitingFor());
    assertEquals(at(50), done.finishedAt());
    assertNull(journal.run(id).waitingFor());
  }

  @Test
  void anEntryFails() {
    var id = journal.begun();
    journal.advance(id, busy(1));
    assertTrue(journal.step(id, 1).status() == Status.RUNNING);
    assertEquals(Verdict.APPLIED, journal.advance(id, entryFailed(1)));
    var failed = journal.step(id, 1);
    assertEquals(Status.FAILED, failed.status());
    assertEquals(ERROR, failed.error());
    assertEquals(REASON, failed.reason());
    assertNull(journal.run(id).failingStep());
  }

  @Test
  void whatWorksTakesTheRunsWaitAwayAndWhatWaitsDoesNot() {
    for (Change works : List.of(busy(1), recorded(1), started(1, 1))) {
      var id = journal.parked();
      assertEquals(Verdict.APPLIED, journal.advance(id, works));
      assertNull(journal.run(id).waitingFor(), works::toString);
    }
    var id = journal.parked();
    assertEquals(Verdict.APPLIED, journal.advance(id, waits(1, WaitingFor.Kind.SIGNAL)));
    assertEquals(WaitingFor.Kind.TIMER, journal.run(id).waitingFor().kind());
  }

  @Test
  void aLateEntryIsRefusedAndChangesNothing() {
    var id = journal.begun();
    journal.advance(id, busy(1), recorded(2));
    var before = journal.detail(id);
    for (Change late :
        List.of(
            busy(0),
            busy(1),
            recorded(2),
            entryCompleted(0),
            entryCompleted(2),
            entryCompleted(9),
            entryFailed(0),
            entryFailed(2),
            completed(1, 0),
            stepFailed(1, 0),
            cancelled(2, 0),
            cancelled(1, 1),
            cancelled(0, 2))) {
      assertEquals(Verdict.REFUSED, journal.advance(id, late, started(7, 1)), late::toString);
    }
    assertEquals(before, journal.detail(id));
  }

  @Test
  void aLaterEntryThatDoesNotMatchIsABugAndStoresNothing() {
    var id = journal.begun();
    journal.advance(id, busy(1));
    var before = journal.detail(id);
    for (Change wrong :
        List.of(
            busy(1),
            recorded(0),
            entryCompleted(9),
            entryFailed(9),
            cancelled(9, 0),
            new Change.SignalTaken(1, 1))) {
      var command = new Advance(id, 0, List.of(completed(0, 1), wrong));
      assertInstanceOf(JournalException.Broken.class, journal.failureOf(command), wrong::toString);
    }
    assertEquals(before, journal.detail(id));
  }

  @Test
  void branchesGoOnInOneCommand() {
    var id = newId();
    journal.start(running(id, busy(0), started(1, 1), started(2, 1), started(3, 1)));
    assertEquals(
        Verdict.APPLIED,
        journal.advance(
            id,
            completed(1, 1),
            started(4, 1),
            attemptFailed(2, 1),
            completed(3, 1),
            waits(5, WaitingFor.Kind.SIGNAL)));
    assertEquals(
        List.of(Status.RUNNING, Status.COMPLETED, Status.RUNNING, Status.COMPLETED),
        journal.detail(id).steps().subList(0, 4).stream().map(StepRecord::status).toList());
    assertTrue(journal.step(id, 4).isInFlight());
    assertNull(journal.run(id).waitingFor());
  }

  @Test
  void cancelsAStepInFlight() {
    var id = journal.begun();
    assertEquals(Verdict.APPLIED, journal.advance(id, cancelled(0, 1)));
    var step = journal.step(id, 0);
    assertEquals(Status.CANCELLED, step.status());
    assertEquals(REASON, step.reason());
    assertEquals(1, step.interrupted());
    assertEquals(Outcome.INTERRUPTED, step.attempts().getFirst().outcome());
    assertEquals(1, step.attempts().size());
    assertNull(journal.run(id).reason());
    assertEquals(Verdict.REFUSED, journal.advance(id, completed(0, 1)));
  }

  @Test
  void cancelsWhatWaits() {
    var id = journal.begun();
    journal.advance(id, attemptFailed(0, 1), waits(1, WaitingFor.Kind.TIMER), busy(2));
    journal.advance(id, cancelled(0, 1), cancelled(1, 0), cancelled(2, 0));
    var steps = journal.detail(id).steps();
    for (var step : steps) {
      assertEquals(Status.CANCELLED, step.status());
      assertNull(step.waitingFor());
      assertNull(step.nextDueAt());
      assertEquals(0, step.interrupted());
    }
    assertEquals(1, steps.getFirst().attempts().size());
    assertEquals(List.of(), steps.getLast().attempts());
  }

  @Test
  void aRunThatFailsOrIsCancelledLeavesNothingOpen() {
    for (Change end : List.of(runFailed("step-1"), runCancelled())) {
      var id = newId();
      journal.start(running(id, busy(0), started(1, 1), started(2, 1), recorded(3)));
      journal.advance(id, attemptFailed(2, 1), waits(4, WaitingFor.Kind.TIMER));
      assertEquals(Verdict.APPLIED, journal.advance(id, stepFailed(1, 1), end));
      var steps = journal.detail(id).steps();
      assertEquals(
          List.of(
              Status.CANCELLED,
              Status.FAILED,
              Status.CANCELLED,
              Status.COMPLETED,
              Status.CANCELLED),
          steps.stream().map(StepRecord::status).toList());
      assertEquals("run-ended", steps.getLast().reason().code());
      assertEquals(at(100), steps.getLast().finishedAt());
      assertNull(steps.get(2).nextDueAt());
    }
  }

  @Test
  void aRunWithAnOpenEntryDoesNotComplete() {
    var id = journal.begun();
    journal.advance(id, busy(1));
    var advance = new Advance(id, 0, List.of(completed(0, 1), runCompleted()));
    assertInstanceOf(JournalException.Broken.class, journal.failureOf(advance));
    assertEquals(Status.RUNNING, journal.run(id).status());
    assertEquals(Status.RUNNING, journal.step(id, 0).status());
    journal.advance(id, completed(0, 1), entryCompleted(1), runCompleted());
    assertEquals(Status.COMPLETED, journal.run(id).status());
  }

  @Test
  void entriesAreNotInFlightForTheNextOwner() {
    var id = newId();
    journal.start(running(id, busy(0), waits(1, WaitingFor.Kind.TIMER), started(2, 1)));
    journal.close();
    journal = TestJournal.opened(directory, TestJournal.OPTIONS, Seams.NONE);
    assertEquals(1, journal.takeOver().interrupted());
    var steps = journal.detail(id).steps();
    assertEquals(0, steps.get(0).strikes());
    assertNull(steps.get(0).waitingFor());
    assertEquals(WaitingFor.Kind.TIMER, steps.get(1).waitingFor().kind());
    assertEquals(1, steps.get(2).strikes());
    assertEquals(WaitingFor.Kind.SLOT, journal.run(id).waitingFor().kind());
    var struck = journal.journal.reader().struck(List.of(id)).get(id);
    assertEquals(List.of(2), struck.stream().map(StepRecord::ordinal).toList());
  }

  @Test
  void anEntryCanBeBlocked() {
    var id = journal.begun();
    journal.advance(id, completed(0, 1), busy(1));
    journal.advance(
        id, new Change.StepBlocked(1, 0, REASON, at(9)), new Change.RunBlocked(REASON, at(9)));
    assertEquals(Status.BLOCKED, journal.step(id, 1).status());
    assertEquals(List.of(), journal.step(id, 1).attempts());
    journal.submit(new Unblock(REASON.code(), Set.of("ping"), 10, at(20)));
    assertEquals(WaitingFor.Kind.SLOT, journal.step(id, 1).waitingFor().kind());
    assertEquals(Verdict.APPLIED, journal.advance(id, entryCompleted(1)));
  }

  @Test
  void entriesAreNoSlowSteps() {
    var id = journal.parked();
    journal.advance(id, entryCompleted(0), started(1, 1));
    journal.advance(id, completed(1, 1), runCompleted());
    var slow = journal.journal.statistics().activity(at(0), at(1_000), 10).slowestSteps();
    assertEquals(List.of("step-1"), slow.stream().map(step -> step.step()).toList());
  }

  @Test
  void replayReadsOutputsAndNoInputs() {
    var id = journal.begun();
    journal.advance(id, recorded(1));
    journal.advance(id, completed(0, 1), started(2, 1));
    var reader = journal.journal.reader();
    var replayed = reader.replay(id).orElseThrow();
    assertEquals("{\"in\":1}", replayed.input().json());
    assertEquals(3, replayed.steps().size());
    assertEquals("\"out\"", replayed.steps().getFirst().output().json());
    assertNull(replayed.steps().getFirst().input());
    assertEquals("d".repeat(64), replayed.steps().getFirst().inputDigest());
    assertEquals(replayed.steps(), reader.steps(id, List.of(2, 0, 1, 0, 9)));
    assertEquals(replayed.steps().subList(2, 3), reader.steps(id, Set.of(2)));
    assertEquals(List.of(), reader.steps(id, List.of()));
    assertEquals(List.of(), reader.steps(newId(), List.of(0)));
    assertThrows(IllegalArgumentException.class, () -> reader.steps(id, List.of(-1)));
  }
}
