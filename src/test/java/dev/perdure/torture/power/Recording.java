package dev.perdure.torture.power;

import dev.perdure.torture.AckLedger;
import dev.perdure.torture.NativeLibrary;
import dev.perdure.torture.Target;
import dev.perdure.torture.Workload;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Records what a server does to its disk and what it tells others, from its first start on an empty
 * disk to its orderly end.
 *
 * @param directory holds the disk, the ledger of effects and the trace
 */
record Recording(Path directory) {

  /** Where the database is on the disk. */
  static final Path DATABASE = Path.of("data", "perdure.db");

  private static final int CLIENTS = 6;
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  Path disk() {
    return directory.resolve("disk");
  }

  private Path notes() {
    return directory.resolve("notes");
  }

  private Path file() {
    return directory.resolve("trace");
  }

  /** A server that is traced; it may be a twin. */
  Target.Builder server() throws Exception {
    Files.createDirectories(disk());
    Files.createDirectories(notes());
    return Target.in(directory.resolve("server"))
        .preload(NativeLibrary.compile("trace.c"))
        .env("TRACE_DISK", disk().toString())
        .env("TRACE_NOTES", notes().toString())
        .env("TRACE_TO", file().toString())
        .data(disk().resolve(DATABASE).getParent())
        .effects(notes().resolve("effects"));
  }

  /** The same of a crippled build, which may be found out by a client before any replay. */
  Trace recordTwin(Path classes, long seed, long acks) throws Exception {
    try {
      return record(server().classesFirst(classes), seed, acks);
    } catch (AssertionError e) {
      return Trace.read(file(), disk());
    }
  }

  /** Has clients ask the server until so many requests are acknowledged, then ends it. */
  Trace record(Target.Builder server, long seed, long acks) throws Exception {
    try (var target = server.start();
        var ledger = new AckLedger(directory.resolve("acks"));
        var load = new Workload(ledger, seed).begin(target.url(), CLIENTS)) {
      boolean isEnough = load.awaitAcks(acks, PATIENCE);
      target.signal("TERM");
      target.awaitExit(PATIENCE);
      if (!isEnough) {
        throw new IllegalStateException("Only " + ledger.count() + " requests were acknowledged.");
      }
    }
    return Trace.read(file(), disk());
  }
}
