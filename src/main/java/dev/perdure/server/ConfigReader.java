package dev.perdure.server;

import dev.perdure.builtin.Service;
import dev.perdure.builtin.Services;
import dev.perdure.builtin.ServicesException;
import dev.perdure.server.Config.Place;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Makes a {@link Config} of texts, and collects all that is wrong with them on the way. */
final class ConfigReader {

  private static final int PORT_MAX = 65_535;
  private static final int ACTIVE_RUNS_MAX = 100_000;
  private static final Duration GRACE_MAX = Duration.ofHours(1);
  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h)");
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9.:_%-]{1,255}");
  private static final List<String> PUBLIC_SCHEMES = List.of("http", "https");

  private final Given given;
  private final Place place;
  private final List<String> problems;

  ConfigReader(Given given, Place place) {
    this.given = given;
    this.place = place;
    problems = new ArrayList<>(given.problems());
  }

  Config read() {
    var host = required(Setting.HOST, ConfigReader::host, "");
    var port = required(Setting.PORT, text -> wholeNumber(text, 0, PORT_MAX), 0);
    var data = required(Setting.DATA, ConfigReader::dataDirectory, Path.of(""));
    var token = optional(Setting.TOKEN, ConfigReader::token);
    var tokenFile = optional(Setting.TOKEN_FILE, ConfigReader::tokenFile);
    var publicUrl = optional(Setting.PUBLIC_URL, ConfigReader::publicUrl);
    var services = services();
    var workflows = optional(Setting.WORKFLOWS, ConfigReader::existingDirectory);
    var zone = required(Setting.ZONE, ConfigReader::zone, ZoneId.of("UTC"));
    var activeRuns =
        required(Setting.ACTIVE_RUNS, text -> wholeNumber(text, 1, ACTIVE_RUNS_MAX), 1);
    var grace = required(Setting.SHUTDOWN_GRACE, ConfigReader::grace, Duration.ZERO);
    checkDoor(host);
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    return new Config(
        host,
        port,
        data,
        token,
        tokenFile,
        publicUrl,
        services,
        workflows,
        zone,
        activeRuns,
        grace,
        given);
  }

  /** Whoever can reach the port can start runs, so without a token only this machine may. */
  private void checkDoor(String host) {
    if (given.text(Setting.TOKEN).isPresent() || given.text(Setting.TOKEN_FILE).isPresent()) {
      return;
    }
    if (place == Place.CONTAINER) {
      problems.add(
          "In a servlet container Perdure does not know who can reach it, so it serves nobody"
              + " without a token: set PERDURE_TOKEN (as an environment variable, system property"
              + " or context parameter) to a secret of at least 16 characters, or"
              + " PERDURE_TOKEN_FILE to a file for one.");
    } else if (!host.isEmpty() && !isLoopback(host)) {
      problems.add(
          "PERDURE_HOST is "
              + host
              + ", which others can reach, so a token is needed: set PERDURE_TOKEN to a secret of"
              + " at least 16 characters, or PERDURE_TOKEN_FILE to a file for one; or leave"
              + " PERDURE_HOST at 127.0.0.1.");
    }
  }

  static boolean isLoopback(String host) {
    if (host.equalsIgnoreCase("localhost")) {
      return true;
    }
    try {
      return InetAddress.ofLiteral(host).isLoopbackAddress();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private List<Service> services() {
    try {
      return Services.parse(given.text(Setting.SERVICES).orElse(""));
    } catch (ServicesException e) {
      e.problems().forEach(problem -> problems.add(Setting.SERVICES.variable() + ": " + problem));
      return List.of();
    }
  }

  // What is wrong with a text is thrown as an IllegalArgumentException whose message goes on after
  // the name of the setting.

  private <T> @Nullable T optional(Setting setting, Function<String, T> read) {
    var text = given.text(setting);
    if (text.isEmpty()) {
      return null;
    }
    try {
      return read.apply(text.get());
    } catch (IllegalArgumentException e) {
      problems.add(setting.variable() + " " + e.getMessage());
      return null;
    }
  }

  private <T> T required(Setting setting, Function<String, T> read, T whenWrong) {
    var value = optional(setting, read);
    return value == null ? whenWrong : value;
  }

  private static String host(String text) {
    if (!HOST.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "must be an address or a host name, such as 127.0.0.1 or ::1, not \"" + text + "\".");
    }
    return text;
  }

  private static int wholeNumber(String text, int min, int max) {
    if (text.matches("\\d{1,9}")) {
      int number = Integer.parseInt(text);
      if (number >= min && number <= max) {
        return number;
      }
    }
    throw new IllegalArgumentException(
        "must be a whole number from " + min + " to " + max + ", not \"" + text + "\".");
  }

  private static Path path(String text) {
    try {
      return Path.of(text).toAbsolutePath().normalize();
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("is not a path: \"" + text + "\".", e);
    }
  }

  private static Path dataDirectory(String text) {
    var directory = path(text);
    if (Files.exists(directory) && !Files.isDirectory(directory)) {
      throw new IllegalArgumentException(
          "must be a directory, but " + directory + " is a file: name another place.");
    }
    return directory;
  }

  private static Path existingDirectory(String text) {
    var directory = path(text);
    if (!Files.isDirectory(directory)) {
      throw new IllegalArgumentException(
          "must be a directory, but there is none at " + directory + ": make it, or correct it.");
    }
    return directory;
  }

  private static Secret token(String text) {
    return Secret.token(text);
  }

  private static Path tokenFile(String text) {
    var file = path(text);
    TokenFile.check(file);
    return file;
  }

  private static URI publicUrl(String text) {
    try {
      var url = new URI(text.replaceFirst("/+$", ""));
      if (PUBLIC_SCHEMES.contains(String.valueOf(url.getScheme()))
          && url.getHost() != null
          && url.getRawUserInfo() == null
          && url.getRawQuery() == null
          && url.getRawFragment() == null) {
        return url;
      }
    } catch (URISyntaxException e) {
      // Falls through to the sentence below.
    }
    throw new IllegalArgumentException(
        "must be like https://perdure.example or https://example.org/perdure, not \""
            + text
            + "\".");
  }

  private static ZoneId zone(String text) {
    try {
      return ZoneId.of(text);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "must be a time zone such as UTC or Europe/Berlin, not \"" + text + "\".", e);
    }
  }

  private static Duration grace(String text) {
    var matcher = DURATION.matcher(text);
    if (matcher.matches()) {
      long amount = Long.parseLong(matcher.group(1));
      var grace =
          switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            default -> Duration.ofHours(amount);
          };
      if (grace.compareTo(GRACE_MAX) <= 0) {
        return grace;
      }
    }
    throw new IllegalArgumentException(
        "must be a time such as 500ms, 20s or 2m, at most 1h, not \"" + text + "\".");
  }

  /** A duration as {@link #grace} reads it. */
  static String inWords(Duration duration) {
    return duration.toMillisPart() == 0 ? duration.toSeconds() + "s" : duration.toMillis() + "ms";
  }
}
