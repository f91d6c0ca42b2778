package dev.perdure.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.reflect.TypeToken;
import dev.perdure.docs.Lessons.Approval;
import dev.perdure.docs.Lessons.World;
import dev.perdure.journal.Status;
import dev.perdure.testing.WorkflowTester;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The snippets of workflows.md do what the page says. */
class LessonsTest {

  private static final Duration DAY = Duration.ofDays(1);

  @TempDir private Path directory;

  private final Bank bank = new Bank();
  private final Lessons lessons = new Lessons(bank);

  /** Answers a charge as it is told, and remembers what was refunded. */
  private static final class Bank implements World {
    private final List<String> refunds = Collections.synchronizedList(new ArrayList<>());
    private volatile int firstStatus = 200;
    private volatile boolean printerBroken;

    @Override
    public Answer charge(String order, String key) {
      int status = firstStatus;
      firstStatus = status == 402 ? 402 : 200;
      return new Answer(status, "p-" + order, Duration.ofHours(1));
    }

    @Override
    public void refund(String order, String key) {
      refunds.add(order);
    }

    @Override
    public String pack(String item) {
      return "box of " + item;
    }

    @Override
    public String print(String label) throws IOException {
      if (printerBroken) {
        throw new IOException("no paper");
      }
      return "label of " + label;
    }
  }

  @Test
  void anOrderIsChargedPackedAndBookedWhereverItIsKilled() {
    int crashes =
        WorkflowTester.crashEverywhere(
            lessons.orders(),
            test -> {
              bank.firstStatus = 503;
              var run = test.runToEnd(test.start(Lessons.example()));
              assertEquals("p-17 [box of teapot, box of cup]", run.output(String.class));
              assertTrue(!test.now().isBefore(WorkflowTester.START.plus(DAY).plusSeconds(3_600)));
            },
            lessons.thank());
    assertTrue(crashes >= 10, crashes + " crashes");
  }

  @Test
  void aDeclinedOrCancelledOrderIsRefunded() {
    try (var test = WorkflowTester.of(lessons.orders(), lessons.thank())) {
      test.start(Lessons.example()).cancel();
      assertEquals(List.of("17"), bank.refunds);
      bank.firstStatus = 402;
      assertEquals(Status.FAILED, test.start(Lessons.example()).status());
      assertEquals(List.of("17", "17"), bank.refunds);
    }
  }

  @Test
  void aPrinterWithoutPaperIsNotAskedTwice() {
    bank.printerBroken = true;
    try (var test = WorkflowTester.of(lessons.labels())) {
      assertEquals(Status.FAILED, test.start("box").status());
      assertEquals(1, test.times("print"));
    }
  }

  @Test
  void fanOutsAnswerInOrder() {
    try (var test = WorkflowTester.of(lessons.packing())) {
      var run = test.runToEnd(test.start(Lessons.example()));
      assertEquals(
          List.of("courier for box of teapot, signed", "2 sent, 2 labels"),
          run.output(new TypeToken<List<String>>() {}));
    }
  }

  @Test
  void waitsEndBySignalOrTime() {
    try (var test = WorkflowTester.of(lessons.deciding())) {
      var approved = test.start(Lessons.example()).signal("approval", new Approval(true, "ann"));
      assertEquals("approved by ann", approved.output(String.class));
      var late = test.start(Lessons.example());
      test.advance(DAY.multipliedBy(3));
      late.signal("withdrawal", null);
      assertEquals("withdrawal after all", late.output(String.class));
      var silent = test.runToEnd(test.start(Lessons.example()));
      assertEquals("nobody has said anything", silent.output(String.class));
    }
  }

  @Test
  void childrenAreAwaitedOrNot() {
    try (var test = WorkflowTester.of(lessons.supplying(), lessons.labels(), lessons.thank())) {
      var run = test.start(Lessons.example());
      assertEquals("label of 17, and thanks", run.output(String.class));
    }
  }

  @Test
  void helpersAnswerTheSameADayLater() {
    try (var test = WorkflowTester.of(lessons.drawing())) {
      var run = test.start(List.of("ann"));
      var ticket = run.step("uuid").orElseThrow().output().json().replace("\"", "");
      test.crash();
      test.advance(DAY);
      assertEquals("ann on 2030-01-01T00:00:00Z, ticket " + ticket, run.output(String.class));
    }
  }

  @Test
  void aProgramThatEmbedsItStartsCancelsAndReads() throws Exception {
    assertEquals(0, Lessons.sales(directory, lessons.orders(), lessons.thank()));
  }
}
