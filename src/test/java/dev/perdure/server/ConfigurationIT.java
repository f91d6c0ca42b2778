package dev.perdure.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a process does with its settings before it serves anybody. */
class ConfigurationIT {

  private static final Pattern LINK = Pattern.compile("http://\\S+(/login\\?link=\\S+)");

  @TempDir private Path directory;

  @Test
  void saysAllThatIsWrongAndTouchesNothing() throws Exception {
    var wrong =
        Map.of("PERDURE_HOST", "0.0.0.0", "PERDURE_ZONE", "Mars/Olympus", "PERDURE_COLOUR", "red");
    try (var perdure = PerdureProcess.launch(directory, wrong)) {
      assertEquals(2, perdure.awaitExit());
      var log = perdure.log();
      assertTrue(log.contains("PERDURE_HOST is 0.0.0.0, which others can reach"), log);
      assertTrue(log.contains("PERDURE_ZONE must be a time zone"), log);
      assertTrue(log.contains("There is no setting PERDURE_COLOUR"), log);
    }
    assertFalse(Files.exists(directory.resolve("data")));
  }

  @Test
  void makesTokenForOthersAndLogsLinkThatIsGoodOnce() throws Exception {
    var file = directory.resolve("token");
    var open = Map.of("PERDURE_HOST", "0.0.0.0", "PERDURE_TOKEN_FILE", file.toString());
    try (var perdure = PerdureProcess.start(directory, open)) {
      var permissions = Files.getPosixFilePermissions(file);
      assertEquals("rw-------", PosixFilePermissions.toString(permissions));
      var token = Files.readString(file).strip();
      assertFalse(perdure.log().contains(token), "the log shows the token");

      assertEquals(401, perdure.get("/api/runs").statusCode());
      var bearer = perdure.get("/api/runs", "Authorization", "Bearer " + token);
      assertEquals(200, bearer.statusCode());

      var link = LINK.matcher(perdure.log());
      assertTrue(link.find(), perdure::log);
      var first = perdure.get(link.group(1));
      assertEquals(303, first.statusCode());
      assertTrue(first.headers().firstValue("Set-Cookie").orElse("").contains("HttpOnly"));
      assertEquals(401, perdure.get(link.group(1)).statusCode());
    }
  }
}
