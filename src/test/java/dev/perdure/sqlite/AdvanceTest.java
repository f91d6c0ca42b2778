package dev.perdure.sqlite;

import static dev.perdure.sqlite.TestJournal.REASON;
import static dev.perdure.sqlite.TestJournal.at;
import static dev.perdure.sqlite.TestJournal.attemptFailed;
import static dev.perdure.sqlite.TestJournal.completed;
import static dev.perdure.sqlite.TestJournal.newId;
import static dev.perdure.sqlite.TestJournal.retryWaiting;
import static dev.perdure.sqlite.TestJournal.runCompleted;
import static dev.perdure.sqlite.TestJournal.runFailed;
import static dev.perdure.sqlite.TestJournal.running;
import static dev.perdure.sqlite.TestJournal.started;
import static dev.perdure.sqlite.TestJournal.stepFailed;
import static dev.perdure.sqlite.TestJournal.waiting;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perdure.journal.AttemptRecord.Outcome;
import dev.perdure.journal.Change;
import dev.perdure.journal.Command.Advance;
import dev.perdure.journal.Command.Verdict;
import dev.perdure.journal.JournalException;
import dev.perdure.journal.Status;
import dev.perdure.journal.WaitingFor;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdvanceTest {

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
  void carriesASequenceFromStartToEnd() {
    var id = journal.begun();
    assertEquals(Verdict.APPLIED, journal.advance(id, completed(0, 1), started(1, 1)));
    assertEquals(Verdict.APPLIED, journal.advance(id, completed(1, 1), runCompleted()));
    var detail = journal.detail(id);
    assertEquals(Status.COMPLETED, detail.run().status());
    assertEquals("\"done\"", detail.output().json());
    assertEquals(6, detail.output().bytes());
    assertEquals(at(100), detail.run().finishedAt());
    assertEquals("{\"in\":1}", detail.input().json());
    assertEquals(List.of("first", "second"), detail.plan().stream().map(p -> p.name()).toList());
    assertEquals(30_000L, detail.plan().getFirst().timeoutMs());
    assertNull(detail.plan().getLast().timeoutMs());
    assertEquals(2, detail.steps().size());
    var step = detail.steps().getFirst();
    assertEquals(Status.COMPLETED, step.status());
    assertEquals("\"out\"", step.output().json());
    assertEquals("{\"n\":0}", step.input().json());
    assertEquals("d".repeat(64), step.inputDigest());
    assertEquals(Outcome.COMPLETED, step.attempts().getFirst().outcome());
    assertNull(detail.nextOrdinal());
  }

  @Test
  void showsAnAttemptInFlight() {
    var step = journal.step(journal.begun(), 0);
    assertTrue(step.isInFlight());
    assertEquals(Outcome.RUNNING, step.attempts().getFirst().outcome());
  }

  @Test
  void waitsForARetryAndRecovers() {
    var id = journal.begun();
    assertEquals(Verdict.APPLIED, journal.advance(id, attemptFailed(0, 1), retryWaiting(1)));
    var waits = journal.run(id);
    assertEquals(WaitingFor.Kind.RETRY, waits.waitingFor().kind());
    assertEquals("step-0", waits.failingStep());
    assertEquals(REASON, waits.reason());
    assertEquals(at(18), journal.step(id, 0).nextDueAt());
    assertEquals(Verdict.APPLIED, journal.advance(id, started(0, 2)));
    var again = journal.run(id);
    assertNull(again.waitingFor());
    assertEquals("step-0", again.failingStep());
    assertEquals(Verdict.APPLIED, journal.advance(id, completed(0, 2)));
    var recovered = journal.run(id);
    assertNull(recovered.failingStep());
    assertNull(recovered.reason());
    var step = journal.step(id, 0);
    assertNull(step.reason());
    assertEquals(
        List.of(Outcome.FAILED, Outcome.COMPLETED),
        step.attempts().stream().map(a -> a.outcome()).toList());
    assertEquals(TestJournal.ERROR, step.attempts().getFirst().error());
    assertEquals(at(18), step.attempts().getFirst().nextDueAt());
    assertEquals(at(10), step.startedAt());
    assertEquals(at(20), step.attemptStartedAt());
  }

  @Test
  void roundsDueTimesUpSoThatNothingFiresEarly() {
    var id = journal.begun();
    var due = at(18).plusNanos(1);
    var failed =
        new Change.AttemptFailed(
            0, 1, TestJournal.ERROR, at(15), due, waiting(WaitingFor.Kind.RETRY, due), REASON);
    journal.advance(id, failed, new Change.RunWaiting(failed.waitingFor()));
    assertEquals(at(18).plusMillis(1), journal.step(id, 0).nextDueAt());
    assertEquals(at(18).plusMillis(1), journal.run(id).waitingFor().until());
  }

  @Test
  void failsAStepAndItsRun() {
    var id = journal.begun();
    assertEquals(Verdict.APPLIED, journal.advance(id, stepFailed(0, 1), runFailed("step-0")));
    var detail = journal.detail(id);
    assertEquals(Status.FAILED, detail.run().status());
    assertEquals("step-0", detail.run().failingStep());
    assertEquals(TestJournal.ERROR, detail.error());
    var step = detail.steps().getFirst();
    assertEquals(Status.FAILED, step.status());
    assertEquals(TestJournal.ERROR, step.error());
    assertEquals(1, step.attempts().size());
    assertEquals(Outcome.FAILED, step.attempts().getFirst().outcome());
  }

  @Test
  void interruptsAnAttemptWithoutUsingUpARetry() {
    var id = journal.begun();
    journal.advance(id, new Change.AttemptInterrupted(0, 1, at(12)));
    var step = journal.step(id, 0);
    assertEquals(0, step.attemptCount());
    assertEquals(0, step.strikes());
    assertEquals(WaitingFor.Kind.SLOT, step.waitingFor().kind());
    assertEquals(WaitingFor.Kind.SLOT, journal.run(id).waitingFor().kind());
    assertEquals(Outcome.INTERRUPTED, step.attempts().getFirst().outcome());
    assertEquals(Verdict.APPLIED, journal.advance(id, started(0, 2)));
    assertNull(journal.run(id).waitingFor());
  }

  @Test
  void changesWhatAStepWaitsFor() {
    var id = journal.begun();
    journal.advance(id, attemptFailed(0, 1));
    var zombie = waiting(WaitingFor.Kind.ZOMBIE, at(60));
    assertEquals(
        Verdict.APPLIED,
        journal.advance(id, new Change.StepWaiting(0, 1, zombie), new Change.RunWaiting(zombie)));
    assertEquals(zombie, journal.run(id).waitingFor());
    assertEquals(zombie, journal.step(id, 0).waitingFor());
  }

  @Test
  void blocksAStepAndItsRun() {
    var id = journal.begun();
    journal.advance(
        id, new Change.StepBlocked(0, 1, REASON, at(20)), new Change.RunBlocked(REASON, at(20)));
    assertEquals(Status.BLOCKED, journal.run(id).status());
    assertEquals(REASON, journal.run(id).reason());
    assertNull(journal.run(id).finishedAt());
    var step = journal.step(id, 0);
    assertEquals(Status.BLOCKED, step.status());
    assertEquals(Outcome.INTERRUPTED, step.attempts().getFirst().outcome());
    assertEquals(Verdict.REFUSED, journal.advance(id, started(0, 2)));
  }

  @Test
  void refusesALateWriterAndChangesNothing() {
    var id = journal.begun();
    journal.advance(id, attemptFailed(0, 1));
    journal.advance(id, started(0, 2));
    var before = journal.detail(id);
    for (Change.OfStep late :
        List.of(
            completed(0, 1),
            attemptFailed(0, 1),
            stepFailed(0, 1),
            started(0, 2),
            started(0, 1),
            started(0, 4),
            new Change.AttemptInterrupted(0, 1, at(1)),
            new Change.StepWaiting(0, 2, waiting(WaitingFor.Kind.ZOMBIE, null)),
            new Change.StepBlocked(0, 1, REASON, at(1)),
            completed(7, 1))) {
      assertEquals(Verdict.REFUSED, journal.advance(id, late, started(1, 1)), late.toString());
    }
    assertEquals(before, journal.detail(id));
  }

  @Test
  void refusesWhatIsLawfulInAnotherGenerationOnly() {
    var id = journal.begun();
    var late = new Advance(id, 1, List.of(completed(0, 1)));
    assertEquals(Verdict.REFUSED, journal.submit(late));
    assertEquals(Verdict.REFUSED, journal.submit(new Advance(id, 1, List.of(runCompleted()))));
  }

  @Test
  void endsOnlyOnce() {
    var id = journal.begun();
    journal.advance(id, completed(0, 1), runCompleted());
    assertEquals(Verdict.REFUSED, journal.advance(id, runFailed(null)));
    assertEquals(Verdict.REFUSED, journal.advance(id, runCompleted()));
    assertEquals(Verdict.REFUSED, journal.advance(id, started(1, 1)));
    assertEquals(Verdict.REFUSED, journal.advance(id));
    assertEquals(Status.COMPLETED, journal.run(id).status());
  }

  @Test
  void refusesRunsThatAreUnknownOrPending() {
    assertEquals(Verdict.REFUSED, journal.advance(newId(), started(0, 1)));
    var id = newId();
    journal.start(TestJournal.pending(id));
    assertEquals(Verdict.REFUSED, journal.advance(id, started(0, 1)));
  }

  @Test
  void aLaterChangeThatDoesNotMatchIsABugAndStoresNothing() {
    var id = journal.begun();
    var before = journal.detail(id);
    var failure = journal.failureOf(new Advance(id, 0, List.of(completed(0, 1), completed(1, 1))));
    assertInstanceOf(JournalException.Broken.class, failure);
    assertEquals(before, journal.detail(id));
    assertEquals(Verdict.APPLIED, journal.advance(id, completed(0, 1), started(1, 1)));
  }

  @Test
  void aStepBeyondTheBoundIsABug() {
    var id = journal.begun();
    var failure =
        journal.failureOf(new Advance(id, 0, List.of(started(StepKeys.ORDINAL_MAX + 1, 1))));
    assertInstanceOf(JournalException.Broken.class, failure);
    assertEquals(
        Verdict.APPLIED, journal.advance(id, completed(0, 1), started(StepKeys.ORDINAL_MAX, 1)));
    assertFalse(journal.journal.reader().detail(id, 1, 10, 10).orElseThrow().steps().isEmpty());
  }

  @Test
  void anotherStepsRecoveryDoesNotHideWhoIsAtFault() {
    var id = newId();
    journal.start(running(id, started(0, 1), started(1, 1)));
    journal.advance(id, attemptFailed(0, 1));
    journal.advance(id, new Change.AttemptInterrupted(1, 1, at(12)));
    journal.advance(id, started(1, 2));
    journal.advance(id, completed(1, 2));
    assertEquals("step-0", journal.run(id).failingStep());
    assertNotNull(journal.run(id).reason());
  }
}
