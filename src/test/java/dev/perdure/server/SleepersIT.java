package dev.perdure.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Many runs wait in a small heap, the process is killed, and the next one wakes them all. {@code
 * make sleepers} does it with 100,000 and shows the figures.
 */
class SleepersIT {

  private static final int COUNT = Integer.getInteger("perdure.sleepers", 5_000);

  /** Measured with 100,000: 500 bytes. */
  private static final long BYTES_PER_RUN_MAX = 1_000;

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"sleep", "until", "signal"})
  void allAreAwakeAtTheirTimeAfterAKill(String kind) throws Exception {
    long due = Instant.now().plus(1, ChronoUnit.DAYS).toEpochMilli();
    var first = launch("start", kind, due);
    Map<String, Long> started;
    try {
      started = figures(first, Sleepers.ALL_ASLEEP);
    } finally {
      first.destroyForcibly().waitFor();
    }
    var second = launch("wake", kind, due);
    try {
      var found = figures(second, "last-completed-after-ms");
      System.out.println(COUNT + " runs, " + kind + ": " + started + found);
      assertEquals(0, second.waitFor());
      assertEquals(COUNT, found.get("completed"));
      assertEquals(0, found.get("early"));
      assertTrue(found.get("measured-before-due-ms") > 0, found::toString);
      assertTrue(found.get("bytes-per-run") <= BYTES_PER_RUN_MAX, found::toString);
      assertTrue(found.get("last-completed-after-ms") <= timeToEnd().toMillis(), found::toString);
    } finally {
      second.destroyForcibly().waitFor();
    }
  }

  /** Whoever is due is taken at once; that all have ended takes its time. */
  private static Duration timeToEnd() {
    return Duration.ofSeconds(10).plusMillis(COUNT);
  }

  private Process launch(String what, String kind, long due) throws Exception {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "-XX:+UseSerialGC",
            "-XX:+ExitOnOutOfMemoryError",
            "-Djdk.virtualThreadScheduler.parallelism=16",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            Sleepers.class.getName(),
            what,
            directory.resolve("data").toString(),
            Integer.toString(COUNT),
            kind,
            Long.toString(due))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /** What the process says, up to this line. */
  private static Map<String, Long> figures(Process process, String last) throws Exception {
    var figures = new LinkedHashMap<String, Long>();
    BufferedReader output = process.inputReader();
    String line;
    while (!figures.containsKey(last) && (line = output.readLine()) != null) {
      var words = line.split(" ", 2);
      figures.put(words[0], Long.parseLong(words[1]));
    }
    assertTrue(figures.containsKey(last), () -> "It ended before: " + figures);
    return figures;
  }
}
