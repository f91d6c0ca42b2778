package dev.perdure.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How processes are started: on the Java that this one runs on. */
final class Java {

  /** Those of a server that do not depend on what it is for. */
  static final List<String> SERVER_FLAGS =
      List.of(
          "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError", "--enable-native-access=ALL-UNNAMED");

  /** Those of {@code make run}, but for where the archive of loaded classes is. */
  static final List<String> RUN_FLAGS = runFlags();

  /** Those, and what the server sets for itself and asks of a program that embeds it. */
  static final List<String> EMBEDDED_FLAGS = embeddedFlags();

  private Java() {}

  private static List<String> runFlags() {
    var flags = new ArrayList<>(SERVER_FLAGS);
    flags.addAll(
        List.of(
            "-Xms32m",
            "-XX:+AutoCreateSharedArchive",
            "-XX:SharedArchiveFile=" + Path.of("target/bench/perdure.jsa").toAbsolutePath(),
            "-Xlog:cds*=off"));
    return List.copyOf(flags);
  }

  private static List<String> embeddedFlags() {
    int carriers = Math.max(16, 4 * Runtime.getRuntime().availableProcessors());
    var flags = new ArrayList<>(SERVER_FLAGS);
    flags.add("-Djdk.virtualThreadScheduler.parallelism=" + carriers);
    return List.copyOf(flags);
  }

  static String executable() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /** A main class on the class path of this process. */
  static List<String> command(Class<?> main, List<String> flags, String... arguments) {
    var command = new ArrayList<String>();
    command.add(executable());
    command.addAll(flags);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    return command;
  }
}
