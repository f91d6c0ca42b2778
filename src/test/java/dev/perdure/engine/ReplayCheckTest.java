package dev.perdure.engine;

import static dev.perdure.workflow.Steps.retries;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perdure.engine.ReplayFinding.Outcome;
import dev.perdure.journal.JournalException;
import dev.perdure.journal.RunId;
import dev.perdure.journal.Status;
import dev.perdure.sqlite.DatabaseCopy;
import dev.perdure.sqlite.SqliteJournal;
import dev.perdure.sqlite.SqliteOptions;
import dev.perdure.testing.ManualTime;
import dev.perdure.testing.ProcessTime;
import dev.perdure.workflow.RunContext;
import dev.perdure.workflow.Workflow;
import dev.perdure.workflow.WorkflowBody;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs that wait in backoff behind the steps "charge" and "pack", against other code. */
@Timeout(60)
class ReplayCheckTest {

  @TempDir Path directory;
  private final ManualTime time = new ManualTime(TestEngine.START);
  private final List<String> ran = new CopyOnWriteArrayList<>();

  private static Workflow<Integer, String> code(WorkflowBody<Integer, String> body) {
    return Workflow.named("order").input(Integer.class, 3).code(String.class, body);
  }

  /** A step that is not there to be run in a check. */
  private String step(RunContext context, String name, String input) {
    return context.step(
        name,
        input,
        String.class,
        (in, _) -> {
          ran.add(name);
          return in;
        });
  }

  private String failing(RunContext context, String name, String input) {
    return context.step(
        name,
        input,
        String.class,
        (_, _) -> {
          ran.add(name);
          throw new IllegalStateException("not now");
        },
        retries(5).backoff(Duration.ofHours(1), 1, Duration.ofHours(1)));
  }

  private String original(int item, RunContext context) {
    String charged = step(context, "charge", "c" + item);
    String packed = step(context, "pack", charged);
    return failing(context, "ship", packed);
  }

  /** A database with one such run, left as a kill leaves it. */
  private RunId parked() {
    try (var engine = TestEngine.Setup.in(directory, time).start(code(this::original))) {
      var run = engine.run("order", "3");
      engine.awaitRetry(run, 1);
      ran.clear();
      return run;
    }
  }

  private List<ReplayFinding> check(Workflow<?, ?>... workflows) {
    var found = new ArrayList<ReplayFinding>();
    var options = SqliteOptions.with(time, time::nanos);
    try (var copy = DatabaseCopy.of(directory);
        var journal = SqliteJournal.open(copy.directory(), options)) {
      var ports =
          new Ports(new ProcessTime(time), new Random(7), new Random(7), StepThreads.VIRTUAL);
      new ReplayCheck(journal, List.of(workflows), ports).check(found::add);
    }
    return found;
  }

  private ReplayFinding checkOne(WorkflowBody<Integer, String> body) {
    var found = check(code(body));
    assertEquals(1, found.size());
    assertEquals(List.of(), ran, "a step ran");
    return found.getFirst();
  }

  private void assertBlocked(ReplayFinding finding, String... parts) {
    assertEquals(Outcome.WOULD_BLOCK, finding.outcome(), finding.toString());
    assertEquals("code-mismatch", finding.reason().code());
    for (var part : parts) {
      assertTrue(finding.reason().message().contains(part), finding.reason().message());
    }
  }

  @Test
  void theSameCodeGoesOnWithoutRunningAStep() {
    var run = parked();
    var finding = checkOne(this::original);
    assertEquals(run, finding.run());
    assertEquals(Outcome.GOES_ON, finding.outcome());
    assertNull(finding.reason());
  }

  @Test
  void whatComesBehindTheLastRecordedStepMayChange() {
    parked();
    var finding =
        checkOne((item, context) -> {
          String shipped = original(item, context);
          return step(context, "thank", shipped);
        });
    assertEquals(Outcome.GOES_ON, finding.outcome());
  }

  @Test
  void aRenamedStepWouldBlock() {
    parked();
    assertBlocked(
        checkOne((item, context) -> {
          String charged = step(context, "charge", "c" + item);
          return step(context, "wrap", charged);
        }),
        "place 2",
        "\"pack\"",
        "\"wrap\"");
  }

  @Test
  void aStepWaitingForItsRetryMayNotBeRenamedEither() {
    parked();
    assertBlocked(
        checkOne((item, context) -> {
          String packed = step(context, "pack", step(context, "charge", "c" + item));
          return failing(context, "send", packed);
        }),
        "place 3",
        "\"ship\"",
        "\"send\"");
  }

  @Test
  void anInsertedStepWouldBlock() {
    parked();
    assertBlocked(
        checkOne((item, context) -> {
          step(context, "reserve", "c" + item);
          return original(item, context);
        }),
        "place 1",
        "\"charge\"",
        "\"reserve\"");
  }

  @Test
  void aRemovedStepWouldBlock() {
    parked();
    assertBlocked(
        checkOne((item, context) -> failing(context, "ship", step(context, "charge", "c" + item))),
        "place 2",
        "\"pack\"",
        "\"ship\"");
  }

  @Test
  void aBodyThatAsksForLessWouldBlock() {
    parked();
    assertBlocked(
        checkOne((item, context) -> step(context, "charge", "c" + item)),
        "place 2",
        "\"pack\"",
        "nothing more");
  }

  @Test
  void reorderedStepsWouldBlock() {
    parked();
    assertBlocked(
        checkOne((item, context) -> step(context, "charge", step(context, "pack", "c" + item))),
        "place 1",
        "\"charge\"",
        "\"pack\"");
  }

