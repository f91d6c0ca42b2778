package dev.perdure.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perdure.journal.Status;
import dev.perdure.testing.ManualTime;
import dev.perdure.workflow.RunContext;
import dev.perdure.workflow.Workflow;
import dev.perdure.workflow.WorkflowBody;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Time, chance and versions that are the same on each replay. */
class RecordedValuesTest {

  private static final Duration DAY = Duration.ofDays(1);

  @TempDir Path directory;
  private final ManualTime time = new ManualTime(TestEngine.START);
  private final List<String> seen = Collections.synchronizedList(new ArrayList<>());

  private static Workflow<String, String> code(WorkflowBody<String, String> body) {
    return Workflow.named("values").input(String.class, "in").code(String.class, body);
  }

  private TestEngine start(WorkflowBody<String, String> body) {
    return TestEngine.Setup.in(directory, time).start(code(body));
  }

  private static String note(RunContext context, String name) {
    return context.step(name, "", String.class, (in, _) -> in);
  }

  @Test
  void nowRandomAndUuidAreTheSameOnEachReplay() {
    try (var engine =
        start((_, context) -> {
          seen.add(context.now() + " " + context.random() + " " + context.uuid());
          context.sleep("night", DAY);
          return seen.getLast();
        })) {
      var id = engine.run("values", null);
      engine.await(id, run -> run.run().waitingFor() != null);
      time.awaitWait(DAY);
      time.advance(DAY);
      engine.await(id, Status.COMPLETED);
      assertEquals(2, seen.size());
      assertEquals(seen.getFirst(), seen.getLast());
      assertTrue(seen.getFirst().startsWith(TestEngine.START.toString()), seen.toString());
    }
  }

  @Test
  void valuesFromEveryPrefix() {
    var workflow =
        code((_, context) -> {
          int version = context.version("change", 3);
          boolean lawful = context.random() >= 0 && context.uuid().version() == 4;
          note(context, "between");
          return version + " " + lawful + context.version("later", 1);
        });
    new JournalTable(
            directory,
            (_, run) -> {
              // Random values differ from life to life until they are recorded.
            },
            workflow)
        .assertEndsWith("completed \"3 true1\"");
  }

  /** The code before the change, and after it. */
  private static String before(RunContext context) {
    note(context, "one");
    context.sleep("night", DAY);
    return note(context, "two");
  }

  private static String after(RunContext context) {
    int first = context.version("check", 1);
    if (first >= 1) {
      note(context, "check");
    }
    note(context, "one");
    context.sleep("night", DAY);
    if (context.version("second-check", 1) >= 1) {
      note(context, "second-check");
    }
    note(context, "two");
    return "first " + first;
  }

  @Test
  void aRunThatHadPassedKeepsTheOldCodeAndTakesTheNewWhereItHasNotBeen() {
    var first = start((_, context) -> before(context));
    var id = first.run("values", null);
    first.await(id, run -> run.run().waitingFor() != null);
    first.crash();
    time.advance(DAY);
    try (var second = start((_, context) -> after(context))) {
      time.advance(Duration.ZERO);
      var run = second.await(id, Status.COMPLETED);
      assertEquals("\"first 0\"", run.output().json());
      assertEquals(
          List.of("one", "night", "second-check", "second-check", "two"),
          run.steps().stream().map(step -> step.name()).toList());
    }
  }

  @Test
  void aNewRunTakesTheNewCodeAndRemembersIt() {
    var first = start((_, context) -> after(context));
    var id = first.run("values", null);
    first.await(id, run -> run.run().waitingFor() != null);
    first.crash();
    time.advance(DAY);
    try (var second = start((_, context) -> after(context))) {
      time.advance(Duration.ZERO);
      assertEquals("\"first 1\"", second.await(id, Status.COMPLETED).output().json());
    }
  }

  @Test
  void anOlderBuildThanTheRunBlocksIt() {
    var first =
        start((_, context) -> {
          context.version("check", 2);
          context.sleep("night", DAY);
          return "";
        });
    var id = first.run("values", null);
    first.await(id, run -> run.run().waitingFor() != null);
    first.crash();
    time.advance(DAY);
    try (var second =
        start((_, context) -> {
          context.version("check", 1);
          context.sleep("night", DAY);
          return "";
        })) {
      time.advance(Duration.ZERO);
      var run = second.await(id, Status.BLOCKED);
      assertEquals("code-mismatch", run.run().reason().code());
      assertTrue(run.run().reason().message().contains("version 2"));
    }
  }
}
