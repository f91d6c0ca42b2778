package dev.perdure.sqlite;

import static dev.perdure.sqlite.TestJournal.ERROR;
import static dev.perdure.sqlite.TestJournal.REASON;
import static dev.perdure.sqlite.TestJournal.at;
import static dev.perdure.sqlite.TestJournal.cancelled;
import static dev.perdure.sqlite.TestJournal.completed;
import static dev.perdure.sqlite.TestJournal.ending;
import static dev.perdure.sqlite.TestJournal.newId;
import static dev.perdure.sqlite.TestJournal.pending;
import static dev.perdure.sqlite.TestJournal.runCancelled;
import static dev.perdure.sqlite.TestJournal.runCompleted;
import static dev.perdure.sqlite.TestJournal.runFailed;
import static dev.perdure.sqlite.TestJournal.started;
import static dev.perdure.sqlite.TestJournal.stepFailed;
import static dev.perdure.sqlite.TestJournal.waiting;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perdure.journal.Change;
import dev.perdure.journal.Command.Advance;
import dev.perdure.journal.Command.BlockMissing;
import dev.perdure.journal.Command.StartRun;
import dev.perdure.journal.Command.Unblock;
import dev.perdure.journal.Command.Verdict;
import dev.perdure.journal.Ending;
import dev.perdure.journal.JournalException;
import dev.perdure.journal.Reason;
import dev.perdure.journal.Status;
import dev.perdure.journal.WaitingFor;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EndingTest {

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
  void aRunKeepsItsReasonWhileItsCompensationsRun() {
    var id = journal.begun();
    assertEquals(
        Verdict.APPLIED,
        journal.advance(id, stepFailed(0, 1), ending(Ending.FAILED), started(1, 1)));
    var run = journal.run(id);
    assertEquals(Status.RUNNING, run.status());
    assertEquals(Ending.FAILED, run.ending());
    assertEquals(REASON, run.reason());
    assertEquals("step-0", run.failingStep());
    assertEquals(ERROR, journal.detail(id).error());
    var other = new Reason("other", "The refund failed.");
    journal.advance(
        id,
        new Change.AttemptFailed(
            1, 1, ERROR, at(15), at(18), waiting(WaitingFor.Kind.RETRY, at(18)), other));
    assertEquals(REASON, journal.run(id).reason());
    assertEquals("step-0", journal.run(id).failingStep());
    journal.advance(id, started(1, 2));
    journal.advance(id, completed(1, 2));
    assertEquals(REASON, journal.run(id).reason());
    assertEquals("step-0", journal.run(id).failingStep());
    assertEquals(Verdict.APPLIED, journal.advance(id, runFailed("step-0")));
    assertEquals(Status.FAILED, journal.run(id).status());
    assertNull(journal.run(id).ending());
  }

  @Test
  void theFirstEndingStays() {
    var id = journal.begun();
    journal.advance(id, ending(Ending.TIMED_OUT));
    assertEquals(Verdict.APPLIED, journal.advance(id, ending(Ending.CANCELLED)));
    assertEquals(Verdict.APPLIED, journal.advance(id, ending(Ending.TIMED_OUT)));
    assertEquals(Ending.TIMED_OUT, journal.run(id).ending());
    assertEquals(ERROR, journal.detail(id).error());
  }

  @Test
  void aCancellationMayComeTooLate() {
    var id = journal.begun();
    journal.cancel(id);
    assertEquals(Verdict.APPLIED, journal.advance(id, completed(0, 1), runCompleted()));
    assertEquals(Status.COMPLETED, journal.run(id).status());
    assertNull(journal.run(id).ending());
    assertNull(journal.run(id).reason());
  }

  @Test
  void aRunThatFailsNeitherCompletesNorIsCancelled() {
    var id = journal.begun();
    journal.advance(id, ending(Ending.FAILED));
    for (Change wrong : List.of(runCompleted(), runCancelled())) {
      var command = new Advance(id, 0, List.of(completed(0, 1), wrong));
      assertInstanceOf(JournalException.Broken.class, journal.failureOf(command));
    }
    assertTrue(journal.step(id, 0).isInFlight());
  }

  @Test
  void aRunIsCancelledWhenItsCompensationsAreDone() {
    var id = journal.begun();
    journal.cancel(id);
    journal.advance(id, cancelled(0, 1), started(1, 1));
    assertEquals(Verdict.APPLIED, journal.advance(id, completed(1, 1), runCancelled()));
    var run = journal.run(id);
    assertEquals(Status.CANCELLED, run.status());
    assertEquals(REASON, run.reason());
    assertEquals(at(100), run.finishedAt());
    assertNull(run.ending());
    assertEquals(Verdict.REFUSED, journal.advance(id, runCancelled()));
    assertEquals(Verdict.REFUSED, journal.advance(id, ending(Ending.FAILED)));
  }

  @Test
  void aRunThatIsEndingCanBeBlockedAndGoesOnToItsEnd() {
    var id = journal.begun();
    journal.advance(id, stepFailed(0, 1), ending(Ending.FAILED), started(1, 1));
    journal.advance(
        id, new Change.StepBlocked(1, 1, REASON, at(9)), new Change.RunBlocked(REASON, at(9)));
    assertEquals(Status.BLOCKED, journal.run(id).status());
    assertEquals(Ending.FAILED, journal.run(id).ending());
    journal.submit(new Unblock(REASON.code(), Set.of("ping"), 10, at(20)));
    assertEquals(Ending.FAILED, journal.run(id).ending());
    journal.advance(id, started(1, 2));
    assertEquals(Verdict.APPLIED, journal.advance(id, completed(1, 2), runFailed("step-0")));
  }

  @Test
  void missingWorkflowsBlockRunsThatAreEnding() {
    var id = journal.parked();
    journal.cancel(id);
    var missing = new Reason("workflow-missing", "ping is not installed.");
    journal.submit(new BlockMissing(Set.of(), missing, 10, at(80)));
    assertEquals(Status.BLOCKED, journal.run(id).status());
    journal.submit(new Unblock("workflow-missing", Set.of("ping"), 10, at(90)));
    assertEquals(Ending.CANCELLED, journal.run(id).ending());
    assertEquals(WaitingFor.Kind.SLOT, journal.run(id).waitingFor().kind());
  }

  @Test
  void anEndingIsRefusedOfARunThatIsNotRunning() {
    var id = newId();
    journal.start(pending(id));
    assertEquals(Verdict.REFUSED, journal.advance(id, ending(Ending.FAILED)));
    assertEquals(Verdict.REFUSED, journal.advance(id, runCancelled()));
  }

  @Test
  void aDeadlineIsStoredAndRoundedUp() {
    var id = newId();
    journal.start(
        new StartRun(
            id,
            "ping",
            1,
            List.of(),
            "1",
            null,
            null,
            at(90).plusNanos(1),
            List.of(),
            false,
            at(1)));
    assertEquals(at(90).plusMillis(1), journal.run(id).deadline());
    assertNull(journal.run(id).ending());
    assertNull(journal.run(id).parent());
  }
}
