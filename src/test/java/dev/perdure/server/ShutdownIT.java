package dev.perdure.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ends the process as an operator does, and as a bad step does. */
class ShutdownIT {

  private static final int TERMINATED = 143;

  @TempDir private Path directory;
  private Conductor conductor;

  @BeforeEach
  void start() throws Exception {
    conductor = new Conductor(directory);
  }

  @AfterEach
  void stop() throws Exception {
    conductor.close();
  }

  private PerdureProcess perdure(String grace) throws Exception {
    var settings = new HashMap<>(conductor.settings());
    settings.put("PERDURE_SHUTDOWN_GRACE", grace);
    return PerdureProcess.start(directory, settings);
  }

  @Test
  void stepThatFitsIntoTheGraceCompletesAndIsNotRunAgain() throws Exception {
    String run;
    try (var perdure = perdure("30s")) {
      run = perdure.startRun("three-steps");
      var second = conductor.await("second 1");

      perdure.terminate();
      var refused = awaitRefusal(perdure);
      assertTrue(refused.contains("\"not-accepting\""), refused);
      assertEquals(200, perdure.get("/api/runs/" + run).statusCode());
      second.go();

      assertEquals(TERMINATED, perdure.awaitExit());
      assertTrue(perdure.log().contains("Perdure has stopped."), perdure::log);
    }
    try (var perdure = perdure("30s")) {
      var ended = perdure.awaitEnd(run);
      assertEquals("completed", ended.status(), ended::toString);
      assertEquals(List.of("completed"), ended.step("second").outcomes());
    }
    assertEquals(List.of("first 1", "second 1", "third 1"), conductor.begun(run));
  }

  /** The signal is on its way; what was posted before it arrives is accepted. */
  private static String awaitRefusal(PerdureProcess perdure) throws Exception {
    for (int i = 0; i < 1_000; i++) {
      var answer = perdure.post("quick");
      if (answer.statusCode() == 503) {
        return answer.body();
      }
    }
    throw new AssertionError("It goes on accepting.");
  }

  @Test
  void stepThatDoesNotFitIsInterruptedAndThatCostsNoAttempt() throws Exception {
    String run;
    try (var perdure = perdure("100ms")) {
      run = perdure.startRun("three-steps");
      var _ = conductor.await("second 1");

      perdure.terminate();

      assertEquals(TERMINATED, perdure.awaitExit());
    }
    try (var perdure = perdure("100ms")) {
      conductor.await("second 2").go();
      var ended = perdure.awaitEnd(run);
      assertEquals("completed", ended.status(), ended::toString);
      assertEquals(List.of("interrupted", "completed"), ended.step("second").outcomes());
      assertEquals(1, ended.step("second").attemptCount());
    }
  }

  @Test
  void stepThatEndsTheProcessDoesNotHangItsShutdown() throws Exception {
    String run;
    try (var perdure = perdure("20s")) {
      run = perdure.startRun("exits");
      conductor.await("exits").go();

      assertEquals(7, perdure.awaitExit());
      assertTrue(perdure.log().contains("Perdure has stopped."), perdure::log);
    }
    try (var perdure = perdure("20s")) {
      conductor.await("exits").go();
      assertEquals("completed", perdure.awaitEnd(run).status());
    }
  }
}
