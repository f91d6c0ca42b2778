package dev.perdure.sqlite;

import static dev.perdure.sqlite.TestJournal.REASON;
import static dev.perdure.sqlite.TestJournal.at;
import static dev.perdure.sqlite.TestJournal.completed;
import static dev.perdure.sqlite.TestJournal.entryCompleted;
import static dev.perdure.sqlite.TestJournal.newId;
import static dev.perdure.sqlite.TestJournal.pending;
import static dev.perdure.sqlite.TestJournal.runCompleted;
import static dev.perdure.sqlite.TestJournal.waiting;
import static dev.perdure.sqlite.TestJournal.waits;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perdure.journal.Change;
import dev.perdure.journal.Command.Advance;
import dev.perdure.journal.Command.SendSignal;
import dev.perdure.journal.Command.SignalResult;
import dev.perdure.journal.Command.Verdict;
import dev.perdure.journal.JournalException;
import dev.perdure.journal.SignalRecord;
import dev.perdure.journal.Status;
import dev.perdure.journal.UnfinishedRun;
import dev.perdure.journal.WaitingFor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InboxTest {

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
  void signalsStandInTheOrderInWhichTheyCame() {
    var id = journal.begun();
    assertEquals(new SignalResult.Stored(), journal.signal(id, "b", null));
    assertEquals(new SignalResult.Stored(), journal.signal(id, "a", null));
    assertEquals(
        List.of(new SignalRecord(1, "b", "\"b\"", at(7)), new SignalRecord(2, "a", "\"a\"", at(7))),
        journal.inbox(id));
    var reader = journal.journal.reader();
    assertEquals(2, reader.inbox(id, 1).getFirst().number());
    assertEquals(List.of(), reader.inbox(id, 2));
    assertEquals(List.of(), reader.inbox(newId(), 0));
  }

  @Test
  void aSignalIsTakenOnceTogetherWithItsEntry() {
    var id = journal.begun();
    journal.signal(id, "a", "key");
    journal.signal(id, "b", null);
    journal.advance(id, completed(0, 1), waits(1, WaitingFor.Kind.SIGNAL));
    assertEquals(
        Verdict.APPLIED, journal.advance(id, entryCompleted(1), new Change.SignalTaken(1, 1)));
    assertEquals(List.of(2L), journal.inbox(id).stream().map(SignalRecord::number).toList());
    journal.advance(id, waits(2, WaitingFor.Kind.SIGNAL));
    var again = new Advance(id, 0, List.of(entryCompleted(2), new Change.SignalTaken(1, 2)));
    assertInstanceOf(JournalException.Broken.class, journal.failureOf(again));
    assertEquals(Status.RUNNING, journal.step(id, 2).status());
  }

  @Test
  void numbersAreNotUsedAgain() {
    var id = journal.begun();
    journal.signal(id, "a", null);
    journal.advance(id, new Change.SignalTaken(1, 0));
    journal.signal(id, "b", null);
    assertEquals(2, journal.inbox(id).getFirst().number());
  }

  @Test
  void aKnownIdIsNotStoredAgainAlsoWhenItHasBeenTakenOrTheRunHasEnded() {
    var id = journal.begun();
    assertEquals(new SignalResult.Stored(), journal.signal(id, "a", "key"));
    assertEquals(new SignalResult.Known(), journal.signal(id, "a", "key"));
    journal.advance(id, new Change.SignalTaken(1, 0));
    assertEquals(new SignalResult.Known(), journal.signal(id, "a", "key"));
    assertEquals(List.of(), journal.inbox(id));
    var other = journal.begun();
    assertEquals(new SignalResult.Stored(), journal.signal(other, "a", "key"));
    journal.advance(id, completed(0, 1), runCompleted());
    assertEquals(new SignalResult.Known(), journal.signal(id, "a", "key"));
    assertEquals(new SignalResult.RunEnded(Status.COMPLETED), journal.signal(id, "a", "other key"));
  }

  @Test
  void aFullInboxRefusesUntilSomethingIsTaken() {
    var id = journal.begun();
    IntStream.range(0, 3).forEach(i -> journal.signal(id, "a", "key-" + i));
    assertEquals(new SignalResult.InboxFull(), journal.signal(id, "a", null));
    assertEquals(new SignalResult.Known(), journal.signal(id, "a", "key-2"));
    assertEquals(3, journal.inbox(id).size());
    journal.advance(id, new Change.SignalTaken(2, 0));
    assertEquals(new SignalResult.Stored(), journal.signal(id, "a", null));
  }

  @Test
  void theEndsOfChildrenDoNotFillTheInbox() {
    var id = journal.begun();
    for (int i = 1; i <= 4; i++) {
      journal.cancel(journal.child(id, i));
    }
    assertEquals(4, journal.inbox(id).size());
    IntStream.range(0, 3)
        .forEach(i -> assertEquals(new SignalResult.Stored(), journal.signal(id, "a", null)));
    assertEquals(new SignalResult.InboxFull(), journal.signal(id, "a", null));
  }

  @Test
  void anyRunThatHasNotEndedTakesSignals() {
    var waiting = journal.parked();
    var pending = newId();
    journal.start(pending(pending));
    var blocked = journal.begun();
    journal.advance(blocked, new Change.RunBlocked(REASON, at(9)));
    for (var id : List.of(waiting, pending, blocked)) {
      assertEquals(new SignalResult.Stored(), journal.signal(id, "a", null));
    }
    assertEquals(new SignalResult.NoSuchRun(), journal.signal(newId(), "a", null));
    journal.cancel(pending);
    assertEquals(new SignalResult.RunEnded(Status.CANCELLED), journal.signal(pending, "a", null));
  }

  @Test
  void noSignalCanPassForTheEndOfAChild() {
    var id = journal.begun();
    var command = new SendSignal(id, SignalRecord.CHILD_ENDED, null, "0", 10, at(7));
    assertInstanceOf(JournalException.Broken.class, journal.failureOf(command));
  }

  @Test
  void aSignalWakesThoseWhoWatchTheRun() {
    var id = journal.begun();
    var watched = journal.journal.commits().nextChangeOf(id, Duration.ofSeconds(20));
    journal.signal(id, "a", "key");
    assertTrue(watched.join());
    long before = journal.journal.commits().count();
    journal.signal(id, "a", "key");
    assertEquals(before, journal.journal.commits().count());
  }

  @Test
  void saysWhichRunsHaveMail() {
    var reader = journal.journal.reader();
    var ids = Stream.generate(() -> journal.begun()).limit(4).toList();
    journal.signal(ids.get(1), "a", null);
    journal.signal(ids.get(2), "a", null);
    journal.advance(ids.get(2), new Change.SignalTaken(1, 0));
    journal.cancel(journal.child(ids.get(3), 1));
    assertEquals(
        List.of(ids.get(1), ids.get(3)),
        reader.running(10, null).stream()
            .filter(UnfinishedRun::hasMail)
            .map(UnfinishedRun::id)
            .toList());
  }
}
