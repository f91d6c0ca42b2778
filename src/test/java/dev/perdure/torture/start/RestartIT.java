package dev.perdure.torture.start;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perdure.torture.Target;
import dev.perdure.twin.Twin;
import dev.perdure.twin.TwinBuild;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The short form of {@link RestartPart}: no times, but all the rest, in a heap of its size. */
class RestartIT {

  private static final int COUNT = 5_000;
  private static final int HEAP_MIB = 64;

  @TempDir private Path directory;

  @Test
  void everyUnfinishedRunGoesOn() throws Exception {
    var restart = new Restart(directory, "mixed", COUNT, HEAP_MIB);
    var outcome = restart.run(server(), new SplittableRandom(4));
    System.out.println(COUNT + " unfinished runs: " + outcome);
    assertEquals(List.of(), outcome.violations());
  }

  /** What the other program looks at is worth something. */
  @Test
  void aTwinThatRunsCompletedStepsAgainIsCaught() throws Exception {
    var restart = new Restart(directory, "mixed", 500, HEAP_MIB);
    var twin = server().classesFirst(TwinBuild.of(Twin.REQUEUE_COMPLETED));
    var found = restart.run(twin, new SplittableRandom(4)).violations();
    assertTrue(
        found.stream().anyMatch(one -> one.startsWith("steps that had completed and ran again")),
        found::toString);
  }

  @Test
  void aTwinThatForgetsAttemptsIsCaught() throws Exception {
    var restart = new Restart(directory, "mixed", 500, HEAP_MIB);
    var twin = server().classesFirst(TwinBuild.of(Twin.ATTEMPTS_FORGOTTEN));
    var found = restart.run(twin, new SplittableRandom(4)).violations();
    assertTrue(
        found.stream().anyMatch(one -> one.startsWith("attempts that were cut off")),
        found::toString);
  }

  private Target.Builder server() {
    return Target.in(directory).workflows(UnfinishedWorkflows.class);
  }
}
