package dev.perdure.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Steps that do not do as they are told. */
class HostileStepsIT {

  private static final Duration TOO_LATE = TrialWorkflows.LIMIT.plusMillis(250);
  private static final Duration HEALTH_WITHIN = Duration.ofMillis(500);

  @TempDir private Path directory;
  private Conductor conductor;
  private PerdureProcess perdure;

  @BeforeEach
  void start() throws Exception {
    conductor = new Conductor(directory);
    perdure = PerdureProcess.start(directory, conductor.settings());
  }

  @AfterEach
  void stop() throws Exception {
    perdure.close();
    conductor.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"sleeps", "spins", "swallows"})
  void timesOutInTime(String workflow) throws Exception {
    var run = perdure.awaitEnd(perdure.startRun(workflow));

    assertEquals("failed", run.status(), run::toString);
    var step = run.step("only");
    assertEquals(List.of("failed"), step.outcomes());
    var took = step.attempts().getFirst().duration();
    assertTrue(took.compareTo(TrialWorkflows.LIMIT) >= 0, () -> "too early: " + took);
    assertTrue(took.compareTo(TOO_LATE) <= 0, () -> "too late: " + took);
    assertTrue(run.toString().contains("\"timeout\""), run::toString);
  }

  @Test
  void stepsThatSpinOnEveryCoreLeaveRoomForTheRest() throws Exception {
    for (int core = 0; core < Runtime.getRuntime().availableProcessors(); core++) {
      var spinning = perdure.startRun("spins-on");
      perdure.await(spinning, run -> run.step("only").attempts().size() == 1);
    }

    for (int i = 0; i < 20; i++) {
      var before = Instant.now();
      assertEquals(200, perdure.get("/health/live").statusCode());
      var took = Duration.between(before, Instant.now());
      assertTrue(took.compareTo(HEALTH_WITHIN) < 0, () -> "/health/live took " + took);
      assertEquals("completed", perdure.awaitEnd(perdure.startRun("quick")).status());
    }
  }
}
