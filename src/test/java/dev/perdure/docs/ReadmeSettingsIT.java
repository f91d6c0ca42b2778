package dev.perdure.docs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The table of settings in the README names what the server names, with the same defaults. */
class ReadmeSettingsIT {

  private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");
  private static final Path WAR = Path.of("target/perdure.war");
  private static final String NONE = "none";

  /** {@code | `PERDURE_PORT` | `8080` | … |}, or a word instead of the default. */
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `(PERDURE_\\w+)` \\| (?:`([^`]*)`|(\\w+)) \\|");

  /** {@code PERDURE_PORT the port to listen on (8080)}. */
  private static final Pattern LINE =
      Pattern.compile("(?m)^ +(PERDURE_\\w+) +(.*?)(?: \\((.*)\\))?$");

  @Test
  void tableHasTheSettingsThatHelpPrints() throws Exception {
    assertEquals(help(), table());
  }

  private static Map<String, String> table() throws IOException {
    var settings = new TreeMap<String, String>();
    var rows = ROW.matcher(Files.readString(Path.of("README.md")));
    while (rows.find()) {
      settings.put(rows.group(1), rows.group(2) == null ? rows.group(3) : rows.group(2));
    }
    return settings;
  }

  private static Map<String, String> help() throws IOException, InterruptedException {
    var process =
        new ProcessBuilder(JAVA.toString(), "-jar", WAR.toString(), "--help")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    var text = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertEquals(0, process.waitFor());
    var settings = new TreeMap<String, String>();
    var lines = LINE.matcher(text);
    while (lines.find()) {
      settings.put(lines.group(1), lines.group(3) == null ? NONE : lines.group(3));
    }
    return settings;
  }
}
