package dev.perdure.sqlite;

import static dev.perdure.sqlite.TestJournal.ERROR;
import static dev.perdure.sqlite.TestJournal.REASON;
import static dev.perdure.sqlite.TestJournal.at;
import static dev.perdure.sqlite.TestJournal.childStarted;
import static dev.perdure.sqlite.TestJournal.completed;
import static dev.perdure.sqlite.TestJournal.newId;
import static dev.perdure.sqlite.TestJournal.pending;
import static dev.perdure.sqlite.TestJournal.recorded;
import static dev.perdure.sqlite.TestJournal.runCancelled;
import static dev.perdure.sqlite.TestJournal.runCompleted;
import static dev.perdure.sqlite.TestJournal.runFailed;
import static dev.perdure.sqlite.TestJournal.running;
import static dev.perdure.sqlite.TestJournal.started;
import static dev.perdure.sqlite.TestJournal.stepFailed;
import static dev.perdure.sqlite.TestJournal.waits;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perdure.journal.Change;
import dev.perdure.journal.Command.AdmitRuns;
import dev.perdure.journal.Command.Advance;
import dev.perdure.journal.Command.StartRun;
import dev.perdure.journal.Command.Verdict;
import dev.perdure.journal.JournalException;
import dev.perdure.journal.RunId;
import dev.perdure.journal.SignalRecord;
import dev.perdure.journal.Status;
import dev.perdure.journal.WaitingFor;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildTest {

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
  void aChildIsStoredPendingWithItsParent() {
    var id = journal.begun();
    var child = newId();
    var run =
        new StartRun(
            child, "child", 4, List.of(), "[7]", null, null, at(90), List.of(), false, at(2));
    assertEquals(
        Verdict.APPLIED,
        journal.advance(
            id, waits(1, WaitingFor.Kind.CHILD), new Change.ChildStarted(1, run, true)));
    var stored = journal.run(child);
    assertEquals(Status.PENDING, stored.status());
    assertEquals(id, stored.parent());
    assertEquals(at(90), stored.deadline());
    assertEquals(4, stored.version());
    assertEquals(child, journal.step(id, 1).child());
    var reader = journal.journal.reader();
    assertEquals(child, reader.replay(id).orElseThrow().steps().get(1).child());
    assertEquals(child, reader.steps(id, List.of(1)).getFirst().child());
    assertEquals(List.of(child), journal.submit(new AdmitRuns(5, at(3))));
  }

  @Test
  void theEndOfAChildComesIntoItsParentsInboxWithIt() {
    for (var end : List.of(runCompleted(), runFailed("step-0"), runCancelled())) {
      var id = journal.begun();
      var child = admittedChild(id);
      assertEquals(List.of(), journal.inbox(id));
      assertEquals(Verdict.APPLIED, journal.advance(child, completed(0, 1), end));
      assertEquals(
          List.of(new SignalRecord(1, SignalRecord.CHILD_ENDED, "1", at(100))),
          journal.inbox(id),
          end::toString);
    }
  }

  @Test
  void theEndOfAChildIsNotLostOverARestart() {
    var id = journal.begun();
    var child = admittedChild(id);
    journal.close();
    journal = TestJournal.in(directory);
    journal.advance(child, started(0, 2));
    journal.advance(child, completed(0, 2), runCompleted());
    var parent = journal.journal.reader().running(10, null).getFirst();
    assertEquals(id, parent.id());
    assertTrue(parent.hasMail());
  }

  @Test
  void aBlockedChildHasNotEnded() {
    var id = journal.begun();
    var child = admittedChild(id);
    journal.advance(child, new Change.RunBlocked(REASON, at(9)));
    assertEquals(List.of(), journal.inbox(id));
  }

  @Test
  void nobodyHearsOfAChildThatIsNotAwaitedOrWhoseParentHasEnded() {
    var id = journal.begun();
    var child = newId();
    journal.advance(id, recorded(1), childStarted(1, child, false));
    assertEquals(id, journal.run(child).parent());
    journal.submit(new AdmitRuns(5, at(3)));
    journal.advance(child, started(0, 1));
    journal.advance(child, completed(0, 1), runCompleted());
    assertEquals(List.of(), journal.inbox(id));
    var orphan = admittedChild(id, 2);
    journal.advance(id, completed(0, 1), runFailed(null));
    assertEquals(Verdict.APPLIED, journal.advance(orphan, completed(0, 1), runCompleted()));
    assertEquals(List.of(), journal.inbox(id));
  }

  @Test
  void aChildTellsHowItStands() {
    var id = journal.begun();
    var child = admittedChild(id);
    var reader = journal.journal.reader();
    assertEquals(Status.RUNNING, reader.child(id, 1).orElseThrow().run().status());
    journal.advance(child, completed(0, 1), runCompleted());
    var done = reader.child(id, 1).orElseThrow();
    assertEquals(child, done.run().id());
    assertEquals("\"done\"", done.output().json());
    assertNull(done.input().json());
    assertEquals(List.of(), done.steps());
    var failing = admittedChild(id, 2);
    journal.advance(failing, stepFailed(0, 1), runFailed("step-0"));
    assertEquals(ERROR, reader.child(id, 2).orElseThrow().error());
    assertEquals(Optional.empty(), reader.child(id, 0));
    assertEquals(Optional.empty(), reader.child(newId(), 0));
  }

  @Test
  void aChildNeedsAnEntryAndAKeylessPendingRun() {
    var id = journal.begun();
    var pending = pending(newId());
    var before = journal.detail(id);
    for (var wrong :
        List.of(
            childStarted(9, newId(), true),
            new Change.ChildStarted(0, running(newId()), true),
            new Change.ChildStarted(0, TestJournal.keyed(newId(), "k", "d"), true),
            new Change.ChildStarted(0, TestJournal.slotted(newId(), at(60)), true))) {
      var command = new Advance(id, 0, List.of(completed(0, 1), wrong));
      assertInstanceOf(JournalException.Broken.class, journal.failureOf(command));
      assertEquals(Optional.empty(), journal.journal.reader().run(wrong.run().id()));
    }
    assertEquals(before, journal.detail(id));
    journal.start(pending);
  }

  @Test
  void anEntryStartsOneChild() {
    var id = journal.begun();
    journal.child(id, 1);
    var second = new Advance(id, 0, List.of(completed(0, 1), childStarted(1, newId(), true)));
    assertInstanceOf(JournalException.Broken.class, journal.failureOf(second));
  }

  @Test
  void aLateStartOfAChildIsRefused() {
    var id = journal.begun();
    journal.child(id, 1);
    var second = newId();
    assertEquals(
        Verdict.REFUSED,
        journal.advance(id, waits(1, WaitingFor.Kind.CHILD), childStarted(1, second, true)));
    assertEquals(Optional.empty(), journal.journal.reader().run(second));
  }

  @Test
  void aRunMayBeginWithAChild() {
    var id = newId();
    var child = newId();
    journal.start(running(id, waits(0, WaitingFor.Kind.CHILD), childStarted(0, child, true)));
    assertEquals(id, journal.run(child).parent());
  }

  private RunId admittedChild(RunId parent) {
    return admittedChild(parent, 1);
  }

  /** Its first step is in flight. */
  private RunId admittedChild(RunId parent, int ordinal) {
    var child = journal.child(parent, ordinal);
    assertEquals(List.of(child), journal.submit(new AdmitRuns(5, at(3))));
    journal.advance(child, started(0, 1));
    return child;
  }
}
