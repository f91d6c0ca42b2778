package dev.perdure.torture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;

/**
 * A cache of loaded classes for the servers that are tortured, made once for each build: with it
 * they are ready in about half of the time, and a kill costs mostly the start after it.
 */
final class WarmStart {

  private static final Path MADE = Path.of("target/torture");
  private static final Path LIBRARIES = Path.of("target/perdure/WEB-INF/lib");
  private static final Duration ENDS_WITHIN = Duration.ofSeconds(120);

  private WarmStart() {}

  /** The flag that uses the cache. */
  static synchronized String flag() throws IOException {
    var cache = MADE.resolve("perdure-" + buildTime() + ".aot").toAbsolutePath();
    if (!Files.exists(cache)) {
      make(cache);
    }
    return "-XX:AOTCache=" + cache;
  }

  private static long buildTime() throws IOException {
    try (var jars = Files.newDirectoryStream(LIBRARIES, "perdure-*.jar")) {
      return Files.getLastModifiedTime(jars.iterator().next()).toMillis();
    }
  }

  /** By one that starts and ends; under another name first, because others may look for it. */
  private static void make(Path cache) throws IOException {
    var directory = Files.createTempDirectory(Files.createDirectories(MADE), "warm");
    var fresh = directory.resolve("fresh.aot");
    try (var target = Target.in(directory).cold().jvm("-XX:AOTCacheOutput=" + fresh).start()) {
      target.signal("TERM");
      var _ = target.awaitExit(ENDS_WITHIN);
      Files.move(fresh, cache, StandardCopyOption.ATOMIC_MOVE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      Trees.delete(directory);
    }
  }
}
