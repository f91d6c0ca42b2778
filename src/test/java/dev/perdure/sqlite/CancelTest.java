package dev.perdure.sqlite;

import static dev.perdure.sqlite.TestJournal.CANCELLED;
import static dev.perdure.sqlite.TestJournal.REASON;
import static dev.perdure.sqlite.TestJournal.at;
import static dev.perdure.sqlite.TestJournal.cancelled;
import static dev.perdure.sqlite.TestJournal.childStarted;
import static dev.perdure.sqlite.TestJournal.completed;
import static dev.perdure.sqlite.TestJournal.ending;
import static dev.perdure.sqlite.TestJournal.newId;
import static dev.perdure.sqlite.TestJournal.pending;
import static dev.perdure.sqlite.TestJournal.recorded;
import static dev.perdure.sqlite.TestJournal.runCompleted;
import static dev.perdure.sqlite.TestJournal.runFailed;
import static dev.perdure.sqlite.TestJournal.started;
import static dev.perdure.sqlite.TestJournal.stepFailed;
import static dev.perdure.sqlite.TestJournal.timerWaiting;
import static dev.perdure.sqlite.TestJournal.waiting;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perdure.journal.Change;
import dev.perdure.journal.Command.AdmitRuns;
import dev.perdure.journal.Command.BlockMissing;
import dev.perdure.journal.Command.CancelResult;
import dev.perdure.journal.Command.Verdict;
import dev.perdure.journal.Ending;
import dev.perdure.journal.Reason;
import dev.perdure.journal.SignalRecord;
import dev.perdure.journal.Status;
import dev.perdure.journal.WaitingFor;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CancelTest {

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
  void aPendingRunIsCancelledAtOnce() {
    var id = newId();
    journal.start(pending(id));
    assertEquals(new CancelResult.Accepted(List.of(id), 1, List.of()), journal.cancel(id));
    var run = journal.run(id);
    assertEquals(Status.CANCELLED, run.status());
    assertEquals(CANCELLED, run.reason());
    assertEquals(at(70), run.finishedAt());
    assertEquals(List.of(), journal.submit(new AdmitRuns(5, at(80))));
  }

  @Test
  void anActiveRunIsMarked() {
    var id = journal.begun();
    assertEquals(new CancelResult.Accepted(List.of(), 0, List.of(id)), journal.cancel(id));
    var run = journal.run(id);
    assertEquals(Status.RUNNING, run.status());
    assertEquals(Ending.CANCELLED, run.ending());
    assertEquals(CANCELLED, run.reason());
    assertNull(run.waitingFor());
    assertTrue(journal.step(id, 0).isInFlight());
    assertEquals(Verdict.APPLIED, journal.advance(id, completed(0, 1), started(1, 1)));
  }

  @Test
  void aParkedRunWaitsForASlotToBeReplayed() {
    var id = journal.parked();
    assertEquals(new CancelResult.Accepted(List.of(), 0, List.of(id)), journal.cancel(id));
    assertEquals(
        new WaitingFor(WaitingFor.Kind.SLOT, null, at(70), null), journal.run(id).waitingFor());
    assertEquals(WaitingFor.Kind.TIMER, journal.step(id, 0).waitingFor().kind());
    assertEquals(Verdict.APPLIED, journal.advance(id, started(1, 1)));
    assertNull(journal.run(id).waitingFor());
  }

  @Test
  void aBlockedRunIsReplayedWithItsStrikes() {
    var id = journal.begun();
    journal.close();
    journal = TestJournal.in(directory);
    journal.advance(
        id, new Change.StepBlocked(0, 1, REASON, at(9)), new Change.RunBlocked(REASON, at(9)));
    assertEquals(
        new CancelResult.Accepted(List.of(), 0, List.of(id), List.of(id)), journal.cancel(id));
    assertEquals(Status.RUNNING, journal.run(id).status());
    assertEquals(WaitingFor.Kind.SLOT, journal.run(id).waitingFor().kind());
    assertEquals(CANCELLED, journal.run(id).reason());
    var step = journal.step(id, 0);
    assertEquals(Status.RUNNING, step.status());
    assertEquals(WaitingFor.Kind.SLOT, step.waitingFor().kind());
    assertEquals(1, step.strikes());
    assertNull(step.reason());
  }

  @Test
  void aBlockedRunThatCanNotBeReplayedIsCancelledAtOnce() {
    var id = journal.begun();
    var mismatch = new Reason("mismatch", "Another name.");
    journal.advance(
        id, new Change.StepBlocked(0, 1, mismatch, at(9)), new Change.RunBlocked(mismatch, at(9)));
    assertEquals(new CancelResult.Accepted(List.of(id), 0, List.of()), journal.cancel(id));
    assertEquals(Status.CANCELLED, journal.run(id).status());
    assertEquals(Status.CANCELLED, journal.step(id, 0).status());
  }

  @Test
  void aRunThatIsStuckOnItsWayToFailingCanStillBeCancelled() {
    var id = journal.begun();
    var mismatch = new Reason("mismatch", "Another name.");
    journal.advance(
        id, stepFailed(0, 1), ending(Ending.FAILED), new Change.RunBlocked(mismatch, at(9)));
    assertEquals(new CancelResult.Accepted(List.of(id), 0, List.of()), journal.cancel(id));
    assertEquals(Status.CANCELLED, journal.run(id).status());
    assertNull(journal.detail(id).error());
  }

  @Test
  void aBlockedRunThatHasNotBegunHasNothingToReplay() {
    var id = newId();
    journal.start(pending(id));
    journal.submit(new BlockMissing(Set.of(), REASON, 10, at(20)));
    assertEquals(new CancelResult.Accepted(List.of(id), 0, List.of()), journal.cancel(id));
    assertEquals(Status.CANCELLED, journal.run(id).status());
  }

  @Test
  void asksForTheSameOnce() {
    var id = journal.parked();
    journal.cancel(id);
    var before = journal.run(id);
    long commits = journal.journal.commits().count();
    assertEquals(new CancelResult.Accepted(List.of(), 0, List.of()), journal.cancel(id));
    assertEquals(before, journal.run(id));
    assertEquals(commits, journal.journal.commits().count());
  }

  @Test
  void aRunThatIsFailingIsLeftAlone() {
    var id = journal.begun();
    journal.advance(id, ending(Ending.TIMED_OUT));
    var before = journal.detail(id);
    assertEquals(new CancelResult.AlreadyEnding(Ending.TIMED_OUT), journal.cancel(id));
    assertEquals(before, journal.detail(id));
  }

  @Test
  void anEndedOrUnknownRunCanNotBeCancelled() {
    var completed = journal.begun();
    journal.advance(completed, completed(0, 1), runCompleted());
    assertEquals(new CancelResult.RunEnded(Status.COMPLETED), journal.cancel(completed));
    var failed = journal.begun();
    journal.advance(failed, runFailed(null));
    assertEquals(new CancelResult.RunEnded(Status.FAILED), journal.cancel(failed));
    var cancelled = newId();
    journal.start(pending(cancelled));
    journal.cancel(cancelled);
    assertEquals(new CancelResult.RunEnded(Status.CANCELLED), journal.cancel(cancelled));
    assertEquals(new CancelResult.NoSuchRun(), journal.cancel(newId()));
  }

  @Test
  void reachesAwaitedChildrenDeepestFirst() {
    var id = journal.begun();
    var active = journal.child(id, 1);
    var done = journal.child(id, 2);
    journal.submit(new AdmitRuns(5, at(3)));
    journal.advance(done, runCompleted());
    var waiting = journal.child(id, 3);
    var grandchild = journal.child(active, 0);
    journal.submit(new AdmitRuns(5, at(4)));
    journal.advance(waiting, timerWaiting());
    var pending = journal.child(grandchild, 0);
    var free = newId();
    journal.advance(id, recorded(4), childStarted(4, free, false));
    assertEquals(
        new CancelResult.Accepted(List.of(pending), 1, List.of(grandchild, active, waiting, id)),
        journal.cancel(id));
    assertEquals(Status.CANCELLED, journal.run(pending).status());
    assertEquals(Ending.CANCELLED, journal.run(grandchild).ending());
    assertEquals(WaitingFor.Kind.SLOT, journal.run(waiting).waitingFor().kind());
    assertEquals(Status.COMPLETED, journal.run(done).status());
    assertEquals(Status.PENDING, journal.run(free).status());
    assertEquals("0", journal.inbox(grandchild).getFirst().payload());
    assertEquals(List.of(), journal.inbox(active));
  }

  @Test
  void aChildThatIsFailingGoesItsWay() {
    var id = journal.begun();
    var child = journal.child(id, 1);
    journal.submit(new AdmitRuns(5, at(3)));
    journal.advance(child, ending(Ending.FAILED));
    assertEquals(new CancelResult.Accepted(List.of(), 0, List.of(id)), journal.cancel(id));
    assertEquals(Ending.FAILED, journal.run(child).ending());
    assertEquals(REASON, journal.run(child).reason());
  }

  @Test
  void aPendingChildThatIsCancelledTellsItsParent() {
    var id = journal.begun();
    var child = journal.child(id, 1);
    journal.cancel(child);
    var mail = journal.inbox(id).getFirst();
    assertEquals(SignalRecord.CHILD_ENDED, mail.name());
    assertEquals("1", mail.payload());
    assertNull(journal.run(id).ending());
  }
}
