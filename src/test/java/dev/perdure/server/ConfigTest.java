package dev.perdure.server;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perdure.engine.EngineOptions;
import dev.perdure.server.Config.Place;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigTest {

  private static final String TOKEN = "correct-horse-battery";

  @TempDir private Path directory;

  @Test
  void everySettingHasItsDefault() {
    var config = own(Map.of());

    assertAll(
        () -> assertEquals("127.0.0.1", config.host()),
        () -> assertEquals(8080, config.port()),
        () -> assertEquals(Path.of("data").toAbsolutePath(), config.data()),
        () -> assertNull(config.token()),
        () -> assertNull(config.tokenFile()),
        () -> assertNull(config.publicUrl()),
        () -> assertEquals(List.of(), config.services()),
        () -> assertNull(config.workflows()),
        () -> assertEquals(ZoneId.of("UTC"), config.zone()),
        () -> assertEquals(256, config.activeRuns()),
        () -> assertEquals(Duration.ofSeconds(20), config.shutdownGrace()),
        () -> assertEquals(EngineOptions.DEFAULT, config.engineOptions()));
  }

  @Test
  void everySettingIsHeeded() {
    var set = everySetting();
    assertEquals(Set.copyOf(Setting.variables()), set.keySet(), "a setting is not tested");

    var config = own(set);

    assertAll(
        () -> assertEquals("::1", config.host()),
        () -> assertEquals(0, config.port()),
        () -> assertEquals(directory.resolve("journal"), config.data()),
        () -> assertEquals(new Secret(TOKEN), config.token()),
        () -> assertEquals(directory.resolve("token"), config.tokenFile()),
        () -> assertEquals(URI.create("https://perdure.example/app"), config.publicUrl()),
        () -> assertEquals("db", config.services().getFirst().name()),
        () -> assertEquals(directory, config.workflows()),
        () -> assertEquals(ZoneId.of("Europe/Berlin"), config.zone()),
        () -> assertEquals(7, config.activeRuns()),
        () -> assertEquals(Duration.ofMillis(1500), config.shutdownGrace()),
        () ->
            assertEquals(
                new EngineOptions(
                    7,
                    EngineOptions.DEFAULT.pendingRunsMax(),
                    Duration.ofMillis(1500),
                    ZoneId.of("Europe/Berlin")),
                config.engineOptions()));
  }

  private Map<String, String> everySetting() {
    return Map.ofEntries(
        Map.entry("PERDURE_HOST", "::1"),
        Map.entry("PERDURE_PORT", "0"),
        Map.entry("PERDURE_DATA", directory.resolve("journal").toString()),
        Map.entry("PERDURE_TOKEN", TOKEN),
        Map.entry("PERDURE_TOKEN_FILE", directory.resolve("token").toString()),
        Map.entry("PERDURE_PUBLIC_URL", "https://perdure.example/app/"),
        Map.entry("PERDURE_SERVICES", "db=tcp://10.0.0.5:5432"),
        Map.entry("PERDURE_WORKFLOWS", directory.toString()),
        Map.entry("PERDURE_ZONE", "Europe/Berlin"),
        Map.entry("PERDURE_ACTIVE_RUNS", "7"),
        Map.entry("PERDURE_SHUTDOWN_GRACE", "1500ms"));
  }

  @Test
  void systemPropertyGoesBeforeEnvironmentAndThatBeforeContextParameter() {
    var context = Map.of("PERDURE_PORT", "1", "PERDURE_ZONE", "Asia/Tokyo", "PERDURE_DATA", "c");
    var environment = Map.of("PERDURE_PORT", "2", "PERDURE_ZONE", "Europe/Paris");
    var properties = Map.of("perdure.port", "3");

    var config = Config.of(new Given(context, environment, properties), Place.OWN_PROCESS);

    assertEquals(3, config.port());
    assertEquals(ZoneId.of("Europe/Paris"), config.zone());
    assertEquals(Path.of("c").toAbsolutePath(), config.data());
  }

  @Test
  void everySettingCanBeSystemPropertyUnderBothNames() {
    for (var setting : Setting.values()) {
      var text = everySetting().getOrDefault(setting.variable(), "");
      for (var name : List.of(setting.variable(), setting.property())) {
        var given = new Given(Map.of(), Map.of(), Map.of(name, text));
        assertEquals(text, given.text(setting).orElse(""), name);
      }
    }
  }

  @Test
  void blankTextCountsAsNotSet() {
    var blank =
        Arrays.stream(Setting.values())
            .collect(Collectors.toMap(Setting::variable, setting -> "  "));

    assertEquals(own(Map.of()).report(), own(blank).report());
  }

  @Test
  void unknownNameIsRefusedWithNearestKnownOne() {
    var problems = problems(Map.of("PERDURE_PROT", "1"), Map.of("perdure.shutdown.grase", "1s"));

    assertEquals(2, problems.size());
    assertEquals(
        "There is no setting PERDURE_PROT (environment). Did you mean PERDURE_PORT?",
        problems.getFirst());
    assertEquals(
        "There is no setting perdure.shutdown.grase (system property). Did you mean"
            + " PERDURE_SHUTDOWN_GRACE?",
        problems.getLast());
  }

  @Test
  void whatOurOwnStartScriptsSetIsNoSetting() {
    var own =
        Map.of("perdure.webroot", "x", "perdure.launcher.parent", "1", "perdure.claim:/data", "y");

    var config = Config.of(new Given(Map.of(), Map.of("PATH", "/bin"), own), Place.OWN_PROCESS);

    assertEquals(8080, config.port());
  }

  @Test
  void saysAllThatIsWrongAtOnce() {
    var problems =
        problems(
            Map.of(
                "PERDURE_PORT", "many",
                "PERDURE_ZONE", "Mars/Olympus",
                "PERDURE_TOKEN", "short",
                "PERDURE_SERVICES", "a,b=ftp://x",
                "PERDURE_COLOUR", "red"),
            Map.of());

    for (var name : List.of("PORT", "ZONE", "TOKEN", "SERVICES", "COLOUR")) {
      assertTrue(
          problems.stream().anyMatch(problem -> problem.contains("PERDURE_" + name)),
          () -> name + " is missing in " + problems);
    }
    assertFalse(problems.toString().contains("short"), "shows a secret");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          PERDURE_HOST          | http://localhost
          PERDURE_PORT          | -1
          PERDURE_PORT          | 65536
          PERDURE_PORT          | 8080x
          PERDURE_DATA          | pom.xml
          PERDURE_TOKEN         | fifteen-letters
          PERDURE_TOKEN         | with a space in it
          PERDURE_TOKEN_FILE    | /no/such/directory/token
          PERDURE_TOKEN_FILE    | /dev/null
          PERDURE_PUBLIC_URL    | perdure.example
          PERDURE_PUBLIC_URL    | ftp://perdure.example
          PERDURE_PUBLIC_URL    | https://user@perdure.example
          PERDURE_PUBLIC_URL    | https://perdure.example/?a=b
          PERDURE_WORKFLOWS     | /no/such/directory
          PERDURE_ACTIVE_RUNS   | 0
          PERDURE_ACTIVE_RUNS   | 100001
          PERDURE_SHUTDOWN_GRACE| 20
          PERDURE_SHUTDOWN_GRACE| -1s
          PERDURE_SHUTDOWN_GRACE| 2h
          """)
  void refuses(String name, String text) {
    var problems = problems(Map.of(name, text), Map.of());

    assertEquals(1, problems.size(), problems::toString);
    assertTrue(problems.getFirst().startsWith(name + " "), problems::toString);
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "127.0.0.1", "127.8.9.1", "::1", "LOCALHOST"})
  void needsNoTokenOnLoopback(String host) {
    assertEquals(host, own(Map.of("PERDURE_HOST", host)).host());
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "::", "10.1.2.3", "localhost.evil.example", "perdure"})
  void needsTokenWhereOthersCanReachIt(String host) {
    var problems = problems(Map.of("PERDURE_HOST", host), Map.of());

    assertEquals(1, problems.size(), problems::toString);
    assertTrue(problems.getFirst().contains("PERDURE_TOKEN"), problems::toString);
    assertEquals(host, own(Map.of("PERDURE_HOST", host, "PERDURE_TOKEN", TOKEN)).host());
  }

  @Test
  void needsTokenInForeignContainer() {
    var nothing = new Given(Map.of(), Map.of(), Map.of());
    var token = new Given(Map.of("PERDURE_TOKEN", TOKEN), Map.of(), Map.of());

    var refused = assertThrows(ConfigException.class, () -> Config.of(nothing, Place.CONTAINER));

    assertTrue(refused.problems().getFirst().contains("PERDURE_TOKEN"));
    assertEquals(new Secret(TOKEN), Config.of(token, Place.CONTAINER).token());
  }

  @Test
  void reportsEverySettingWithItsOriginAndMasksSecrets() {
    var report = own(everySetting()).report();

    assertEquals(Setting.values().length, report.size());
    for (var setting : Setting.values()) {
      var line = report.get(setting.ordinal());
      assertTrue(line.startsWith(setting.variable() + " "), line);
      assertTrue(line.endsWith("(environment)"), line);
    }
    assertFalse(report.toString().contains(TOKEN));
    assertFalse(own(everySetting()).toString().contains(TOKEN));
    assertTrue(report.toString().contains("1500ms"));
  }

  @Test
  void tokenOfEnvironmentGoesBeforeFileWhichIsNotMadeThen() {
    var file = directory.resolve("token");
    var set = new HashMap<>(Map.of("PERDURE_TOKEN_FILE", file.toString()));
    set.put("PERDURE_TOKEN", TOKEN);

    assertEquals(TOKEN, own(set).openToken().orElseThrow().value());
    assertFalse(Files.exists(file));
  }

  private static Config own(Map<String, String> environment) {
    return Config.of(new Given(Map.of(), environment, Map.of()), Place.OWN_PROCESS);
  }

  private static List<String> problems(
      Map<String, String> environment, Map<String, String> properties) {
    var given = new Given(Map.of(), environment, properties);
    return assertThrows(ConfigException.class, () -> Config.of(given, Place.OWN_PROCESS))
        .problems();
  }
}
