package dev.perdure.server;

import static java.util.Objects.requireNonNull;

import dev.perdure.builtin.Service;
import dev.perdure.engine.EngineOptions;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How this server is set up: every setting, checked.
 *
 * @param data absolute
 * @param token what PERDURE_TOKEN says; it goes before the file
 * @param tokenFile absolute; it need not exist yet
 * @param services in the order given; empty makes Perdure check itself
 * @param workflows absolute, a directory
 * @param given where each setting comes from, for the report
 */
record Config(
    String host,
    int port,
    Path data,
    @Nullable Secret token,
    @Nullable Path tokenFile,
    @Nullable URI publicUrl,
    List<Service> services,
    @Nullable Path workflows,
    ZoneId zone,
    int activeRuns,
    Duration shutdownGrace,
    Given given) {

  /** Who owns the port that Perdure is served on. */
  enum Place {
    /** The embedded Jetty: host and port are ours to choose. */
    OWN_PROCESS,
    /** A foreign container, whose port may be open to everybody. */
    CONTAINER
  }

  Config {
    requireNonNull(host, "host");
    requireNonNull(data, "data");
    requireNonNull(zone, "zone");
    requireNonNull(shutdownGrace, "shutdownGrace");
    requireNonNull(given, "given");
    services = List.copyOf(services);
  }

  /**
   * Checks what was given. Touches no file.
   *
   * @throws ConfigException with everything that is wrong
   */
  static Config of(Given given, Place place) {
    return new ConfigReader(given, place).read();
  }

  /** The token, from where it was set; a file that does not exist is made. */
  Optional<Secret> openToken() {
    if (token != null) {
      return Optional.of(token);
    }
    return Optional.ofNullable(tokenFile).map(TokenFile::open);
  }

  EngineOptions engineOptions() {
    return new EngineOptions(
        activeRuns, EngineOptions.DEFAULT.pendingRunsMax(), shutdownGrace, zone);
  }

  /** Every setting with its value and origin, a line each; secrets are masked. */
  List<String> report() {
    return Arrays.stream(Setting.values()).map(this::line).toList();
  }

  private String line(Setting setting) {
    return String.format(
        "%-24s %s (%s)", setting.variable(), shown(setting), given.origin(setting));
  }

  private String shown(Setting setting) {
    var value =
        switch (setting) {
          case HOST -> host;
          case PORT -> port;
          case DATA -> data;
          case TOKEN -> token;
          case TOKEN_FILE -> tokenFile;
          case PUBLIC_URL -> publicUrl;
          case SERVICES -> servicesInWords();
          case WORKFLOWS -> workflows;
          case ZONE -> zone;
          case ACTIVE_RUNS -> activeRuns;
          case SHUTDOWN_GRACE -> ConfigReader.inWords(shutdownGrace);
        };
    return value == null ? "none" : value.toString();
  }

  private @Nullable String servicesInWords() {
    return services.isEmpty()
        ? null
        : services.stream()
            .map(service -> service.name() + "=" + service.target().shown())
            .collect(Collectors.joining(","));
  }
}
