package dev.perdure.torture;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.perdure.twin.Twin;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * The short form of {@code make torture}: enough cycles to see a regression at once. Another seed
 * is tried with {@code -Dtorture.seed}.
 */
@Timeout(600)
class TortureIT {

  private static final long SEED = Long.getLong("torture.seed", 4);
  private static final int CYCLES = 25;
  private static final int POINTS = 20;
  private static final Duration KILLED_WITHIN = Duration.ofSeconds(1);
  private static final Duration AT_MOST = Duration.ofMinutes(9);

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path directory;

  private static void assertGood(Figures figures) {
    System.out.print(figures.text());
    assertTrue(figures.areGood(), figures::text);
  }

  @Test
  void nothingIsLostAndNothingRunsAgainHoweverItEnds() throws Exception {
    var budget = Budget.of(AT_MOST, CYCLES, directory);
    assertGood(new KillPart(List.of(), KILLED_WITHIN).run(budget, SEED));
  }

  @Test
  void crippledTwinsAreCaught() throws Exception {
    var twins = List.of(Twin.ACK_BEFORE_COMMIT, Twin.EFFECT_BEFORE_RUNNING, Twin.REQUEUE_COMPLETED);
    assertGood(new KillPart(twins, KILLED_WITHIN).run(Budget.of(AT_MOST, 0, directory), SEED));
  }

  @Test
  void nothingIsLostAtWhicheverWriteItIsKilled() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/gcc")), "needs gcc");
    var part = new ScriptPart(directory.resolve("crash-points.md"));
    assertGood(part.sample(Budget.of(AT_MOST, directory), POINTS));
  }
}