  @Test
  void aChangedInputOfAStepWouldBlock() {
    parked();
    assertBlocked(
        checkOne((item, context) -> step(context, "charge", "card " + item)),
        "place 1",
        "step \"charge\" with input");
  }

  @Test
  void aMissingWorkflowIsMissing() {
    parked();
    var finding = check().getFirst();
    assertEquals(Outcome.MISSING, finding.outcome());
    assertEquals("workflow-missing", finding.reason().code());
  }

  @Test
  void anInputThatIsOfAnotherTypeNowWouldBlock() {
    parked();
    var other =
        Workflow.named("order")
            .input(Boolean.class, true)
            .code(String.class, (_, context) -> step(context, "charge", "c"));
    var finding = check(other).getFirst();
    assertEquals(Outcome.WOULD_BLOCK, finding.outcome());
    assertTrue(finding.reason().message().contains("input"), finding.reason().message());
  }

  @Test
  void aBodyThatThrowsDuringReplayWouldFail() {
    parked();
    var finding =
        checkOne((item, context) -> {
          step(context, "charge", "c" + item);
          throw new IllegalStateException("a new check");
        });
    assertEquals(Outcome.WOULD_FAIL, finding.outcome());
    assertTrue(finding.reason().message().contains("a new check"), finding.reason().message());
  }

  @Test
  void aBodyThatDoesNotComeToItsNextStepIsLeft() {
    parked();
    var inBody = new CompletableFuture<Void>();
    var watching =
        CompletableFuture.runAsync(() -> {
          inBody.join();
          time.awaitWait(ReplayCheck.REPLAY_MAX);
          time.advance(ReplayCheck.REPLAY_MAX);
        });
    var finding =
        checkOne((_, _) -> {
          inBody.complete(null);
          new CountDownLatch(1).await();
          return "";
        });
    watching.join();
    assertEquals(Outcome.STUCK, finding.outcome());
  }

  @Test
  void runsThatHaveNotBegunAreCheckedToo() {
    var run = new ArrayList<RunId>();
    try (var engine =
        TestEngine.Setup.in(directory, time)
            .activeRuns(1)
            .start(code((_, context) -> held(context)))) {
      var first = engine.run("order", "3");
      engine.await(first, detail -> !detail.steps().isEmpty());
      run.add(first);
      run.add(engine.run("order", "4"));
      engine.await(run.getLast(), Status.PENDING);
    }
    ran.clear();
    var found = check(code((_, context) -> held(context)));
    assertEquals(run, found.stream().map(ReplayFinding::run).toList());
    assertEquals(2, check().stream().filter(f -> f.outcome() == Outcome.MISSING).count());
    assertEquals(List.of(), ran);
  }

  private String held(RunContext context) {
    return context.step(
        "held",
        1,
        String.class,
        (_, _) -> {
          ran.add("held");
          new CountDownLatch(1).await();
          return "";
        });
  }

  @Test
  void whatWasBlockedByOtherCodeGoesOnWithTheCodeThatFits() {
    parked();
    try (var engine =
        TestEngine.Setup.in(directory, time)
            .start(code((_, context) -> step(context, "other", "x")))) {
      time.advance(Duration.ofHours(2));
      var run = engine.journal.reader().unfinished(1, null).runs().getFirst().id();
      engine.await(run, Status.BLOCKED);
    }
    ran.clear();
    assertEquals(Outcome.GOES_ON, checkOne(this::original).outcome());
    assertEquals(
        Outcome.STAYS_BLOCKED, checkOne((_, context) -> step(context, "other", "x")).outcome());
    assertEquals(Outcome.MISSING, check().getFirst().outcome());
  }

  @Test
  void sequencesAreHeldToTheirNamesAndOrder() {
    try (var engine = TestEngine.Setup.in(directory, time).start(sequence("second"))) {
      engine.awaitRetry(engine.run("row", "3"), 1);
    }
    ran.clear();
    assertEquals(Outcome.GOES_ON, check(sequence("second")).getFirst().outcome());
    assertBlocked(check(sequence("zweiter")).getFirst(), "\"second\"");
    assertEquals(List.of(), ran);
  }

  private Workflow<Integer, String> sequence(String second) {
    return Workflow.named("row")
        .input(Integer.class, 3)
        .step("first", String.class, (n, _) -> "n" + n)
        .step(
            second,
            String.class,
            (_, _) -> {
              ran.add(second);
              throw new IllegalStateException("not now");
            },
            retries(5).backoff(Duration.ofHours(1), 1, Duration.ofHours(1)))
        .build();
  }

  @Test
  void theDatabaseIsNotChanged() throws IOException {
    parked();
    var before = contents();
    check(code(this::original));
    check(code((_, context) -> step(context, "other", "x")));
    var after = contents();
    assertEquals(before.keySet(), after.keySet());
    before.forEach((file, bytes) -> assertArrayEquals(bytes, after.get(file), file.toString()));
  }

  private Map<Path, byte[]> contents() throws IOException {
    var contents = new TreeMap<Path, byte[]>();
    try (var files = Files.list(directory)) {
      for (var file : files.toList()) {
        contents.put(file, Files.readAllBytes(file));
      }
    }
    return contents;
  }

  @Test
  void aDatabaseThatAnEngineHasIsRefused() {
    try (var engine = TestEngine.Setup.in(directory, time).start(code(this::original))) {
      assertThrows(JournalException.Owned.class, () -> DatabaseCopy.of(directory));
      assertThrows(
          JournalException.Owned.class, () -> DatabaseCopy.of(directory.resolve("perdure.db")));
      assertTrue(engine.engine.health().ready());
    }
  }
}
