package dev.perdure.launcher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Starts the executable WAR, as a user does. */
@Timeout(120)
class LauncherIT {

  private static final Path WAR = Path.of("target/perdure.war").toAbsolutePath();
  private static final Path THIS_JAVA = Path.of(System.getProperty("java.home"));
  private static final String READY = "Perdure is ready: ";

  private final HttpClient http = HttpClient.newHttpClient();

  @TempDir private Path directory;
  private Process server;

  @AfterEach
  void killServer() {
    server.descendants().forEach(ProcessHandle::destroyForcibly);
    server.destroyForcibly();
  }

  /** The one that runs the tests, and an older one if this machine has one. */
  static Stream<Path> javas() {
    var older =
        JavaHomes.candidates()
            .filter(home -> Files.isExecutable(home.resolve("bin/java")))
            .filter(home -> JavaHomes.feature(home) >= 17 && JavaHomes.feature(home) < 25)
            .limit(1);
    return Stream.concat(Stream.of(THIS_JAVA), older);
  }

  @ParameterizedTest
  @MethodSource("javas")
  void servesFromTheWarAloneUntilItIsToldToStop(Path java) throws Exception {
    var address = start(java);

    assertEquals(200, status(address + "/health/live"));
    assertEquals(404, status(address + "/WEB-INF/web.xml"));
    assertEquals(404, status(address + "/META-INF/MANIFEST.MF"));
    assertEquals(404, status(address + "/dev/perdure/launcher/Launcher.class"));

    server.destroy();
    assertTrue(server.waitFor(60, SECONDS));
    assertEquals(143, server.exitValue());
  }

  @Test
  void unpacksAgainOnlyWhatIsDamaged() throws Exception {
    start(THIS_JAVA);
    stop();
    var first = unpacked();
    var damaged = first.keySet().stream().filter(jar -> jar.toString().contains("gson")).findAny();
    Files.write(damaged.orElseThrow(), new byte[10]);

    start(THIS_JAVA);

    assertTrue(first.size() > 10, first + " are the jars of the server");
    assertEquals(first, unpacked());
  }

  private String start(Path java) throws IOException {
    var builder = new ProcessBuilder(java.resolve("bin/java").toString(), "-jar", WAR.toString());
    builder.environment().keySet().removeIf(name -> name.startsWith("PERDURE_"));
    builder.environment().put("PERDURE_PORT", "0");
    builder.environment().put("PERDURE_DATA", directory.resolve("data").toString());
    builder.environment().put("XDG_CACHE_HOME", directory.resolve("cache").toString());
    // Where the launcher looks first for a newer Java.
    builder.environment().put("JAVA_HOME", THIS_JAVA.toString());
    server = builder.redirectErrorStream(true).start();
    return address();
  }

  /** Not closed: the server would be stopped by its next line. */
  private String address() throws IOException {
    var output = new BufferedReader(new InputStreamReader(server.getInputStream(), UTF_8));
    var before = new StringBuilder();
    for (var line = output.readLine(); line != null; line = output.readLine()) {
      if (line.startsWith(READY)) {
        return line.substring(READY.length()).strip();
      }
      before.append(line).append('\n');
    }
    throw new AssertionError("The server ended before it was ready:\n" + before);
  }

  private void stop() throws InterruptedException {
    server.destroy();
    assertTrue(server.waitFor(60, SECONDS));
  }

  /** Each jar and its size. */
  private Map<Path, Long> unpacked() throws IOException {
    var sizes = new TreeMap<Path, Long>();
    try (var files = Files.walk(directory.resolve("cache"))) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        sizes.put(file, Files.size(file));
      }
    }
    return sizes;
  }

  private int status(String address) throws Exception {
    var request = HttpRequest.newBuilder(URI.create(address)).build();
    return http.send(request, BodyHandlers.discarding()).statusCode();
  }
}
