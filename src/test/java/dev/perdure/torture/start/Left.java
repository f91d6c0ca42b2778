package dev.perdure.torture.start;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs that were left unfinished by processes that died.
 *
 * @param directory theirs
 * @param mix the name of a {@link Mix}
 */
record Left(Path directory, String mix, int count) {

  private static final Duration PATIENCE = Duration.ofMinutes(5);

  /** Leaves them. */
  void leave() throws Exception {
    Files.createDirectories(directory);
    long shortNapsEndMs = Instant.now().plusSeconds(6).plusMillis(count / 5).toEpochMilli();
    if (Mix.named(mix, count).suspects() > 0) {
      for (int strikes = 0; strikes < LeaveUnfinished.STRIKES; strikes++) {
        leave("strike", shortNapsEndMs);
      }
    }
    leave("fill", shortNapsEndMs);
  }

  private void leave(String what, long shortNapsEndMs) throws Exception {
    var log = directory.resolve(what + ".log").toFile();
    var process =
        new ProcessBuilder(leaving(what, shortNapsEndMs))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
            .start();
    try {
      if (!process.waitFor(PATIENCE) || process.exitValue() != 0) {
        throw new IllegalStateException("They could not be left unfinished; see " + log);
      }
    } finally {
      process.destroyForcibly();
    }
  }

  private List<String> leaving(String what, long shortNapsEndMs) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx1g",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Djdk.virtualThreadScheduler.parallelism=16",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            LeaveUnfinished.class.getName()));
    command.addAll(
        List.of(
            what, data().toString(), mix, Integer.toString(count), Long.toString(shortNapsEndMs)));
    return command;
  }

  Path data() {
    return directory.resolve("data");
  }
}
