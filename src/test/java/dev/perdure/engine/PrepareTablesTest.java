package dev.perdure.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perdure.journal.Status;
import dev.perdure.testing.ManualTime;
import dev.perdure.workflow.Tables;
import dev.perdure.workflow.Workflow;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables and workflows fit together, or the workflow does not run. */
class PrepareTablesTest {

  private static final Tables SHOP =
      Tables.named("shop").migration("CREATE TABLE shop_sales (id TEXT) STRICT");
  private static final Tables OTHER_SHOP =
      Tables.named("shop").migration("CREATE TABLE shop_sales (id INTEGER) STRICT");

  @TempDir private Path directory;
  private final ManualTime time = new ManualTime(TestEngine.START);

  /** What was said of workflows that were left out. */
  private final TreeMap<String, String> said = new TreeMap<>();

  private static Workflow<String, String> sleeps(String name, Tables... tables) {
    var workflow = Workflow.named(name);
    List.of(tables).forEach(workflow::tables);
    return workflow
        .input(String.class, "")
        .code(
            String.class,
            (in, context) -> {
              context.sleep("nap", Duration.ofHours(1));
              return in;
            });
  }

  private TestEngine start(Workflow<?, ?>... workflows) {
    said.clear();
    var opened = TestEngine.Setup.in(directory, time).open(workflows);
    opened.engine.start(said::put);
    return opened;
  }

  private static List<String> names(TestEngine engine) {
    return engine.engine.workflows().stream().map(InstalledWorkflow::name).toList();
  }

  @Test
  void aWorkflowWhoseTablesAreRefusedIsLeftOutAndItsRunsGoOnWithTablesThatFit() {
    var first = start(sleeps("books", SHOP), sleeps("plain"));
    var books = first.run("books", null);
    var plain = first.run("plain", null);
    first.await(books, run -> run.run().waitingFor() != null);
    first.await(plain, run -> run.run().waitingFor() != null);
    first.crash();
    try (var unfit = start(sleeps("books", OTHER_SHOP), sleeps("plain"))) {
      assertEquals(List.of("books"), List.copyOf(said.keySet()));
      assertTrue(said.get("books").startsWith("The tables shop can not be"), said::toString);
      assertEquals(List.of("plain"), names(unfit));
      assertThrows(StartException.UnknownWorkflow.class, () -> unfit.run("books", null));
      assertEquals("workflow-missing", unfit.await(books, Status.BLOCKED).run().reason().code());
      unfit.advance(Duration.ofHours(1));
      unfit.await(plain, Status.COMPLETED);
    }
    try (var fit = start(sleeps("books", SHOP))) {
      assertEquals(List.of(), List.copyOf(said.keySet()));
      fit.advance(Duration.ZERO);
      fit.await(books, Status.COMPLETED);
    }
  }

  /** Whatever their names are, and at every start alike. */
  @Test
  void ofTwoHistoriesOfOneGroupTheLongerOneHolds() {
    var longer = SHOP.migration("CREATE INDEX shop_sales_by_id ON shop_sales (id)");
    for (int starts = 0; starts < 2; starts++) {
      try (var engine = start(sleeps("a", SHOP), sleeps("b", longer), sleeps("c"))) {
        assertEquals(List.of("b", "c"), names(engine));
        assertEquals(List.of("a"), List.copyOf(said.keySet()));
      }
    }
  }

  @Test
  void whoNamesItsWorkflowsItselfIsRefused() {
    var unsound = Tables.named("shop").migration("CREATE NONSENSE");
    try (var opened = TestEngine.Setup.in(directory, time).open(sleeps("books", unsound))) {
      var thrown = assertThrows(IllegalStateException.class, opened.engine::start);
      assertTrue(String.valueOf(thrown.getMessage()).contains("Migration 1"), thrown::toString);
    }
  }
}
