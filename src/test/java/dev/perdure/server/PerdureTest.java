package dev.perdure.server;

import static dev.perdure.workflow.Steps.retries;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perdure.engine.EngineOptions;
import dev.perdure.engine.StartException;
import dev.perdure.journal.JournalException;
import dev.perdure.journal.RunDetail;
import dev.perdure.journal.RunId;
import dev.perdure.journal.Status;
import dev.perdure.workflow.Workflow;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PerdureTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

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
      var nobody = RunId.parse("01890a5d-ac96-774b-bcce-b302099a8057").orElseThrow();

      assertEquals(Optional.empty(), perdure.find(nobody));
      assertThrows(IllegalArgumentException.class, () -> perdure.await(nobody, PATIENCE));
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
    }
  }

  private static RunDetail await(Perdure perdure, RunId id) throws InterruptedException {
    return perdure.await(id, PATIENCE).orElseThrow();
  }

  private static String json(RunDetail run) {
    return run.output() == null ? "none" : String.valueOf(run.output().json());
  }
}
