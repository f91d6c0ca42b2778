package dev.perdure.torture.start;

import dev.perdure.torture.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Pattern;

/**
 * Leaves runs unfinished, starts the server on them, and waits until all have gone on.
 *
 * @param directory empty; keeps everything that was found
 * @param mix the name of a {@link Mix}
 * @param heapMiB of the server
 */
record Restart(Path directory, String mix, int count, int heapMiB) {

  private static final int SIGNALS = 100;
  private static final Duration LEAVE_PATIENCE = Duration.ofMinutes(5);
  private static final Pattern HIGHEST_MEMORY = Pattern.compile("VmHWM:\\s+(\\d+) kB");

  /**
   * What was measured, from the start of the process on.
   *
   * @param ready when the server said so
   * @param goneOn when the last of all runs that wait for nothing had ended; the others wait, and
   *     were woken by what came for them
   * @param late how long after it was due the last of those had ended that slept for a short time;
   *     counted from when the server was ready, if it was due before
   * @param heap what the collector said
   * @param memoryMiB the most that the process ever had in memory
   * @param violations what must not be
   */
  record Outcome(
      Duration ready,
      Duration goneOn,
      Duration late,
      HeapLog heap,
      long memoryMiB,
      List<String> violations) {}

  /** Leaves them and goes on with them. */
  Outcome run(Target.Builder server, SplittableRandom random) throws Exception {
    leave();
    var found = Found.before(directory);
    Instant began = Instant.now();
    try (var target = server.data(data()).jvm(flags()).start()) {
      try (var goOn = new GoOn(target.url())) {
        goOn.awaitAll();
        goOn.signal(Math.min(SIGNALS, Mix.named(mix, count).signals()), random);
        goOn.awaitAll();
      }
      long memory = memoryMiB(target);
      target.kill();
      found = found.after();
      var ready = target.readyAt();
      return new Outcome(
          Duration.between(began, ready),
          Duration.between(began, found.lastEnd().orElse(ready)),
          late(found, ready),
          HeapLog.read(heapLog()),
          memory,
          found.violations());
    }
  }

  private static Duration late(Found found, Instant ready) throws Exception {
    var due = found.lastDue();
    if (due.isEmpty()) {
      return Duration.ZERO;
    }
    var since = due.get().isAfter(ready) ? due.get() : ready;
    return Duration.between(since, found.lastAwake().orElse(since));
  }

  Path data() {
    return directory.resolve("data");
  }

  private Path heapLog() {
    return directory.resolve("gc.log");
  }

  private String[] flags() {
    return new String[] {
      "-Xmx" + heapMiB + "m",
      "-XX:TieredStopAtLevel=4",
      "-XX:+ExitOnOutOfMemoryError",
      "-Xlog:gc:file=" + heapLog()
    };
  }

  private void leave() throws Exception {
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
      if (!process.waitFor(LEAVE_PATIENCE) || process.exitValue() != 0) {
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

  private static long memoryMiB(Target target) throws IOException {
    var status = Path.of("/proc", Long.toString(target.pid()), "status");
    if (!Files.exists(status)) {
      return 0;
    }
    var highest = HIGHEST_MEMORY.matcher(Files.readString(status));
    return highest.find() ? Long.parseLong(highest.group(1)) >> 10 : 0;
  }
}
