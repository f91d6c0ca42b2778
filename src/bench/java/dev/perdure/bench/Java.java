package dev.perdure.bench;

import java.nio.file.Path;
import java.util.List;

/** The Java that this process runs on, and the flags of {@code make run}. */
final class Java {

  /** As in the Makefile. */
  static final List<String> SERVER_FLAGS =
      List.of(
          "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError", "--enable-native-access=ALL-UNNAMED");

  /** As the server sets it for itself, and asks of a program that Perdure is embedded in. */
  static final List<String> CARRIERS =
      List.of(
          "-Djdk.virtualThreadScheduler.parallelism="
              + Math.max(16, 4 * Runtime.getRuntime().availableProcessors()));

  private Java() {}

  static String executable() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }
}
