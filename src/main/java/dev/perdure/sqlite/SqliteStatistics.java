package dev.perdure.sqlite;

import dev.perdure.journal.JournalException;
import dev.perdure.journal.Statistics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.function.LongSupplier;

/** Numbers about the work and about the journal itself. */
final class SqliteStatistics implements Statistics {

  private static final int LIST_MAX = 1_000;

  /** Rows of one of the many reads that count: some milliseconds, and few pages of a cold file. */
  private static final int COUNTED_AT_ONCE = 5_000;

  /** So many times as long as one read may take. */
  private static final int COUNTING_PATIENCE = 6;

  /** How many of a workflow's runs are looked through for outputs. */
  private static final int OUTPUTS_LOOKED_AT_MAX = 50_000;

  private static final String OUTPUTS =
      """
      SELECT id, finished_ms, output FROM (
        SELECT run_key, id, status, finished_ms, output FROM runs
        WHERE workflow = ? ORDER BY run_key DESC LIMIT ?)
      WHERE status = 'completed' AND finished_ms >= ? AND finished_ms < ?
      ORDER BY run_key DESC LIMIT ?
      """;

  private static final String PROBE =
      "SELECT count(*) FROM (SELECT status FROM runs ORDER BY run_key DESC LIMIT 10)";

  private final ReadPool pool;
  private final Writer writer;
  private final DatabaseFile file;
  private final LongSupplier nanos;
  private final Duration countingMax;

  SqliteStatistics(ReadPool pool, Writer writer, DatabaseFile file, SqliteOptions options) {
    this.pool = pool;
    this.writer = writer;
    this.file = file;
    this.nanos = options.nanos();
    this.countingMax = options.readMax().multipliedBy(COUNTING_PATIENCE);
  }

  @Override
  public Activity activity(Instant from, Instant to, int listMax) {
    requireLimit(listMax);
    long end = nanos.getAsLong() + countingMax.toNanos();
    return new ActivityReads(pool, COUNTED_AT_ONCE, () -> nanos.getAsLong() - end >= 0, from, to)
        .read(listMax);
  }

  @Override
  public List<Output> outputs(String workflow, Instant from, Instant to, int limit) {
    requireLimit(limit);
    return pool.read(session ->
        session.list(
            OUTPUTS,
            row ->
                new Output(
                    Columns.id(row, "id"),
                    Columns.instant(row, "finished_ms"),
                    row.getString("output")),
            workflow,
            OUTPUTS_LOOKED_AT_MAX,
            Columns.ofInstant(from),
            Columns.ofInstant(to),
            limit));
  }

  @Override
  public Duration probeWrite() {
    long before = nanos.getAsLong();
    try {
      writer
          .submit(
              commands -> {
                commands.probe();
                return true;
              },
              Weight.LUMP)
          .join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof JournalException known) {
        throw known;
      }
      throw e;
    }
    return Duration.ofNanos(nanos.getAsLong() - before);
  }

  @Override
  public Duration probeRead() {
    long before = nanos.getAsLong();
    pool.read(session -> session.number(PROBE));
    return Duration.ofNanos(nanos.getAsLong() - before);
  }

  @Override
  public Space space() {
    try {
      long wal = size(file.log());
      var store = Files.getFileStore(file.path().getParent());
      return new Space(size(file.path()) + wal, wal, store.getUsableSpace(), store.getTotalSpace());
    } catch (IOException e) {
      throw new JournalException.Failed("The journal's space can not be measured: " + e, e);
    }
  }

  private static long size(Path path) throws IOException {
    try {
      return Files.size(path);
    } catch (NoSuchFileException e) {
      return 0;
    }
  }

  private static void requireLimit(int limit) {
    if (limit < 1 || limit > LIST_MAX) {
      throw new IllegalArgumentException("The limit must be 1 to " + LIST_MAX + ", not " + limit);
    }
  }
}
