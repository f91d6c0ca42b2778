package dev.perdure.torture.storage;

import dev.perdure.journal.Command;
import dev.perdure.journal.JournalException;
import dev.perdure.sqlite.SqliteJournal;
import dev.perdure.sqlite.SqliteOptions;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Takes the files away from a journal between two of its writes, in a process of its own, and says
 * when the second is acknowledged. Argument: a directory.
 */
final class TamperDriver {

  private static final Instant AT = Instant.parse("2030-01-01T00:00:00Z");

  private interface Mishap {
    void befall(Path file) throws IOException;
  }

  private record Case(String name, String file, Mishap mishap) {}

  private static final List<Case> CASES =
      List.of(
          new Case("database replaced", "perdure.db", TamperDriver::replace),
          new Case("log replaced", "perdure.db-wal", TamperDriver::replace),
          new Case("database truncated", "perdure.db", TamperDriver::cut),
          new Case("log truncated", "perdure.db-wal", TamperDriver::cut));

  private TamperDriver() {}

  /** Called in a process of its own. */
  public static void main(String[] arguments) throws IOException {
    Logger.getLogger("").setLevel(Level.OFF);
    for (int i = 0; i < CASES.size(); i++) {
      var found = CASES.get(i);
      if (isAcknowledgedAfter(found, Path.of(arguments[0]).resolve("tampered-" + i))) {
        System.out.println(FaultDriver.WRONG + found.name() + ": the next write is acknowledged");
      }
    }
    System.out.println(FaultDriver.FIGURE + CASES.size() + " 0 files taken away");
    Runtime.getRuntime().halt(0);
  }

  private static boolean isAcknowledgedAfter(Case tampering, Path data) throws IOException {
    var journal = SqliteJournal.open(data, SqliteOptions.with(() -> AT, System::nanoTime));
    try (journal) {
      journal.submit(new Command.TakeOver("tampered", AT)).join();
      tampering.mishap().befall(data.resolve(tampering.file()));
      journal.submit(new Command.Probe()).join();
      return true;
    } catch (CompletionException e) {
      return !(e.getCause() instanceof JournalException.Failed);
    }
  }

  private static void replace(Path file) throws IOException {
    var copy = file.resolveSibling("copy");
    Files.copy(file, copy);
    Files.move(copy, file, StandardCopyOption.REPLACE_EXISTING);
  }

  private static void cut(Path file) throws IOException {
    try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(0);
    }
  }
}
