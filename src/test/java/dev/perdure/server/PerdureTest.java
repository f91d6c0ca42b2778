package dev.perdure.server;

import static dev.perdure.workflow.Steps.retries;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perdure.engine.EngineOptions;
import dev.perdure.engine.InvalidSignalException;
import dev.perdure.engine.StartException;
import dev.perdure.journal.JournalException;
import dev.perdure.journal.RunDetail;
import dev.perdure.journal.RunId;
import dev.perdure.journal.Status;
import dev.perdure.workflow.RunContext;
import dev.perdure.workflow.Step;
import dev.perdure.workflow.Tables;
import dev.perdure.workflow.Transaction;
import dev.perdure.workflow.Workflow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PerdureTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final RunId NOBODY =
      RunId.parse("01890a5d-ac96-774b-bcce-b302099a8057").orElseThrow();

  /** An input that is more than text. */
  record Order(String item, Instant at) {}

  private static final Order ORDER = new Order("tea", Instant.parse("2026-01-02T03:04:05Z"));

  private static final Workflow<Order, String> ORDERS =
      Workflow.named("orders")
          .input(Order.class, ORDER)
          .step("ship", String.class, (order, _) -> order.item() + " at " + order.at())
          .build();

  private static final Workflow<String, String> FAILING =
      Workflow.named("failing")
          .input(String.class, "x")
          .step(
              "only",
              String.class,
              (_, _) -> {
                throw new IllegalStateException("no");
              },
              retries(0))
          .build();

  private final CountDownLatch begun = new CountDownLatch(1);

  @TempDir private Path directory;

  @Test
  void runsWorkflowsOfProgramThatEmbedsIt() throws Exception {
    try (var perdure = Perdure.open(directory, ORDERS, FAILING)) {
      var shipped = await(perdure, perdure.start(ORDERS, ORDER));
      var failed = await(perdure, perdure.start(FAILING, "x"));

      assertEquals("\"tea at 2026-01-02T03:04:05Z\"", json(shipped));
      assertEquals(Status.FAILED, failed.run().status());
    }
  }

  @Test
  void givesTheResultOfARunAlsoAfterItWasClosed() throws Exception {
    RunId id;
    try (var perdure = Perdure.open(directory, ORDERS)) {
      id = perdure.start(ORDERS, ORDER);
      assertEquals(
          Optional.of("tea at 2026-01-02T03:04:05Z"), perdure.result(ORDERS, id, PATIENCE));
    }
    try (var perdure = Perdure.open(directory, ORDERS)) {
      assertEquals(
          Optional.of("tea at 2026-01-02T03:04:05Z"), perdure.result(ORDERS, id, PATIENCE));
      assertThrows(IllegalArgumentException.class, () -> perdure.result(ORDERS, NOBODY, PATIENCE));
    }
  }

  @Test
  void saysWhyThereIsNoResult() throws Exception {
    try (var perdure = Perdure.open(directory, FAILING, hanging(true))) {
      var failed = perdure.start(FAILING, "x");
      var why =
          assertThrows(
              RunNotCompletedException.class, () -> perdure.result(FAILING, failed, PATIENCE));
      assertEquals(Status.FAILED, why.status());
      assertTrue(why.getMessage().contains("\"only\""), why.getMessage());

      var hangs = perdure.start(hanging(true), "x");
      assertEquals(Optional.empty(), perdure.result(hanging(true), hangs, Duration.ofMillis(1)));
      assertEquals(Optional.empty(), perdure.await(hangs, Duration.ZERO));
      perdure.cancel(hangs);
      var cancelled =
          assertThrows(
              RunNotCompletedException.class, () -> perdure.result(hanging(true), hangs, PATIENCE));
      assertEquals(Status.CANCELLED, cancelled.status());
    }
  }

  @Test
  void aResultMayBeNothingAndTheWaitForIt() throws Exception {
    var nothing =
        Workflow.named("nothing").input(String.class, "x").code(Void.class, (_, _) -> null);
    try (var perdure = Perdure.open(directory, nothing)) {
      var id = perdure.start(nothing, "x");
      assertEquals(Status.COMPLETED, await(perdure, id).run().status());
      assertEquals(Optional.empty(), perdure.result(nothing, id, PATIENCE));
    }
  }

  @Test
  void startsOncePerKeyAlsoAfterItWasClosed() {
    RunId first;
    try (var perdure = Perdure.open(directory, ORDERS)) {
      first = perdure.start(ORDERS, ORDER, "order-17");
      assertEquals(first, perdure.start(ORDERS, ORDER, "order-17"));
    }
    try (var perdure = Perdure.open(directory, ORDERS)) {
      assertEquals(first, perdure.start(ORDERS, ORDER, "order-17"));
      var other = new Order("coffee", ORDER.at());
      assertThrows(StartException.KeyReused.class, () -> perdure.start(ORDERS, other, "order-17"));
    }
  }

  @Test
  void goesOnWithWhatWasCutOff() throws Exception {
    RunId id;
    var impatient = new EngineOptions(1, 1, Duration.ofMillis(50), ZoneId.of("UTC"));
    try (var perdure = Perdure.open(directory, impatient, List.of(hanging(true)))) {
      id = perdure.start(hanging(true), "x");
      begun.await();
    }
    try (var perdure = Perdure.open(directory, hanging(false))) {
      assertEquals("\"done\"", json(await(perdure, id)));
    }
  }

  private Workflow<String, String> hanging(boolean hangs) {
    return Workflow.named("hanging")
        .input(String.class, "x")
        .step(
            "only",
            String.class,
            (_, _) -> {
              begun.countDown();
              if (hangs) {
                new CountDownLatch(1).await();
              }
              return "done";
            })
        .build();
  }

  @Test
  void belongsToOneAtATime() {
    try (var perdure = Perdure.open(directory, ORDERS)) {
      var refused =
          assertThrows(JournalException.Owned.class, () -> Perdure.open(directory, ORDERS).close());

      assertTrue(refused.holder().contains("pid " + ProcessHandle.current().pid()));
      assertTrue(perdure.find(perdure.start(ORDERS, ORDER)).isPresent());
    }
  }

  @Test
  void letsGoOfDirectoryWhenWorkflowIsNotSound() {
    assertThrows(
        IllegalArgumentException.class, () -> Perdure.open(directory, ORDERS, ORDERS).close());

    Perdure.open(directory, ORDERS).close();
  }

  @Test
  void knowsNothingOfRunThatIsNot() {
    try (var perdure = Perdure.open(directory, ORDERS)) {
      assertEquals(Optional.empty(), perdure.find(NOBODY));
      assertThrows(IllegalArgumentException.class, () -> perdure.await(NOBODY, PATIENCE));
    }
  }

  @Test
  void everyCallThrowsAfterTheJournalHasFailed() throws Exception {
    try (var perdure = Perdure.open(directory, ORDERS)) {
      var id = perdure.start(ORDERS, ORDER);
      await(perdure, id);
      Files.delete(directory.resolve("perdure.db"));

      assertThrows(JournalException.Failed.class, () -> perdure.start(ORDERS, ORDER));
      assertThrows(JournalException.Failed.class, () -> perdure.start(ORDERS, ORDER));
      assertThrows(JournalException.Failed.class, () -> perdure.find(id));
      assertThrows(JournalException.Failed.class, () -> perdure.await(id, PATIENCE));
      assertThrows(JournalException.Failed.class, () -> perdure.signal(id, "approval", "x"));
      assertThrows(JournalException.Failed.class, () -> perdure.cancel(id));
      assertThrows(JournalException.Failed.class, () -> perdure.read(_ -> "x"));
    }
  }

  record Approval(String by) {}

  /** Books who has approved, once somebody has. */
  private static final Workflow<Order, String> APPROVED =
      Workflow.named("approved")
          .tables(Tables.named("approvals").migration("CREATE TABLE approvals (who TEXT) STRICT"))
          .input(Order.class, ORDER)
          .code(String.class, PerdureTest::approve);

  private static String approve(Order order, RunContext run) {
    var approval = run.await("approval", Approval.class);
    return run.transaction("book", approval, String.class, PerdureTest::book);
  }

  private static String book(Approval approval, Transaction transaction, Step step)
      throws SQLException {
    try (var insert =
        transaction.connection().prepareStatement("INSERT INTO approvals VALUES (?)")) {
      insert.setString(1, approval.by());
      insert.executeUpdate();
    }
    return approval.by();
  }

  private static List<String> approvals(Connection connection) throws SQLException {
    try (var query = connection.createStatement();
        var rows = query.executeQuery("SELECT who FROM approvals")) {
      var found = new ArrayList<String>();
      while (rows.next()) {
        found.add(rows.getString(1));
      }
      return found;
    }
  }

  @Test
  void readsWhatARunHasBookedThatTookASignal() throws Exception {
    try (var perdure = Perdure.open(directory, APPROVED)) {
      var id = perdure.start(APPROVED, ORDER);
      assertEquals(List.of(), perdure.read(PerdureTest::approvals));

      perdure.signal(id, "approval", new Approval("ann"));

      assertEquals("\"ann\"", json(await(perdure, id)));
      assertEquals(List.of("ann"), perdure.read(PerdureTest::approvals));
    }
  }

  @Test
  void queryCanNotWriteAndItsOwnErrorIsThrown() {
    try (var perdure = Perdure.open(directory, APPROVED)) {
      assertThrows(
          SQLException.class,
          () ->
              perdure.read(connection ->
                  connection.createStatement().executeUpdate("DELETE FROM approvals")));
      assertThrows(
          IOException.class,
          () ->
              perdure.read(_ -> {
                throw new IOException("mine");
              }));
    }
  }

  @Test
  void signalOfOneKeyIsOneSignal() throws Exception {
    var twice =
        Workflow.named("twice")
            .input(Order.class, ORDER)
            .code(
                String.class,
                (_, run) ->
                    run.await("approval", Approval.class).by()
                        + run.await("approval", Approval.class).by());
    try (var perdure = Perdure.open(directory, twice)) {
      var id = perdure.start(twice, ORDER);
      perdure.signal(id, "approval", new Approval("ann"), "click-1");
      perdure.signal(id, "approval", new Approval("ann"), "click-1");
      perdure.signal(id, "approval", new Approval("bob"), "click-2");

      assertEquals("\"annbob\"", json(await(perdure, id)));
    }
  }

  @Test
  void refusesSignalThatNoRunCanTake() throws Exception {
    try (var perdure = Perdure.open(directory, ORDERS)) {
      var id = perdure.start(ORDERS, ORDER);
      await(perdure, id);

      var refused =
          assertThrows(
              SignalException.RunEnded.class, () -> perdure.signal(id, "approval", "late"));
      assertEquals(Status.COMPLETED, refused.status());
      assertThrows(IllegalArgumentException.class, () -> perdure.signal(NOBODY, "approval", "x"));
      assertThrows(InvalidSignalException.class, () -> perdure.signal(id, "no such name", "x"));
      assertThrows(InvalidSignalException.class, () -> perdure.signal(id, "it", new Object() {}));
    }
  }

  @Test
  void refusesSignalsWhenTooManyWait() {
    var deaf =
        Workflow.named("deaf")
            .input(Order.class, ORDER)
            .code(String.class, (_, run) -> run.await("never", String.class));
    try (var perdure = Perdure.open(directory, deaf)) {
      var id = perdure.start(deaf, ORDER);
      for (int sent = 0; sent < 1_000; sent++) {
        perdure.signal(id, "other", sent);
      }

      assertThrows(SignalException.Full.class, () -> perdure.signal(id, "other", "one more"));
    }
  }

  @Test
  void cancelsRunThatWaits() throws Exception {
    try (var perdure = Perdure.open(directory, APPROVED)) {
      var id = perdure.start(APPROVED, ORDER);

      assertTrue(perdure.cancel(id));
      assertEquals(Status.CANCELLED, await(perdure, id).run().status());
      assertTrue(perdure.cancel(id));
    }
  }

  @Test
  void cancelsNothingThatHasEndedOrIsNot() throws Exception {
    try (var perdure = Perdure.open(directory, ORDERS)) {
      var id = perdure.start(ORDERS, ORDER);
      await(perdure, id);

      assertFalse(perdure.cancel(id));
      assertThrows(IllegalArgumentException.class, () -> perdure.cancel(NOBODY));
    }
  }

  private static RunDetail await(Perdure perdure, RunId id) throws InterruptedException {
    return perdure.await(id, PATIENCE).orElseThrow();
  }

  private static String json(RunDetail run) {
    return run.output() == null ? "none" : String.valueOf(run.output().json());
  }
}
