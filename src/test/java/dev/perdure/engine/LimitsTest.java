package dev.perdure.engine;

import static dev.perdure.workflow.Branch.branch;
import static dev.perdure.workflow.FanOut.atOnce;
import static dev.perdure.workflow.Steps.retries;
import static dev.perdure.workflow.Steps.timeout;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perdure.journal.Command.SignalResult;
import dev.perdure.journal.RunDetail;
import dev.perdure.journal.Status;
import dev.perdure.testing.ManualTime;
import dev.perdure.workflow.LimitExceededException;
import dev.perdure.workflow.RunContext;
import dev.perdure.workflow.Tables;
import dev.perdure.workflow.Workflow;
import dev.perdure.workflow.WorkflowBody;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each stated limit: what just fits works, one more is refused with a sentence. */
class LimitsTest {

  private static final Duration HOUR = Duration.ofHours(1);

  @TempDir Path directory;
  private final ManualTime time = new ManualTime(TestEngine.START);

  private static Workflow<Integer, String> code(WorkflowBody<Integer, String> body) {
    return Workflow.named("limits").input(Integer.class, 1).code(String.class, body);
  }

  private TestEngine start(WorkflowBody<Integer, String> body) {
    return TestEngine.Setup.in(directory, time).start(code(body));
  }

  private RunDetail end(Object input, WorkflowBody<Integer, String> body) {
    try (var engine = start(body)) {
      var id = engine.run("limits", input.toString());
      return engine.await(id, run -> run.run().status().isTerminal());
    }
  }

  private static void assertFailedSaying(RunDetail run, String... words) {
    assertEquals(Status.FAILED, run.run().status());
    for (var word : words) {
      assertTrue(run.error().message().contains(word), run.error().message());
    }
  }

  @Test
  void aRunHasAtMostAHundredThousandEntriesAndCanStillBeUndone() {
    var entries = new Entries(List.of());
    for (int i = 0; i < 100_000; i++) {
      assertEquals(i, entries.begin(Scope.ROOT, i));
    }
    var error =
        assertThrows(LimitExceededException.class, () -> entries.begin(Scope.ROOT, 100_000));
    assertTrue(error.getMessage().contains("100,000"), error.getMessage());
    assertTrue(error.getMessage().contains("child runs"), error.getMessage());
    assertEquals(100_000, entries.begin(Scope.compensations(Scope.ROOT), 0));
  }

  private static final int QUOTES = 2;

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aValueHasAtMostOneMebibyte(boolean asInput) {
    WorkflowBody<Integer, String> body =
        (length, context) -> {
          var text = "x".repeat(length);
          context.step("value", asInput ? text : "", String.class, (_, _) -> text, retries(0));
          return "fits";
        };
    assertEquals(Status.COMPLETED, end((1 << 20) - QUOTES, body).run().status());
    assertFailedSaying(end((1 << 20) - QUOTES + 1, body), "1 MiB");
  }

  @Test
  void aValueIsAtMostSixtyFourDeep() {
    WorkflowBody<Integer, String> body =
        (depth, context) -> {
          Object value = "core";
          for (int i = 0; i < depth; i++) {
            value = List.of(value);
          }
          context.step("value", value, String.class, (_, _) -> "", retries(0));
          return "fits";
        };
    assertEquals(Status.COMPLETED, end(63, body).run().status());
    assertFailedSaying(end(65, body), "64");
  }

  /** Every level is a fan-out within a branch of the one above. */
  private static String nest(RunContext context, int levels) {
    if (levels == 0) {
      return "bottom";
    }
    var inner = branch("inner", String.class, own -> nest(own, levels - 1));
    return context.parallel("level", inner).get(inner);
  }

  @Test
  void fanOutsAreNestedAtMostEightDeep() {
    WorkflowBody<Integer, String> body = (levels, context) -> nest(context, levels);
    assertEquals("\"bottom\"", end(8, body).output().json());
    try (var engine = start(body)) {
      var id = engine.run("limits", "9");
      var run =
          engine
              .await(
                  id,
                  detail ->
                      detail.run().status() != Status.RUNNING
                          && detail.run().status() != Status.PENDING)
              .run();
      assertTrue(run.reason().message().contains("more than 8 deep"), run.reason().message());
    }
  }

  @Test
  void runsAreNestedAtMostSixteenDeep() {
    WorkflowBody<Integer, String> body =
        (above, context) ->
            above == 0 ? "bottom" : context.child("inner", "limits", above - 1, String.class);
    assertEquals("\"bottom\"", end(15, body).output().json());
    assertFailedSaying(end(16, body), "16");
  }

  @Test
  void aRunKeepsAThousandSignalsThatNobodyHasTaken() {
    try (var engine =
        start((_, context) -> {
          context.sleep("nap", HOUR);
          return context.await("next", Integer.class).toString();
        })) {
      var id = engine.run("limits", null);
      engine.await(id, run -> run.run().waitingFor() != null);
      for (int i = 0; i < 1_000; i++) {
        assertInstanceOf(SignalResult.Stored.class, engine.engine.signal(id, "next", null, "" + i));
      }
      assertInstanceOf(
          SignalResult.InboxFull.class, engine.engine.signal(id, "next", null, "1000"));
      time.awaitWait(HOUR);
      time.advance(HOUR);
      assertEquals("\"0\"", engine.await(id, Status.COMPLETED).output().json());
    }
  }

