package dev.perdure.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Takes the database away from a process that runs. */
class FailStopIT {

  @TempDir private Path directory;

  @Test
  void endsWithinSecondsWhenItsDatabaseIsDeleted() throws Exception {
    try (var perdure = PerdureProcess.start(directory, Map.of())) {
      perdure.awaitEnd(perdure.startRun("quick"));

      Files.delete(directory.resolve("data/perdure.db"));
      var deleted = Instant.now();

      assertEquals(3, perdure.awaitExit());
      var took = Duration.between(deleted, Instant.now());
      assertTrue(took.compareTo(Duration.ofSeconds(2)) < 0, () -> "It took " + took);
      assertTrue(perdure.log().contains("The journal has failed"), perdure::log);
    }
  }

  @Test
  void refusesDatabaseThatIsNone() throws Exception {
    Files.createDirectories(directory.resolve("data"));
    Files.writeString(directory.resolve("data/perdure.db"), "this is no database".repeat(100));

    try (var perdure = PerdureProcess.launch(directory, Map.of())) {
      assertEquals(3, perdure.awaitExit());
      assertTrue(perdure.log().contains("perdure.db"), perdure::log);
    }
  }
}
