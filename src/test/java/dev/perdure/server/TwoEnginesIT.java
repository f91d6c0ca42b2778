package dev.perdure.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starts a second process on the directory of a first. */
class TwoEnginesIT {

  @TempDir private Path directory;
  @TempDir private Path other;

  @Test
  void secondOneEndsAndNamesTheFirst() throws Exception {
    try (var first = PerdureProcess.start(directory, Map.of())) {
      refusesToStart(directory.resolve("data"), first);
      var link = Files.createSymbolicLink(other.resolve("link"), directory.resolve("data"));
      refusesToStart(link, first);

      var run = first.startRun("quick");
      assertEquals("completed", first.awaitEnd(run).status());
    }
  }

  private void refusesToStart(Path data, PerdureProcess first) throws Exception {
    // The port of the first one, too: the data are what people have to be told of.
    var settings =
        Map.of("PERDURE_DATA", data.toString(), "PERDURE_PORT", "" + first.url().getPort());
    try (var second = PerdureProcess.launch(other, settings)) {
      assertEquals(2, second.awaitExit());
      var log = second.log();
      assertTrue(log.contains("is in use by perdure, pid " + first.pid() + " on "), log);
    }
  }

  @Test
  void nextOneStartsAfterTheFirstWasKilled() throws Exception {
    var first = PerdureProcess.start(directory, Map.of());
    first.kill();

    try (var next = PerdureProcess.start(directory, Map.of())) {
      assertEquals(200, next.get("/health/ready").statusCode());
    }
  }

  @Test
  void saysThatThePortIsTaken() throws Exception {
    try (var first = PerdureProcess.start(directory, Map.of());
        var second =
            PerdureProcess.launch(other, Map.of("PERDURE_PORT", "" + first.url().getPort()))) {
      assertEquals(2, second.awaitExit());
      assertTrue(second.log().contains("it is taken. End the program that has it"), second::log);
    }
  }

  @Test
  void saysThatTheAddressIsNotOfThisMachine() throws Exception {
    var settings = Map.of("PERDURE_HOST", "192.0.2.1", "PERDURE_TOKEN", "0123456789abcdef");
    try (var refused = PerdureProcess.launch(other, settings)) {
      assertEquals(2, refused.awaitExit());
      assertTrue(refused.log().contains("does not have that address"), refused::log);
    }
  }

  @Test
  void saysInASentenceThatTheDataCanNotBeHad() throws Exception {
    var file = Files.createFile(other.resolve("file"));
    var settings = Map.of("PERDURE_DATA", file.resolve("data").toString());
    try (var refused = PerdureProcess.launch(other, settings)) {
      assertEquals(3, refused.awaitExit());
      assertTrue(refused.log().contains("can not be used: Not a directory"), refused::log);
      assertFalse(refused.log().contains("Exception"), refused::log);
    }
  }
}
