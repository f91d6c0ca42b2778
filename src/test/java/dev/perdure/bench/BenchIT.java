package dev.perdure.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code make bench-smoke} does: each part once, a thousandth of it. */
class BenchIT {

  @TempDir private Path directory;

  @Test
  void everyPartStillMeasures() throws Exception {
    var flags =
        List.of(
            "-Dbench.divisor=1000",
            "-Dbench.rounds=1",
            "-Dbench.seconds=0.1",
            "-Dbench.directory=" + directory.resolve("work"));
    var bench = new ProcessBuilder(Java.command(Bench.class, flags)).redirectErrorStream(true);
    // The processes that it starts live for too short a time for the better compiler.
    bench.environment().put("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1");
    var process = bench.start();
    var said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertEquals(0, process.waitFor(), said);
    for (var part : Bench.names()) {
      assertTrue(said.contains("make bench PART=" + part + " "), said);
    }
  }
}
