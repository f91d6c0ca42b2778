package dev.perdure.sqlite;

import static dev.perdure.sqlite.TestJournal.newId;
import static dev.perdure.sqlite.TestJournal.pending;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perdure.journal.JournalException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What happens to the files under a journal that runs. */
class FileWatchTest {

  /** Something that befalls a file while no write is under way. */
  enum Mishap {
    LOG_CUT("perdure.db-wal") {
      @Override
      void befall(Path file) throws IOException {
        cut(file, 0);
      }
    },
    LOG_CUT_IN_PART("perdure.db-wal") {
      @Override
      void befall(Path file) throws IOException {
        cut(file, Files.size(file) - 1);
      }
    },
    LOG_OVERWRITTEN("perdure.db-wal") {
      @Override
      void befall(Path file) throws IOException {
        overwrite(file, Files.size(file) / 2);
      }
    },
    DATABASE_CUT("perdure.db") {
      @Override
      void befall(Path file) throws IOException {
        cut(file, 0);
      }
    },
    DATABASE_OVERWRITTEN("perdure.db") {
      @Override
      void befall(Path file) throws IOException {
        overwrite(file, 0);
      }
    },
    DATABASE_LONGER("perdure.db") {
      @Override
      void befall(Path file) throws IOException {
        overwrite(file, Files.size(file));
      }
    },
    MEMORY_DELETED("perdure.db-shm") {
      @Override
      void befall(Path file) throws IOException {
        Files.delete(file);
      }
    };

    final String name;

    Mishap(String name) {
      this.name = name;
    }

    abstract void befall(Path file) throws IOException;

    private static void cut(Path file, long bytes) throws IOException {
      try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.truncate(bytes);
      }
    }

    private static void overwrite(Path file, long from) throws IOException {
      try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.write(ByteBuffer.wrap("somebody was here".getBytes(UTF_8)), from);
      }
    }
  }

  private static final String MANY_ROWS =
      """
      CREATE TABLE many AS
      WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 300)
      SELECT i, randomblob(2000) AS bytes FROM n
      """;

  @TempDir private Path directory;

  @ParameterizedTest
  @EnumSource
  void nothingIsAcknowledgedBehindIt(Mishap mishap) throws Exception {
    try (var journal = TestJournal.in(directory)) {
      journal.begun();
      mishap.befall(directory.resolve(mishap.name));
      assertInstanceOf(JournalException.Failed.class, journal.failureOf(pending(newId())));
    }
  }

  @ParameterizedTest
  @EnumSource
  void isNoticedWhenThereIsNothingToWrite(Mishap mishap) throws Exception {
    try (var journal = TestJournal.in(directory)) {
      journal.begun();
      var told = new CompletableFuture<JournalException.Failed>();
      journal.journal.onFailure(told::complete);
      mishap.befall(directory.resolve(mishap.name));
      told.get(10, TimeUnit.SECONDS);
    }
  }

  /** A writer with much to do is between two transactions for moments only. */
  @Test
  void aDatabaseThatIsOverwrittenDuringACommitIsNoticedBeforeTheNext() throws Exception {
    var armed = new AtomicBoolean();
    var seams =
        new Seams() {
          @Override
          void committing(Session writer, int commands) {
            if (armed.getAndSet(false)) {
              try {
                Mishap.overwrite(directory.resolve("perdure.db"), 0);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            }
          }
        };
    try (var journal = TestJournal.in(directory, seams)) {
      journal.begun();
      armed.set(true);
      journal.begun();
      assertInstanceOf(JournalException.Failed.class, journal.failureOf(pending(newId())));
    }
  }

  @Test
  void anotherProgramThatGoesThroughSqliteDoesNotStopIt() throws Exception {
    try (var journal = TestJournal.in(directory);
        var other = new OpenDatabase(directory)) {
      journal.begun();
      other.execute("UPDATE engine SET probes = probes + 1");
      journal.begun();
      other.number("PRAGMA wal_checkpoint(PASSIVE)");
      journal.begun();
      other.number("PRAGMA wal_checkpoint(TRUNCATE)");
      journal.begun();
    }
  }

  @Test
  void anotherProgramThatIsInTheMiddleOfAWriteIsWaitedFor() throws Exception {
    try (var journal = TestJournal.in(directory);
        var other = new OpenDatabase(directory)) {
      journal.begun();
      other.execute("PRAGMA cache_size = 1");
      other.execute("BEGIN IMMEDIATE");
      other.execute(MANY_ROWS);
      var waiting = CompletableFuture.supplyAsync(journal::begun);
      other.execute("COMMIT");
      waiting.get(10, TimeUnit.SECONDS);
      journal.begun();
    }
  }

  @Test
  void aDatabaseThatAnotherProgramHasMadeShorterIsAsGood() throws Exception {
    try (var journal = TestJournal.in(directory);
        var other = new OpenDatabase(directory)) {
      journal.begun();
      other.execute(MANY_ROWS);
      other.execute("DROP TABLE many");
      other.number("PRAGMA wal_checkpoint(TRUNCATE)");
      journal.begun();
      long before = Files.size(directory.resolve("perdure.db"));
      other.execute("VACUUM");
      journal.begun();
      other.number("PRAGMA wal_checkpoint(TRUNCATE)");
      assertTrue(Files.size(directory.resolve("perdure.db")) < before);
      journal.begun();
    }
  }
}
