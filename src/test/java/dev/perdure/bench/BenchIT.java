package dev.perdure.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Path;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each part of {@code make bench} once, a thousandth of it: the figures mean nothing. */
class BenchIT {

  @TempDir private Path directory;

  @Test
  void everyPartStillMeasures() throws Exception {
    var figures = new Bench(Settings.trial(directory.resolve("work"))).run();
    assertEquals(Bench.names(), new ArrayList<>(figures.keySet()));
    figures.forEach((part, found) -> assertFalse(found.isEmpty(), part));
  }
}
