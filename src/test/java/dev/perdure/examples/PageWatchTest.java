package dev.perdure.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perdure.engine.EngineOptions;
import dev.perdure.examples.LocalServer.Answer;
import dev.perdure.examples.LocalServer.Request;
import dev.perdure.examples.PageWatch.Watch;
import dev.perdure.journal.RunId;
import dev.perdure.journal.Status;
import dev.perdure.journal.StepRecord;
import dev.perdure.journal.WaitingFor;
import dev.perdure.server.Perdure;
import dev.perdure.testing.TestRun;
import dev.perdure.testing.WorkflowTester;
import dev.perdure.workflow.FinalStepException;
import dev.perdure.workflow.StepFailedException;
import dev.perdure.workflow.Workflow;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PageWatchTest {

  private static final Duration THREE_DAYS = Duration.ofDays(3);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final CountDownLatch secondLook = new CountDownLatch(1);

  @TempDir private Path directory;

  private LocalServer server;
  private PageWatch watch;
  private volatile Answer page = Answer.of(200, "one");

  @BeforeEach
  void open() throws IOException {
    server = new LocalServer();
    watch = new PageWatch(server.address().resolve("news"));
    serve();
  }

  @AfterEach
  void close() {
    server.close();
  }

  private void serve() {
    page = Answer.of(200, "one");
    server.serve(request -> request.path().equals("/page") ? page : Answer.of(204, ""));
  }

  private WorkflowTester<Watch> tester() {
    return WorkflowTester.of(watch.watch(), watch.news());
  }

  private Watch every(Duration interval) {
    return new Watch(server.address().resolve("page").toString(), interval, "");
  }

  @Test
  void tellsOfAChangeWhenItIsLookedFor() {
    try (var test = tester()) {
      var run = test.start(every(THREE_DAYS));
      page = Answer.of(200, "two");
      test.advance(THREE_DAYS.minusMillis(1));
      assertEquals(List.of(), news());
      test.advance(Duration.ofMillis(1));
      assertEquals(List.of("changed"), news());
      test.advance(THREE_DAYS.multipliedBy(2));

      assertEquals(List.of("changed"), news());
      assertEquals(4, test.times("look"));
      assertEquals(WaitingFor.Kind.SIGNAL, run.waitingFor().orElseThrow().kind());
    }
  }

  @Test
  void looksMoreOftenWhenItIsTold() {
    try (var test = tester()) {
      var run = test.start(every(THREE_DAYS));
      run.signal("every", 1);
      assertEquals(2, test.times("look"));
      run.signal("every", "often");
      assertEquals(3, test.times("look"));
      test.advance(THREE_DAYS);

      assertEquals(6, test.times("look"));
    }
  }

  @Test
  void isStopped() {
    try (var test = tester()) {
      var run = test.start(every(THREE_DAYS)).signal("stop", null);
      assertEquals("stopped", run.output(String.class));
    }
  }

  @Test
  void goesOnWhenThePageIsDown() {
    try (var test = tester()) {
      var run = test.start(every(THREE_DAYS));
      page = Answer.of(404, "");
      test.advance(THREE_DAYS);
      assertEquals(List.of("down"), news());
      page = Answer.of(200, "one");
      test.advance(THREE_DAYS);

      assertEquals(List.of("down"), news());
      assertEquals(Status.RUNNING, run.status());
    }
  }

  @Test
  void isNotHeldUpWhileNobodyCanBeTold() {
    try (var test = tester()) {
      test.stub("tell").fails(new IOException("The hook is down.")).runs();
      test.start(every(THREE_DAYS));
      page = Answer.of(200, "two");
      test.advance(THREE_DAYS);
      assertEquals(List.of(), news());
      test.advance(Duration.ofMinutes(1));

      assertEquals(List.of("changed"), news());
    }
  }

  @Test
  void handsOverBeforeItsJournalIsLong() {
    try (var test = tester()) {
      var run = test.start(every(THREE_DAYS));
      test.advance(THREE_DAYS.multipliedBy(PageWatch.LOOKS_MAX));

      var next = next(test, run);
      assertEquals(Status.COMPLETED, run.status());
      assertEquals(PageWatch.LOOKS_MAX, run.steps("look").size());
      page = Answer.of(200, "two");
      test.advance(THREE_DAYS);
      assertEquals(List.of("changed"), news());
      assertEquals("stopped", next.signal("stop", null).output(String.class));
    }
  }

  private static TestRun next(WorkflowTester<?> test, TestRun run) {
    return test.run(run.step("go-on").orElseThrow().child());
  }

  @Test
  void tellsOnceWhereverItIsKilled() {
    int crashes =
        WorkflowTester.crashEverywhere(
            watch.watch(),
            test -> {
              serve();
              var run = test.start(every(THREE_DAYS));
              page = Answer.of(200, "two");
              test.advance(THREE_DAYS.plusMinutes(1));
              page = Answer.of(404, "");
              run.signal("every", 1);
              run.signal("stop", null);

              assertEquals("stopped", run.output(String.class));
              assertEquals(List.of("changed", "down"), news());
            },
            watch.news());
    assertTrue(crashes >= 15, crashes + " crashes");
  }

  /** What somebody was told, each thing once: a repeated request has the same key. */
  private List<String> news() {
    return server.requests().stream()
        .filter(request -> request.path().equals("/news"))
        .collect(Collectors.toMap(Request::key, Request::body, (first, again) -> first))
        .values()
        .stream()
        .map(body -> body.contains("\"down\"") ? "down" : "changed")
        .sorted()
        .toList();
  }

  @Test
  void codeThatCameLaterRunsFromTheNextLookOn() throws Exception {
    page = Answer.of(404, "");
    RunId id;
    var impatient = new EngineOptions(1, 1, Duration.ofMillis(50), ZoneId.of("UTC"));
    try (var perdure = Perdure.open(directory, impatient, List.of(old()))) {
      id = perdure.start(old(), every(THREE_DAYS));
      perdure.signal(id, "every", 1);
      secondLook.await();
    }
    try (var perdure = Perdure.open(directory, EngineOptions.DEFAULT, watch.workflows())) {
      perdure.signal(id, "stop", null);

      var ended = perdure.await(id, PATIENCE).orElseThrow();
      assertEquals(Status.COMPLETED, ended.run().status());
      assertEquals(
          List.of("look", "any", "look", "tell-of-outages", "now", "tell", "any"),
          ended.steps().stream().map(StepRecord::name).toList());
      perdure.await(ended.steps().get(5).child(), PATIENCE).orElseThrow();
      assertEquals(List.of("down"), news());
    }
  }

  /** As it was before it told of outages. The page is down, and the second look takes long. */
  private Workflow<Watch, String> old() {
    return Workflow.named(PageWatch.WATCH)
        .input(Watch.class, new Watch("", THREE_DAYS, ""))
        .code(
            String.class,
            (watch, run) -> {
              assertThrows(
                  StepFailedException.class,
                  () -> run.step("look", watch.url(), String.class, (_, _) -> noPage()));
              run.awaitAny(watch.every(), "every", "stop");
              return run.step("look", watch.url(), String.class, (_, _) -> hang());
            });
  }

  private static String noPage() {
    throw new FinalStepException("There is no page.");
  }

  private String hang() throws InterruptedException {
    secondLook.countDown();
    new CountDownLatch(1).await();
    return "never";
  }
}
