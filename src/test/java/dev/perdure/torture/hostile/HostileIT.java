package dev.perdure.torture.hostile;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perdure.torture.Budget;
import dev.perdure.twin.Twin;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The short form of the parts of this package. */
class HostileIT {

  private static final long SEED = 4;

  @TempDir private Path directory;

  @Test
  void whatEndsTheServerEachTimeIsBlockedAndTheOthersComplete() throws Exception {
    var figures =
        new HostilePart(3, List.of(Twin.LATE_RESULT_TAKEN))
            .run(Budget.of(Duration.ofMinutes(2), 1, directory), SEED);
    assertTrue(figures.areGood(), figures::text);
  }

  @Test
  void noClockMakesAnythingEarlyOrLateOrTwice() throws Exception {
    var part = new TimePart(Duration.ofSeconds(3), List.of(Twin.WAITS_BY_WALL_CLOCK));
    var figures = part.run(Budget.of(Duration.ofMinutes(2), 1, directory), SEED);
    assertTrue(figures.areGood(), figures::text);
  }
}
