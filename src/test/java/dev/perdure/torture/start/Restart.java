package dev.perdure.torture.start;

import dev.perdure.torture.OtherReader;
import dev.perdure.torture.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Pattern;

/**
 * Starts the server on a copy of what was left unfinished, and waits until all have gone on.
 *
 * @param directory empty; keeps everything that was found
 * @param heapMiB of the server
 */
record Restart(Path directory, Left left, int heapMiB) {

  private static final int SIGNALS = 100;
  private static final Pattern HIGHEST_MEMORY = Pattern.compile("VmHWM:\\s+(\\d+) kB");

  /**
   * What was measured, from the start of the process on.
   *
   * @param ready when the server said so
   * @param goneOn when the last of all runs that wait for nothing had ended; the others wait, and
   *     were woken by what came for them
   * @param late how long after it was due the last of those had ended that slept for a short time;
   *     counted from when the server was ready, if it was due before
   * @param work what the processor had done for the process when it was ready; on a machine that
   *     does other things beside, this says more than the time
   * @param heap what the collector said
   * @param memoryMiB the most that the process ever had in memory
   * @param violations what must not be
   */
  record Outcome(
      Duration ready,
      Duration goneOn,
      Duration late,
      Duration work,
      HeapLog heap,
      long memoryMiB,
      List<String> violations) {}

  /** What to start, once it is told everything else. */
  Target.Builder server() {
    return Target.in(directory).workflows(UnfinishedWorkflows.class);
  }

  Outcome run(Target.Builder server, SplittableRandom random) throws Exception {
    OtherReader.copyOf(left.data(), data());
    var found = Found.before(directory);
    Instant began = Instant.now();
    try (var target = server.data(data()).jvm(flags()).start()) {
      var work = work(target);
      try (var goOn = new GoOn(target.url())) {
        goOn.awaitAll();
        goOn.signal(SIGNALS, random);
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
          work,
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

  private Path data() {
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

  private static Duration work(Target target) {
    return ProcessHandle.of(target.pid())
        .flatMap(process -> process.info().totalCpuDuration())
        .orElse(Duration.ZERO);
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
