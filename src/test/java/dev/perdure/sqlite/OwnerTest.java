package dev.perdure.sqlite;

import static dev.perdure.sqlite.TestJournal.OPTIONS;
import static dev.perdure.sqlite.TestJournal.REASON;
import static dev.perdure.sqlite.TestJournal.at;
import static dev.perdure.sqlite.TestJournal.attemptFailed;
import static dev.perdure.sqlite.TestJournal.completed;
import static dev.perdure.sqlite.TestJournal.newId;
import static dev.perdure.sqlite.TestJournal.pending;
import static dev.perdure.sqlite.TestJournal.retryWaiting;
import static dev.perdure.sqlite.TestJournal.running;
import static dev.perdure.sqlite.TestJournal.started;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perdure.journal.AttemptRecord.Outcome;
import dev.perdure.journal.Change;
import dev.perdure.journal.Command.AdmitRuns;
import dev.perdure.journal.Command.BeginShutdown;
import dev.perdure.journal.Command.BlockMissing;
import dev.perdure.journal.Command.ClearStrikes;
import dev.perdure.journal.Command.TakenOver;
import dev.perdure.journal.Command.Unblock;
import dev.perdure.journal.Command.Verdict;
import dev.perdure.journal.JournalException;
import dev.perdure.journal.Reason;
import dev.perdure.journal.RunId;
import dev.perdure.journal.Status;
import dev.perdure.journal.StepRef;
import dev.perdure.journal.WaitingFor;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnerTest {

  @TempDir Path directory;
  TestJournal journal;

  @BeforeEach
  void open() {
    journal = TestJournal.opened(directory, OPTIONS, Seams.NONE);
  }

  @AfterEach
  void close() {
    journal.close();
  }

  TakenOver restart() {
    journal.close();
    open();
    return journal.takeOver();
  }

  @Test
  void theFirstOwnerFindsACleanEnd() {
    assertEquals(new TakenOver(1, true, 0), journal.takeOver());
  }

  @Test
  void nothingIsWrittenBeforeTheTakeOver() {
    assertInstanceOf(JournalException.Broken.class, journal.failureOf(pending(newId())));
    journal.takeOver();
    journal.start(pending(newId()));
  }

  @Test
  void anUncleanEndStrikesWhatWasInFlight() {
    journal.takeOver();
    var inFlight = journal.begun();
    var waiting = journal.begun();
    journal.advance(waiting, attemptFailed(0, 1), retryWaiting(1));
    var between = newId();
    journal.start(running(between, started(0, 1)));
    journal.advance(between, completed(0, 1));
    assertEquals(new TakenOver(2, false, 1), restart());
    var step = journal.step(inFlight, 0);
    assertEquals(1, step.strikes());
    assertEquals(1, step.interrupted());
    assertEquals(0, step.attemptCount());
    assertFalse(step.trial());
    assertEquals(WaitingFor.Kind.SLOT, step.waitingFor().kind());
    assertEquals(Outcome.INTERRUPTED, step.attempts().getFirst().outcome());
    assertEquals(WaitingFor.Kind.SLOT, journal.run(inFlight).waitingFor().kind());
    assertEquals(WaitingFor.Kind.RETRY, journal.run(waiting).waitingFor().kind());
    assertEquals(0, journal.step(waiting, 0).strikes());
    assertEquals(WaitingFor.Kind.SLOT, journal.run(between).waitingFor().kind());
    assertEquals(Status.COMPLETED, journal.step(between, 0).status());
  }

  @Test
  void strikesAddUpUntilTheStepCompletes() {
    journal.takeOver();
    var id = journal.begun();
    restart();
    journal.advance(id, started(0, 2));
    restart();
    assertEquals(2, journal.step(id, 0).strikes());
    assertEquals(Set.of(id), journal.journal.reader().struck(List.of(id, newId())).keySet());
    journal.advance(id, started(0, 3, true));
    journal.advance(id, completed(0, 3), started(1, 1));
    assertEquals(0, journal.step(id, 0).strikes());
    assertFalse(journal.step(id, 0).trial());
  }

  @Test
  void aTrialThatIsCutOffStaysRecognisable() {
    journal.takeOver();
    var id = journal.begun();
    restart();
    journal.advance(id, started(0, 2, true));
    assertTrue(journal.step(id, 0).trial());
    restart();
    var step = journal.journal.reader().struck(List.of(id)).get(id).getFirst();
    assertTrue(step.trial());
    assertEquals(2, step.strikes());
    assertEquals(WaitingFor.Kind.SLOT, step.waitingFor().kind());
    assertEquals(
        Verdict.APPLIED,
        journal.advance(
            id,
            new Change.StepBlocked(0, 2, REASON, at(50)),
            new Change.RunBlocked(REASON, at(50))));
    var blocked = journal.step(id, 0);
    assertEquals(2, blocked.attempts().size());
  }

  @Test
  void aShutdownThatHadBegunStrikesOnlyWhoCalledExit() {
    journal.takeOver();
    var bystander = newId();
    journal.start(running(bystander, started(0, 1, true)));
    var caller = journal.begun();
    assertEquals(
        Verdict.APPLIED, journal.submit(new BeginShutdown(Set.of(new StepRef(caller, 0)), at(9))));
    assertEquals(new TakenOver(2, true, 2), restart());
    assertEquals(0, journal.step(bystander, 0).strikes());
    assertFalse(journal.step(bystander, 0).trial());
    assertEquals(1, journal.step(caller, 0).strikes());
    journal.advance(bystander, started(0, 2));
    assertEquals(new TakenOver(3, false, 1), restart());
    assertEquals(1, journal.step(bystander, 0).strikes());
    assertEquals(1, journal.step(caller, 0).strikes());
  }

  @Test
  void everyStepOfARunThatCalledExitIsStruck() {
    journal.takeOver();
    var id = journal.begun();
    journal.advance(id, started(1, 1), started(2, 1));
    var callers = Set.of(new StepRef(id, 0), new StepRef(id, 2));
    assertEquals(Verdict.APPLIED, journal.submit(new BeginShutdown(callers, at(9))));
    assertEquals(new TakenOver(2, true, 3), restart());
    assertEquals(1, journal.step(id, 0).strikes());
    assertEquals(0, journal.step(id, 1).strikes());
    assertEquals(1, journal.step(id, 2).strikes());
  }

  @Test
  void anInterruptedExitCallerGetsItsStrikeToo() {
    journal.takeOver();
    var caller = journal.begun();
    journal.submit(new BeginShutdown(Set.of(new StepRef(caller, 0)), at(9)));
    journal.advance(caller, new Change.AttemptInterrupted(0, 1, at(10)));
    assertEquals(new TakenOver(2, true, 0), restart());
    assertEquals(1, journal.step(caller, 0).strikes());
  }

  @Test
  void strikesAreClearedOfWhatHasLivedLongEnough() {
    journal.takeOver();
    var id = journal.begun();
    restart();
    journal.advance(id, started(0, 2, true));
    assertEquals(
        Verdict.APPLIED,
        journal.submit(new ClearStrikes(Set.of(new StepRef(id, 0), new StepRef(newId(), 3)))));
    assertEquals(0, journal.step(id, 0).strikes());
    assertFalse(journal.step(id, 0).trial());
    assertTrue(journal.step(id, 0).isInFlight());
  }

  @Test
  void blocksRunsWhoseWorkflowIsMissingAndLetsThemGoOn() {
    journal.takeOver();
    var waiting = journal.begun();
    journal.advance(waiting, attemptFailed(0, 1), retryWaiting(1));
    var inFlight = journal.begun();
    var pending = newId();
    journal.start(pending(pending));
    var installed = newId();
    journal.start(pending(installed, "installed"));
    var missing = new Reason("workflow-missing", "ping is not installed.");
    var command = new BlockMissing(Set.of("installed"), missing, 1, at(20));
    assertEquals(List.of(waiting), journal.submit(command));
    assertEquals(List.of(pending), journal.submit(command));
    assertEquals(List.of(), journal.submit(command));
    assertEquals(Status.RUNNING, journal.run(inFlight).status());
    assertEquals(missing, journal.run(waiting).reason());
    assertNull(journal.run(waiting).waitingFor());
    assertEquals(List.of(installed), journal.submit(new AdmitRuns(10, at(21))));

    assertEquals(
        List.of(), journal.submit(new Unblock("workflow-missing", Set.of("x"), 10, at(30))));
    List<RunId> unblocked =
        journal.submit(new Unblock("workflow-missing", Set.of("ping", "x"), 10, at(30)));
    assertEquals(List.of(waiting, pending), unblocked);
    assertEquals(Status.PENDING, journal.run(pending).status());
    assertEquals(
        new WaitingFor(WaitingFor.Kind.SLOT, null, at(30), null),
        journal.run(waiting).waitingFor());
    assertEquals(WaitingFor.Kind.RETRY, journal.step(waiting, 0).waitingFor().kind());
    assertEquals(Verdict.APPLIED, journal.advance(waiting, started(0, 2)));
  }

  @Test
  void anotherOwnerStopsThisOne() throws Exception {
    journal.takeOver();
    var id = journal.begun();
    try (var restored = new OpenDatabase(directory)) {
      restored.execute("UPDATE engine SET owner_epoch = owner_epoch + 1");
    }
    assertInstanceOf(JournalException.Failed.class, journal.failureOf(pending(newId())));
    assertThrows(JournalException.Failed.class, () -> journal.run(id));
  }

  @Test
  void aTwinThatRequeuesCompletedStepsIsCaught() {
    journal.close();
    var twin =
        new Seams() {
          @Override
          void takenOver(Session writer) throws SQLException {
            writer.execute(
                "UPDATE steps SET status = 'running', output = NULL, finished_ms = NULL,"
                    + " waiting_kind = 'slot', waiting_since_ms = 0 WHERE status = 'completed'");
          }
        };
    journal = TestJournal.in(directory);
    var id = journal.begun();
    journal.advance(id, completed(0, 1), started(1, 1));
    journal.close();
    open();
    journal.takeOver();
    assertTrue(completedStaysCompleted(id));
    journal.close();
    journal = TestJournal.in(directory, twin);
    assertFalse(completedStaysCompleted(id));
  }

  private boolean completedStaysCompleted(RunId id) {
    return journal.step(id, 0).status() == Status.COMPLETED
        && journal.advance(id, started(0, 2)) == Verdict.REFUSED;
  }
}
