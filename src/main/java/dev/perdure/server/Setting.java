package dev.perdure.server;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Everything that can be set. A setting has one name, say {@code PERDURE_TOKEN_FILE}; as a system
 * property it may also be written {@code perdure.token.file}.
 */
enum Setting {
  HOST("127.0.0.1", "the address to listen on"),
  PORT("8080", "the port to listen on; 0 picks a free one and prints it"),
  DATA("data", "the directory that holds perdure.db"),
  TOKEN(null, "who knows it may come in; at least 16 characters"),
  TOKEN_FILE(null, "a file that holds the token; one is made if it does not exist"),
  PUBLIC_URL(null, "the URL under which the outside sees the server"),
  SERVICES(null, "what platform-health-check pings: name=url,… with http, https or tcp"),
  WORKFLOWS(null, "a directory of jars with more workflows"),
  ZONE("UTC", "the time zone in which schedules are read"),
  ACTIVE_RUNS("256", "how many runs may be active at once"),
  SHUTDOWN_GRACE("20s", "how long steps may go on after a shutdown has begun");

  private static final String PREFIX = "PERDURE_";

  private final @Nullable String fallback;
  private final String meaning;

  Setting(@Nullable String fallback, String meaning) {
    this.fallback = fallback;
    this.meaning = meaning;
  }

  /** The name by which people know it, such as {@code PERDURE_PORT}. */
  String variable() {
    return PREFIX + name();
  }

  /** The same name in the manner of system properties, such as {@code perdure.port}. */
  String property() {
    return variable().toLowerCase(Locale.ROOT).replace('_', '.');
  }

  /** The text that counts when nothing is set; empty when it then does without. */
  Optional<String> fallback() {
    return Optional.ofNullable(fallback);
  }

  String meaning() {
    return meaning;
  }

  static Optional<Setting> ofVariable(String variable) {
    return Arrays.stream(values()).filter(s -> s.variable().equals(variable)).findFirst();
  }

  static List<String> variables() {
    return Arrays.stream(values()).map(Setting::variable).toList();
  }
}
