package dev.perdure.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perdure.examples.LocalServer.Answer;
import dev.perdure.examples.LocalServer.Request;
import dev.perdure.examples.SlowReport.Month;
import dev.perdure.examples.SlowReport.Report;
import dev.perdure.journal.Status;
import dev.perdure.testing.TestRun;
import dev.perdure.testing.WorkflowTester;
import java.io.IOException;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SlowReportTest {

  private static final Month MONTH = new Month(2029, 12);
  private static final Report REPORT = new Report(MONTH, "All was sold.");
  private static final Answer ORDERED = Answer.of(202, "{\"id\": \"r-1\"}");
  private static final Answer MADE = Answer.of(200, REPORT.text());
  private static final Answer PRINTED = Answer.of(201, "{\"id\": \"sheet-1\"}");
  private static final Answer BROKEN = Answer.of(0, "");

  private LocalServer server;
  private SlowReport reports;

  @BeforeEach
  void open() throws IOException {
    server = new LocalServer();
    reports = new SlowReport(server.address());
  }

  @AfterEach
  void close() {
    server.close();
  }

  private static Answer later(String when) {
    return Answer.of(503, "").with("Retry-After", when);
  }

  private static Answer notYet(String when) {
    return Answer.of(202, "").with("Retry-After", when);
  }

  /** These, one after the other, and the last one from then on. */
  private void answer(Answer... answers) {
    Queue<Answer> left = new ArrayDeque<>(List.of(answers));
    server.serve(_ -> left.size() > 1 ? left.remove() : left.element());
  }

  private static Duration took(TestRun run) {
    return Duration.between(WorkflowTester.START, run.detail().run().finishedAt());
  }

  @Test
  void asksAgainWhenItIsToldTo() {
    answer(later("120"), ORDERED, notYet("3600"), notYet("7200"), MADE);
    try (var test = WorkflowTester.of(reports.report())) {
      var run = test.runToEnd(test.start(MONTH));

      assertEquals(REPORT, run.output(Report.class));
      assertEquals(Duration.ofSeconds(120 + 3_600 + 7_200), took(run));
      assertEquals(2, test.times("order"));
      assertEquals(3, test.times("collect"));
    }
  }

  @Test
  void understandsAnInstantByTheClockOfTheServer() {
    var inAnHour = ZonedDateTime.now(ZoneOffset.UTC).plusHours(1);
    answer(ORDERED, notYet(DateTimeFormatter.RFC_1123_DATE_TIME.format(inAnHour)), MADE);
    try (var test = WorkflowTester.of(reports.report())) {
      var minutes = took(test.runToEnd(test.start(MONTH))).toMinutes();
      assertTrue(minutes >= 58 && minutes <= 60, minutes + " minutes");
    }
  }

  @Test
  void waitsAMinuteWhenItIsToldNothingOrNonsense() {
    answer(ORDERED, Answer.of(202, ""), notYet("soon"), MADE);
    try (var test = WorkflowTester.of(reports.report())) {
      assertEquals(Duration.ofMinutes(2), took(test.runToEnd(test.start(MONTH))));
    }
  }

  /** It does not wait for a thirteenth hour in which it would not be asked again. */
  @Test
  void givesUpWhenAnotherTryWouldBeTooLate() {
    answer(ORDERED, notYet("3600"));
    try (var test = WorkflowTester.of(reports.report())) {
      var run = test.runToEnd(test.start(MONTH));

      assertEquals(Status.FAILED, run.status());
      assertEquals("total-timeout", run.detail().error().code());
      assertEquals(Duration.ofHours(11), took(run));
      assertEquals(12, test.times("collect"));
    }
  }

  @Test
  void aRequestThatHangsIsGivenUpAndSentAgain() {
    answer(ORDERED, MADE);
    try (var test = WorkflowTester.of(reports.report())) {
      test.stub("collect").hangs().runs();
      var run = test.runToEnd(test.start(MONTH));

      assertEquals(REPORT, run.output(Report.class));
      assertTrue(took(run).compareTo(Duration.ofSeconds(30)) >= 0, took(run).toString());
    }
  }

  @Test
  void aReportThatIsGoneIsNotAskedForAgain() {
    answer(ORDERED, Answer.of(410, ""));
    try (var test = WorkflowTester.of(reports.report())) {
      assertEquals(Status.FAILED, test.start(MONTH).status());
      assertEquals(1, test.times("collect"));
    }
  }

  @Test
  void ordersOneReportWhereverItIsKilled() {
    int crashes =
        WorkflowTester.crashEverywhere(
            reports.report(),
            test -> {
              answerByPath();
              var run = test.runToEnd(test.start(MONTH));

              assertEquals(REPORT, run.output(Report.class));
              assertEquals(1, keys("/reports"));
            });
    assertTrue(crashes >= 8, crashes + " crashes");
  }

  /** Later, once for each; then what was asked for. */
  private void answerByPath() {
    server.serve(request -> {
      boolean first =
          server.requests().stream().filter(r -> r.path().equals(request.path())).count() == 1;
      boolean isOrder = request.method().equals("POST");
      return first ? later("60") : isOrder ? ORDERED : MADE;
    });
  }

  private long keys(String path) {
    return server.requests().stream()
        .filter(request -> request.path().equals(path))
        .map(Request::key)
        .distinct()
        .count();
  }

  @Test
  void printsWhenThePrinterHasTime() {
    answer(later("60"), later("60"), PRINTED);
    try (var test = WorkflowTester.of(reports.print())) {
      var run = test.runToEnd(test.start(REPORT));

      assertEquals("sheet-1", run.output(String.class));
      assertEquals(Duration.ofMinutes(2), took(run));
    }
  }

  @Test
  void aBrokenConnectionIsNoReasonToPrintAgain() {
    answer(BROKEN);
    try (var test = WorkflowTester.of(reports.print())) {
      assertEquals(Status.FAILED, test.runToEnd(test.start(REPORT)).status());
      assertEquals(1, test.times("print"));
    }
  }

  @Test
  void aCrashWhileItPrintsIsLeftToAPerson() {
    try (var test = WorkflowTester.of(reports.print())) {
      test.stub("print").hangs();
      var run = test.start(REPORT);
      test.crash();

      assertEquals(Status.BLOCKED, test.runToEnd(run).status());
      assertEquals(1, test.times("print"));
      assertEquals(Status.CANCELLED, run.cancel().status());
    }
  }

  @Test
  void aCrashBeforeAnotherTryIsNoReasonNotToPrint() {
    answer(later("60"), PRINTED);
    try (var test = WorkflowTester.of(reports.print())) {
      var run = test.start(REPORT);
      test.crash();

      assertEquals("sheet-1", test.runToEnd(run).output(String.class));
      assertEquals(2, server.requests().size());
    }
  }
}
