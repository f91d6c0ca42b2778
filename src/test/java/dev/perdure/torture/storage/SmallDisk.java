package dev.perdure.torture.storage;

import dev.perdure.journal.Command;
import dev.perdure.journal.JournalException;
import dev.perdure.journal.RunId;
import dev.perdure.sqlite.SqliteJournal;
import dev.perdure.sqlite.SqliteOptions;
import dev.perdure.torture.Figures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionException;

/**
 * A journal on a file system of 6 MiB, which it fills: first beside another file, and when that is
 * deleted, to the brim. Needs the right to mount.
 */
final class SmallDisk {

  private static final int OTHER_BYTES = 2_000_000;
  private static final int RUNS_MAX = 100_000;
  private static final Duration RECOVERS_WITHIN = Duration.ofSeconds(5);
  private static final Instant AT = Instant.parse("2030-01-01T00:00:00Z");

  private final Path mounted;
  private final int inputChars;
  private long ids;

  private SmallDisk(Path mounted, int inputChars) {
    this.mounted = mounted;
    this.inputChars = inputChars;
  }

  /** Fills it with runs whose inputs are so long. */
  static void fill(Path directory, int inputChars, Figures.Tally tally) throws Exception {
    try (var mount = MemoryDisk.at(directory, 6)) {
      if (mount == null) {
        tally.add("small disks that could not be mounted", 1);
      } else {
        new SmallDisk(directory, inputChars).fill(tally);
      }
    }
  }

  private void fill(Figures.Tally tally) throws IOException, InterruptedException {
    var other = Files.write(mounted.resolve("other"), new byte[OTHER_BYTES]);
    var data = mounted.resolve("data");
    long stored = 0;
    try (var journal = open(data)) {
      journal.submit(new Command.TakeOver("small", AT)).join();
      stored += untilFull(journal);
      Files.delete(other);
      stored += recovered(journal, tally);
      stored += untilFull(journal);
    } catch (CompletionException e) {
      tally.violation("small disk", e.getCause());
    }
    try (var again = open(data)) {
      long found = again.reader().counts(RUNS_MAX).values().stream().mapToLong(n -> n).sum();
      if (found != stored) {
        tally.violation("small disk", found + " runs instead of " + stored);
      }
    }
    tally.add("small disks", 1);
    tally.add("acks", stored);
  }

  private static SqliteJournal open(Path data) {
    return SqliteJournal.open(data, SqliteOptions.with(() -> AT, System::nanoTime));
  }

  private long untilFull(SqliteJournal journal) {
    long stored = 0;
    while (stored < RUNS_MAX && isStored(journal)) {
      stored++;
    }
    return stored;
  }

  private long recovered(SqliteJournal journal, Figures.Tally tally) {
    long end = System.nanoTime() + RECOVERS_WITHIN.toNanos();
    while (!isStored(journal)) {
      if (System.nanoTime() > end) {
        tally.violation("small disk", "it does not go on when there is space again");
        return 0;
      }
    }
    return 1;
  }

  /** False when there is no space. */
  private boolean isStored(SqliteJournal journal) {
    var id = new RunId(new UUID(0x0190_0000_0000_7000L, Long.MIN_VALUE + ++ids));
    var input = "\"" + "x".repeat(inputChars) + "\"";
    try {
      journal
          .submit(
              new Command.StartRun(
                  id, "small", 1, List.of(), input, null, null, null, List.of(), false, AT))
          .join();
      return true;
    } catch (CompletionException e) {
      if (e.getCause() instanceof JournalException.Full) {
        return false;
      }
      throw e;
    }
  }
}
