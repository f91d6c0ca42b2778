package dev.perdure.testing;

import dev.perdure.journal.Journal;
import dev.perdure.sqlite.SqliteJournal;
import dev.perdure.sqlite.SqliteOptions;
import dev.perdure.testing.memory.MemoryStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/** Where the journal of a test is kept, from one process to the next. */
sealed interface TestStorage extends AutoCloseable {

  /** The journal, for the next process. The one before has been closed. */
  Journal open();

  @Override
  void close();

  /** In memory, without SQL. */
  final class Memory implements TestStorage {
    private final MemoryStore store = new MemoryStore();

    @Override
    public Journal open() {
      return store.open();
    }

    @Override
    public void close() {}
  }

  /** A real database in a temporary directory. */
  final class Sqlite implements TestStorage {
    private final Path directory;
    private final ManualTime time;

    Sqlite(ManualTime time) {
      this.time = time;
      try {
        this.directory = Files.createTempDirectory("perdure-test");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public Journal open() {
      return SqliteJournal.open(directory, SqliteOptions.with(time, time::nanos));
    }

    @Override
    public void close() {
      try (var files = Files.walk(directory)) {
        for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