  @Test
  void aPayloadHasAtMostSixtyFourKibibytesAndAnIdTwoHundredFiftyFiveCharacters() {
    try (var engine = start((_, context) -> context.await("go", String.class))) {
      var id = engine.run("limits", null);
      var most = "\"" + "x".repeat((64 << 10) - QUOTES) + "\"";
      var error =
          assertThrows(
              InvalidSignalException.class,
              () -> engine.engine.signal(id, "go", null, most.replace("x\"", "xx\"")));
      assertTrue(error.getMessage().contains("64 KiB"), error.getMessage());
      assertTrue(error.getMessage().contains("reference"), error.getMessage());
      assertThrows(
          InvalidSignalException.class,
          () -> engine.engine.signal(id, "go", "i".repeat(256), most));
      assertThrows(
          InvalidSignalException.class,
          () -> engine.engine.signal(id, "n".repeat(101), null, most));
      engine.engine.signal(id, "go", "i".repeat(255), most);
      engine.await(id, Status.COMPLETED);
    }
  }

  @Test
  void whatAStepSaysIsCutAndNeverFailsIt() {
    try (var engine =
        start((_, context) ->
            context.step(
                "talks",
                1,
                String.class,
                (_, step) -> {
                  for (int i = 0; i < 1_001; i++) {
                    step.log(i + "x".repeat(3_000));
                  }
                  step.progress(7.5, "p".repeat(300));
                  return "said";
                }))) {
      var run = engine.await(engine.run("limits", null), Status.COMPLETED);
      var log = engine.journal.reader().log(run.run().id(), 0);
      assertEquals(1_000, log.size());
      assertEquals(2_000, log.getFirst().line().length());
      assertEquals(200, run.steps().getFirst().progress().text().length());
      assertEquals(1.0, run.steps().getFirst().progress().fraction());
    }
  }

  private static String[] names(int count) {
    return IntStream.range(0, count).mapToObj(i -> "n" + i).toArray(String[]::new);
  }

  @Test
  void awaitAnyTakesAtMostAHundredDifferentNames() {
    WorkflowBody<Integer, String> body =
        (count, context) -> context.awaitAny(Duration.ZERO, names(count)).isEmpty() + "";
    assertEquals("\"true\"", end(100, body).output().json());
    assertFailedSaying(end(101, body), "1 to 100");
    assertFailedSaying(end(0, body), "1 to 100");
    assertFailedSaying(
        end(1, (_, context) -> context.awaitAny(HOUR, "same", "same").toString()), "different");
  }

  @Test
  void aWaitTakesAtMostTenYears() {
    var tooLong = Duration.ofDays(3_654);
    assertFailedSaying(
        end(
            1,
            (_, context) -> {
              context.sleep("for-ever", tooLong);
              return "";
            }),
        "10 years");
    assertFailedSaying(
        end(1, (_, context) -> context.await("go", String.class, tooLong).orElse("")), "10 years");
  }

  @Test
  void aFanOutDoesAtMostAThousandItemsAtOnce() {
    assertEquals(1_000, atOnce(1_000).limit());
    var error = assertThrows(IllegalArgumentException.class, () -> atOnce(1_001));
    assertTrue(error.getMessage().contains("1 to 1,000"), error.getMessage());
    assertThrows(IllegalArgumentException.class, () -> atOnce(0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"with space", "", "a/b", "-first", "näme"})
  void namesOfEntriesFollowTheRuleOfNames(String name) {
    assertFailedSaying(
        end(1, (_, context) -> context.step(name, 1, String.class, (_, _) -> "")),
        "letters, digits");
    assertFailedSaying(
        end(1, (_, context) -> context.await(name, String.class)), "letters, digits");
  }

  @Test
  void aNameHasAtMostAHundredCharacters() {
    WorkflowBody<Integer, String> body =
        (length, context) -> context.step("n".repeat(length), 1, String.class, (_, _) -> "");
    assertEquals(Status.COMPLETED, end(100, body).run().status());
    assertFailedSaying(end(101, body), "at most 100");
  }

  @Test
  void anAttemptTakesAtMostThirtyDaysAndARunTenYears() {
    var error =
        assertThrows(
            IllegalArgumentException.class, () -> timeout(Duration.ofDays(30).plusMillis(1)));
    assertTrue(error.getMessage().contains("30 days"), error.getMessage());
    error =
        assertThrows(
            IllegalArgumentException.class,
            () -> Workflow.named("limits").timeout(Duration.ofDays(3_654)));
    assertTrue(error.getMessage().contains("10 years"), error.getMessage());
  }

  @Test
  void tablesHaveAtMostTenThousandMigrations() {
    var most = Collections.nCopies(10_000, "SELECT 1");
    assertEquals(10_000, new Tables("shop", most).migrations().size());
    var error =
        assertThrows(
            IllegalArgumentException.class,
            () -> new Tables("shop", Collections.nCopies(10_001, "SELECT 1")));
    assertTrue(error.getMessage().contains("10,000"), error.getMessage());
  }
}
