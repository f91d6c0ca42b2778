package dev.perdure.torture.start;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perdure.twin.Twin;
import dev.perdure.twin.TwinBuild;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The short form of {@link RestartPart}: no times, but all the rest, in a heap of its size. */
class RestartIT {

  private static final int COUNT = 5_000;
  private static final int HEAP_MIB = 64;

  @TempDir private static Path leftBehind;
  private static Left left;
  @TempDir private Path directory;

  @BeforeAll
  static void leaveThemUnfinished() throws Exception {
    left = new Left(leftBehind, "mixed", COUNT);
    left.leave();
  }

  @Test
  void everyUnfinishedRunGoesOn() throws Exception {
    var restart = new Restart(directory, left, HEAP_MIB);
    var outcome = restart.run(restart.server(), new SplittableRandom(4));
    System.out.println(COUNT + " unfinished runs: " + outcome);
    assertEquals(List.of(), outcome.violations());
  }

  /** What the other program looks at is worth something. */
  @ParameterizedTest
  @CsvSource({
    "REQUEUE_COMPLETED, steps that had completed and ran again",
    "ATTEMPTS_FORGOTTEN, attempts that were cut off and are not recorded so",
    "SUSPECTS_BESIDE_OTHERS, suspects that ran beside others",
  })
  void twinsAreCaught(Twin twin, String violation) throws Exception {
    var restart = new Restart(directory, left, HEAP_MIB);
    var server = restart.server().classesFirst(TwinBuild.of(twin));
    var found = restart.run(server, new SplittableRandom(4)).violations();
    assertTrue(found.stream().anyMatch(one -> one.startsWith(violation)), found::toString);
  }
}
