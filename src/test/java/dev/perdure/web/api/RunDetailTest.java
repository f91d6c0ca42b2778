package dev.perdure.web.api;

import static dev.perdure.web.api.TestEngine.CREATED;
import static dev.perdure.web.api.TestEngine.ID;
import static dev.perdure.web.api.TestEngine.detail;
import static dev.perdure.web.api.TestEngine.run;
import static dev.perdure.web.api.TestEngine.step;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import com.google.gson.JsonObject;
import dev.perdure.journal.AttemptRecord;
import dev.perdure.journal.AttemptRecord.Outcome;
import dev.perdure.journal.Ending;
import dev.perdure.journal.ErrorRecord;
import dev.perdure.journal.RunDetail;
import dev.perdure.journal.RunRecord;
import dev.perdure.journal.Status;
import dev.perdure.journal.StepLog;
import dev.perdure.journal.StepPlan;
import dev.perdure.journal.StepProgress;
import dev.perdure.journal.StepRecord;
import dev.perdure.journal.StoredValue;
import dev.perdure.journal.ValueRef;
import dev.perdure.journal.WaitingFor;
import dev.perdure.journal.WaitingFor.Kind;
import dev.perdure.web.EngineGate.State;
import dev.perdure.web.WebServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RunDetailTest {

  private static final String PATH = "/api/runs/" + ID;
  private static WebServer server;
  private TestEngine test;

  @BeforeAll
  static void startServer() {
    server = WebServer.with().start();
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @BeforeEach
  void installEngine() {
    test = new TestEngine();
    when(test.reader.detail(any(), anyInt(), anyInt(), anyInt())).thenReturn(Optional.empty());
    when(test.reader.run(any())).thenReturn(Optional.empty());
    when(test.reader.value(any(), any())).thenReturn(Optional.empty());
    server.gate.set(new State.Ready(test.engine));
  }

  @Test
  void showsEveryFieldOfCompletedRun() {
    answer(
        new RunDetail(
            run(Status.COMPLETED),
            List.of(),
            new StoredValue("{\"amount\":1.10}", 15),
            new StoredValue("\"<b>\"", 5),
            null,
            List.of(step(0, "charge", Status.COMPLETED)),
            null));
    assertEquals(
        "{\"runId\":\""
            + ID
            + "\",\"workflow\":\"order\",\"status\":\"completed\",\"reason\":null,"
            + "\"waitingFor\":null,\"failingStep\":null,"
            + "\"createdAt\":\"2026-03-01T11:59:00.000Z\","
            + "\"startedAt\":\"2026-03-01T11:59:00.005Z\","
            + "\"finishedAt\":\"2026-03-01T11:59:01.505Z\",\"durationMs\":1500,"
            + "\"ending\":null,\"deadline\":null,\"parent\":null,"
            + "\"version\":3,\"input\":{\"amount\":1.10},\"output\":\"<b>\",\"error\":null,"
            + "\"steps\":[{\"name\":\"charge\",\"kind\":\"step\",\"status\":\"completed\","
            + "\"reason\":null,\"waitingFor\":null,\"input\":[1,2],\"output\":\"done\","
            + "\"error\":null,\"attemptCount\":1,\"maxAttempts\":3,\"nextDueAt\":null,"
            + "\"startedAt\":\"2026-03-01T11:59:00.010Z\","
            + "\"finishedAt\":\"2026-03-01T11:59:00.030Z\",\"durationMs\":20,"
            + "\"attempts\":[{\"attempt\":1,\"status\":\"completed\","
            + "\"startedAt\":\"2026-03-01T11:59:00.020Z\","
            + "\"finishedAt\":\"2026-03-01T11:59:00.030Z\",\"error\":null}],"
            + "\"ordinal\":0,\"scope\":\"\",\"position\":0,\"progress\":null,\"child\":null,"
            + "\"log\":\""
            + PATH
            + "/steps/0/log\"}],"
            + "\"stepsCursor\":null}",
        server.get(PATH).body());
    verify(test.reader).detail(ID, 0, 200, 32 * 1024);
  }

  @Test
  void listsStepsThatHaveNotBegunAsPending() {
    answer(detail(run(Status.RUNNING), plan(3), List.of(step(0, "step-0", Status.RUNNING))));
    var steps = steps(PATH);
    assertEquals(List.of("running", "pending", "pending"), texts(steps, "status"));
    assertEquals(List.of("step-0", "step-1", "step-2"), texts(steps, "name"));
    assertEquals(steps.getFirst().keySet(), steps.getLast().keySet());
    assertEquals(5, steps.getLast().get("maxAttempts").getAsInt());
    assertTrue(steps.getLast().get("reason").isJsonNull());
  }

  @Test
  void stepsThatEndedRunNeverReachedSaySo() {
    answer(detail(run(Status.FAILED), plan(2), List.of(step(0, "step-0", Status.FAILED))));
    var reason = steps(PATH).getLast().getAsJsonObject("reason");
    assertEquals("not-reached", reason.get("code").getAsString());
  }

  @Test
  void planIsMatchedByPositionWhenOrdinalsCountMore() {
    var begun =
        List.of(
            done("step-0", 0),
            placed(done("step-1", 5), "", 1, "transaction"),
            placed(done("undo", 6), "~", 0, "compensation"));
    answer(detail(run(Status.RUNNING), plan(4), begun));
    var steps = steps(PATH);
    assertEquals(List.of("step-0", "step-1", "undo", "step-2", "step-3"), texts(steps, "name"));
    assertEquals(3, steps.getLast().get("position").getAsInt());
    assertTrue(steps.getLast().get("ordinal").isJsonNull());
    assertEquals(6, steps.get(2).get("ordinal").getAsInt());
    assertEquals("~", steps.get(2).get("scope").getAsString());
  }

  @Test
  void pageWithoutStepsOfThePlanKeepsItsPlace() {
    answer(0, page(List.of(done("step-0", 0), done("step-1", 1)), plan(4), 200));
    answer(200, page(List.of(placed(done("undo", 200), "~", 9, "compensation")), plan(4), null));
    var next = server.get(PATH + "?stepsCursor=" + server.get(PATH).text("stepsCursor"));
    assertEquals(List.of("undo", "step-2", "step-3"), texts(stepsOf(next.json()), "name"));
  }

  @Test
  void plannedStepsHaveTheirKindAndEndingRunsDoNotReachThem() {
    var plan = List.of(new StepPlan("timer", "pause", 0, null));
    answer(detail(withEnding(run(Status.RUNNING), Ending.CANCELLED), plan, List.of()));
    var reply = server.get(PATH).json();
    var step = stepsOf(reply).getFirst();
    assertEquals("timer", step.get("kind").getAsString());
    assertEquals("not-reached", step.getAsJsonObject("reason").get("code").getAsString());
    assertEquals("cancelled", reply.get("ending").getAsString());
    assertEquals("2026-03-01T12:00:59.000Z", reply.get("deadline").getAsString());
    assertEquals(
        TestEngine.OLDER.toString(), reply.getAsJsonObject("parent").get("runId").getAsString());
  }

  @Test
  void whatHasNoAttemptsListsNoneAndHasNoLog() {
    var wait = new WaitingFor(Kind.CHILD, "ship", CREATED, null);
    var child = placed(step(3, "ship", Status.RUNNING, wait, List.of()), "2/7", 1, "child");
    answer(detail(run(Status.RUNNING), List.of(), List.of(child)));
    var step = steps(PATH).getFirst();
    assertEquals(0, step.getAsJsonArray("attempts").size());
    assertTrue(step.get("log").isJsonNull());
    assertEquals(TestEngine.OLDER.toString(), step.get("child").getAsString());
    assertEquals("2/7", step.get("scope").getAsString());
    assertEquals("child", step.getAsJsonObject("waitingFor").get("kind").getAsString());
    assertEquals(
        "{\"fraction\":0.5,\"text\":\"half\",\"at\":\"2026-03-01T11:59:00.000Z\"}",
        step.get("progress").toString());
    answer(
        detail(run(Status.RUNNING), List.of(), List.of(placed(done("ship", 3), "", 0, "child"))));
    assertEquals(0, steps(PATH).getFirst().getAsJsonArray("attempts").size());
  }

  @Test
  void servesTheLogOfAStep() {
    var path = PATH + "/steps/3/log";
    assertEquals("run-not-found", server.get(path).code());
    when(test.reader.run(ID)).thenReturn(Optional.of(run(Status.RUNNING)));
    assertEquals("value-not-found", server.get(path).code());
    when(test.reader.steps(ID, List.of(3))).thenReturn(List.of(done("pack", 3)));
    assertEquals("{\"lines\":[]}", server.get(path).body());
    when(test.reader.log(ID, 3)).thenReturn(List.of(new StepLog(2, "<b> ü", CREATED)));
    var line = server.get(path).json().getAsJsonArray("lines").get(0).getAsJsonObject();
    assertEquals("<b> ü", line.get("line").getAsString());
    assertEquals(2, line.get("attempt").getAsInt());
    assertEquals("2026-03-01T11:59:00.000Z", line.get("at").getAsString());
    assertEquals(400, server.get(path + "?limit=1").status());
  }

  @Test
  void listsAttemptsWithTheLatestOnce() {
    var failed = new AttemptRecord(1, Outcome.FAILED, CREATED, CREATED, error(), null);
    var inFlight = step(0, "charge", Status.RUNNING, null, List.of(failed));
    answer(detail(run(Status.RUNNING), List.of(), List.of(inFlight)));
    assertEquals(List.of("failed", "running"), attemptStatuses());
    var retry = new WaitingFor(Kind.RETRY, "charge", CREATED, CREATED.plusSeconds(9));
    var waiting = step(0, "charge", Status.RUNNING, retry, List.of(failed));
    answer(detail(run(Status.RUNNING, retry), List.of(), List.of(waiting)));
    assertEquals(List.of("failed"), attemptStatuses());
    assertEquals("2026-03-01T11:59:09.000Z", steps(PATH).getFirst().get("nextDueAt").getAsString());
  }

  @Test
  void errorsOfStepsAndAttemptsHaveTheirTrace() {
    answer(detail(run(Status.FAILED), List.of(), List.of(step(0, "charge", Status.FAILED))));
    var error = steps(PATH).getFirst().getAsJsonObject("error");
    assertEquals(
        "{\"code\":\"error\",\"type\":\"java.lang.IllegalStateException\","
            + "\"message\":\"no money\",\"trace\":\"the trace\"}",
        error.toString());
    assertEquals(List.of("failed"), attemptStatuses());
  }

  @Test
  void largeValuesAreLinks() {
    var large = new StoredValue(null, 40_000);
    answer(new RunDetail(run(Status.COMPLETED), List.of(), large, large, null, List.of(), null));
    when(test.reader.value(ID, new ValueRef.RunOutput())).thenReturn(Optional.of("[\"ü\"]"));
    var output = server.get(PATH).json().getAsJsonObject("output");
    assertEquals(
        "{\"truncated\":true,\"bytes\":40000,\"href\":\"" + PATH + "/output\"}", output.toString());
    var value = server.get(output.get("href").getAsString());
    assertEquals("[\"ü\"]", value.body());
    assertEquals("application/json", value.header("Content-Type").orElseThrow());
    assertTrue(value.header("Content-Disposition").orElseThrow().startsWith("attachment"));
  }

  @ParameterizedTest
  @CsvSource({"input", "output", "steps/0/input", "steps/12/output"})
  void servesEachValueInFull(String which) {
    ValueRef ref =
        switch (which) {
          case "input" -> new ValueRef.RunInput();
          case "output" -> new ValueRef.RunOutput();
          case "steps/0/input" -> new ValueRef.StepInput(0);
          default -> new ValueRef.StepOutput(12);
        };
    when(test.reader.value(ID, ref)).thenReturn(Optional.of("1.10"));
    assertEquals("1.10", server.get(PATH + "/" + which).body());
  }

  @Test
  void tellsMissingValueFromMissingRun() {
    assertEquals("run-not-found", server.get(PATH + "/output").code());
    when(test.reader.run(ID)).thenReturn(Optional.of(run(Status.RUNNING)));
    var reply = server.get(PATH + "/output");
    assertEquals(404, reply.status());
    assertEquals("value-not-found", reply.code());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0195a1b2-0000-7000-8000-000000000001",
        "0195A1B2-0000-7000-8000-000000000001",
        "1",
        "nope",
        "a%20b",
        "0195a1b2-0000-4000-8000-000000000001"
      })
  void unknownAndMalformedIdsAreNoRuns(String id) {
    var reply = server.get("/api/runs/" + id);
    assertEquals(404, reply.status());
    assertEquals("run-not-found", reply.code());
    assertTrue(reply.text("detail").contains("GET /api/runs"), reply.body());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api",
        "/api/",
        "/api/nope",
        "/api/runs/",
        "/api/workflows/",
        "/api/runs/x/y",
        "/api/runs/x/steps",
        "/api/runs/x/steps/0",
        "/api/runs/x/steps/-1/input",
        "/api/runs/x/steps/01/input",
        "/api/runs/x/steps/0/error",
        "/api/runs/x/steps/0/input/"
      })
  void unknownPathsAreProblems(String path) {
    var reply = server.get(path);
    assertEquals(404, reply.status());
    assertEquals("not-found", reply.code());
    assertEquals("application/problem+json", reply.header("Content-Type").orElseThrow());
  }

  @Test
  void pagesThroughSteps() {
    var begun = IntStream.range(0, 200).mapToObj(i -> done("step-" + i, i)).toList();
    answer(0, page(begun, plan(450), 200));
    var first = server.get(PATH);
    answer(200, page(List.of(done("step-200", 200)), plan(450), null));
    answer(201, page(List.of(), plan(450), null));
    var second = server.get(PATH + "?stepsCursor=" + first.text("stepsCursor"));
    var third = server.get(PATH + "?stepsCursor=" + second.text("stepsCursor"));
    var names = new ArrayList<String>();
    for (var reply : List.of(first, second, third)) {
      names.addAll(texts(stepsOf(reply.json()), "name"));
    }
    assertEquals(IntStream.range(0, 450).mapToObj(i -> "step-" + i).toList(), names);
    assertEquals("", third.text("stepsCursor"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "stepsCursor=czIwMA",
        "wait=-1",
        "wait=61",
        "wait=x",
        "stepsCursor=zz",
        "stepsCursor=cjA",
        "cursor=x"
      })
  void refusesBadParameters(String query) {
    assertEquals(400, server.get(PATH + "?" + query).status());
  }

  @Test
  void answersUnchangedRunWithoutQuery() {
    answer(detail(run(Status.RUNNING), List.of(), List.of()));
    var tag = "If-None-Match: " + server.get(PATH).header("ETag").orElseThrow();
    assertEquals(304, server.get(PATH, tag).status());
    verify(test.reader).detail(any(), anyInt(), anyInt(), anyInt());
  }

  private List<String> attemptStatuses() {
    var step = steps(PATH).getFirst();
    var statuses = new ArrayList<String>();
    step.getAsJsonArray("attempts")
        .forEach(attempt -> statuses.add(attempt.getAsJsonObject().get("status").getAsString()));
    return statuses;
  }

  private void answer(RunDetail detail) {
    answer(0, detail);
  }

  private void answer(int fromOrdinal, RunDetail detail) {
    when(test.reader.detail(ID, fromOrdinal, 200, 32 * 1024)).thenReturn(Optional.of(detail));
  }

  private static RunDetail page(
      List<StepRecord> steps, List<StepPlan> plan, @Nullable Integer next) {
    var input = new StoredValue("1", 1);
    return new RunDetail(run(Status.RUNNING), plan, input, null, null, steps, next);
  }

  /** The same step somewhere else, half done, with a child; kinds of waits have no attempt. */
  private static StepRecord placed(StepRecord step, String scope, int position, String kind) {
    boolean waits = kind.equals("child");
    return new StepRecord(
        step.ordinal(),
        scope,
        position,
        kind,
        step.name(),
        step.status(),
        step.reason(),
        step.waitingFor(),
        null,
        step.input(),
        step.output(),
        step.error(),
        waits ? 0 : step.attempt(),
        0,
        waits ? 0 : 3,
        0,
        false,
        step.startedAt(),
        step.attemptStartedAt(),
        step.finishedAt(),
        step.nextDueAt(),
        new StepProgress(0.5, "half", CREATED),
        waits ? TestEngine.OLDER : null,
        List.of());
  }

  private static RunRecord withEnding(RunRecord run, Ending ending) {
    return new RunRecord(
        run.id(),
        run.workflow(),
        run.version(),
        run.status(),
        run.reason(),
        run.waitingFor(),
        run.failingStep(),
        ending,
        CREATED.plusSeconds(119),
        TestEngine.OLDER,
        run.generation(),
        run.createdAt(),
        run.startedAt(),
        run.finishedAt());
  }

  private static StepRecord done(String name, int ordinal) {
    return step(ordinal, name, Status.COMPLETED);
  }

  private static List<StepPlan> plan(int steps) {
    return IntStream.range(0, steps).mapToObj(i -> new StepPlan("step-" + i, 4, null)).toList();
  }

  private static ErrorRecord error() {
    return TestEngine.error("no");
  }

  private static List<JsonObject> steps(String path) {
    return stepsOf(server.get(path).json());
  }

  private static List<JsonObject> stepsOf(JsonObject run) {
    var steps = new ArrayList<JsonObject>();
    run.getAsJsonArray("steps").forEach(step -> steps.add(step.getAsJsonObject()));
    return steps;
  }

  private static List<String> texts(List<JsonObject> objects, String member) {
    return objects.stream().map(object -> object.get(member).getAsString()).toList();
  }
}
