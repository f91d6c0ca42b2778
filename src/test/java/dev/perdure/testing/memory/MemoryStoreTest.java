package dev.perdure.testing.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perdure.journal.Change;
import dev.perdure.journal.Command;
import dev.perdure.journal.JournalException;
import dev.perdure.journal.RunId;
import dev.perdure.journal.Status;
import dev.perdure.journal.Transact;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What the journal in memory does otherwise than its twin, or that no random command reaches. */
class MemoryStoreTest {

  private static final Instant AT = Instant.parse("2030-01-01T00:00:00Z");
  private static final RunId RUN = new RunId(new UUID(0x0190_0000_0000_7000L, Long.MIN_VALUE));
  private static final RunId OTHER =
      new RunId(new UUID(0x0190_0000_0000_7000L, Long.MIN_VALUE + 1));

  private final MemoryStore store = new MemoryStore();

  private MemoryJournal owned() {
    var journal = store.open();
    journal.submit(new Command.TakeOver("boot", AT)).join();
    return journal;
  }

  private static Command.StartRun start(RunId id, List<Change> changes) {
    return new Command.StartRun(
        id, "work", 1, List.of(), "1", null, null, null, changes, !changes.isEmpty(), AT);
  }

  private static Change begun() {
    return new Change.AttemptStarted(0, "", 0, "step", "s", null, "1", 1, 3, false, AT);
  }

  private MemoryJournal withStepInFlight() {
    var journal = owned();
    journal.submit(start(RUN, List.of(begun()))).join();
    return journal;
  }

  private static Transact.Result transact(MemoryJournal journal, Transact transact) {
    return journal.transact(transact).join();
  }

  private static Transact of(Duration atMost, List<Command<?>> commands) {
    return new Transact(RUN, 0, 0, 1, atMost, _ -> new Transact.Done("2", commands, AT));
  }

  @Test
  void whatWasCommittedIsThereForTheNextOne() {
    owned().submit(start(RUN, List.of())).join();
    assertEquals(Status.PENDING, store.open().reader().run(RUN).orElseThrow().status());
  }

  @Test
  void aJournalFailsOnceAnotherHasTakenOver() {
    var before = owned();
    var failed = new AtomicReference<Throwable>();
    before.onFailure(failed::set);
    owned();
    var error =
        assertThrows(CompletionException.class, () -> before.submit(start(RUN, List.of())).join());
    assertInstanceOf(JournalException.Failed.class, error.getCause());
    assertInstanceOf(JournalException.Failed.class, failed.get());
    assertTrue(store.open().reader().run(RUN).isEmpty());
  }

  @Test
  void anExecutorDecidesWhenCommandsAreCarriedOut() {
    owned().close();
    var waiting = new ArrayDeque<Runnable>();
    var journal = store.open(waiting::add);
    var owner = journal.submit(new Command.TakeOver("boot", AT));
    var started = journal.submit(start(RUN, List.of()));
    assertFalse(owner.isDone());
    waiting.remove().run();
    assertTrue(owner.isDone() && !started.isDone());
    waiting.remove().run();
    assertTrue(started.isDone());
  }

  @Test
  void aTransactionCommitsTheStepWithItsCommands() {
    var journal = withStepInFlight();
    var along = List.<Command<?>>of(start(OTHER, List.of()));
    assertInstanceOf(
        Transact.Result.Committed.class, transact(journal, of(Duration.ofMinutes(1), along)));
    assertEquals(Status.COMPLETED, step(journal));
    assertTrue(journal.reader().run(OTHER).isPresent());
  }

  @Test
  void aTransactionWhoseCommandIsNotStoredIsRolledBack() {
    var journal = withStepInFlight();
    var along =
        List.<Command<?>>of(
            start(OTHER, List.of()),
            new Command.SendSignal(
                new RunId(new UUID(0x0190_0000_0000_7000L, -1)), "s", null, "1", 10, AT));
    assertInstanceOf(
        Transact.Result.RolledBack.class, transact(journal, of(Duration.ofMinutes(1), along)));
    assertEquals(Status.RUNNING, step(journal));
    assertTrue(journal.reader().run(OTHER).isEmpty());
  }

  @Test
  void aTransactionThatTakesTooLongIsInterrupted() {
    var journal = withStepInFlight();
    var never = new CountDownLatch(1);
    var slow =
        new Transact(
            RUN,
            0,
            0,
            1,
            Duration.ofMillis(20),
            _ -> {
              never.await();
              return new Transact.Done("2", List.of(), AT);
            });
    assertInstanceOf(Transact.Result.TimedOut.class, transact(journal, slow));
    assertEquals(Status.RUNNING, step(journal));
  }

  @Test
  void aTransactionOfAnAttemptThatIsNotInFlightIsRefused() {
    assertInstanceOf(
        Transact.Result.Refused.class, transact(owned(), of(Duration.ofMinutes(1), List.of())));
  }

  @Test
  void sqlIsRefusedWithWhatToDo() {
    var error =
        assertThrows(
            UnsupportedOperationException.class,
            () -> owned().reader().query(connection -> connection.as(Object.class)));
    assertTrue(error.getMessage().contains("in a file"), error.getMessage());
  }

  private static Status step(MemoryJournal journal) {
    return journal.reader().detail(RUN, 0, 10, 10).orElseThrow().steps().getFirst().status();
  }
}
