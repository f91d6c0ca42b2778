package dev.perdure.examples;

import static dev.perdure.workflow.FanOut.atOnce;
import static dev.perdure.workflow.Steps.retries;

import com.google.gson.reflect.TypeToken;
import dev.perdure.workflow.FinalStepException;
import dev.perdure.workflow.RunContext;
import dev.perdure.workflow.Step;
import dev.perdure.workflow.StepOptions;
import dev.perdure.workflow.Tables;
import dev.perdure.workflow.Transaction;
import dev.perdure.workflow.Workflow;
import dev.perdure.workflow.WorkflowProvider;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The import of a price list, one line of {@code sku;name;cents} for each article, into a table in
 * the same file as the journal. It goes batch by batch, several at once, and each batch is in the
 * table exactly once however often the process dies on the way.
 *
 * <p>Who reads the prices takes the imports that are in {@code price_imports}: a row comes there
 * when all others are in, so an import is seen whole or not at all.
 */
public final class FileImport implements WorkflowProvider {

  private static final String COLUMNS = ";";

  /** A file that is not there will not come by trying again. */
  private static final StepOptions READING =
      retries(3).finalOn(NoSuchFileException.class).timeout(Duration.ofMinutes(5));

  private static final TypeToken<List<Batch>> BATCHES = new TypeToken<>() {};
  private static final TypeToken<List<String>> LINES = new TypeToken<>() {};

  static final Tables TABLES =
      Tables.named("prices")
          .migration(
              """
              CREATE TABLE prices (
                import TEXT NOT NULL,
                line   INTEGER NOT NULL,
                sku    TEXT NOT NULL,
                name   TEXT NOT NULL,
                cents  INTEGER NOT NULL,
                PRIMARY KEY (import, line)
              ) STRICT, WITHOUT ROWID
              """)
          .migration(
              """
              CREATE TABLE price_rejects (
                import TEXT NOT NULL,
                line   INTEGER NOT NULL,
                text   TEXT NOT NULL,
                why    TEXT NOT NULL,
                PRIMARY KEY (import, line)
              ) STRICT, WITHOUT ROWID;
              CREATE TABLE price_imports (
                import   TEXT PRIMARY KEY,
                file     TEXT NOT NULL,
                imported INTEGER NOT NULL,
                rejected INTEGER NOT NULL
              ) STRICT
              """);

  /**
   * What to import.
   *
   * @param file on the machine of the server
   * @param batchLines how many lines make one transaction; a list has at most 10,000 batches
   */
  public record PriceList(String file, int batchLines) {}

  /** What became of it. */
  public record Report(int imported, int rejected) {}

  /** A part of the file, found by its bytes so that nobody reads the file from its start again. */
  record Batch(long firstLine, long from, int bytes) {}

  /** The file as it was when it was cut into batches. */
  record Source(String file, long bytes, long modifiedMillis) {}

  record Rows(String run, long firstLine, List<String> lines) {}

  record Summary(String run, String file, List<Report> batches) {}

  /** What a line says, if it can be read. */
  private sealed interface Parsed {
    record Price(String sku, String name, int cents) implements Parsed {}

    record Reject(String why) implements Parsed {}
  }

  @Override
  public Collection<Workflow<?, ?>> workflows() {
    return List.of(workflow());
  }

  static Workflow<PriceList, Report> workflow() {
    return Workflow.named("price-import")
        .describedAs("Imports a price list, each of its lines exactly once")
        .tables(TABLES)
        .input(PriceList.class, new PriceList("prices.csv", 100))
        .code(Report.class, FileImport::run);
  }

  private static Report run(PriceList list, RunContext run) {
    var source = run.step("look", list.file(), Source.class, (file, _) -> look(file), READING);
    var batches =
        run.step("cut", source, BATCHES, (from, _) -> cut(from, list.batchLines()), READING);
    var reports =
        run.mapScoped(
            "batch",
            batches,
            Report.class,
            (batch, scope) -> importBatch(source, batch, scope),
            atOnce(8));
    var summary = new Summary(run.runId(), list.file(), reports);
    return run.transaction("finish", summary, Report.class, FileImport::finish);
  }

  /** The file is read in a step of its own: a transaction keeps all others from writing. */
  private static Report importBatch(Source source, Batch batch, RunContext scope) {
    var lines = scope.step("read", batch, LINES, (part, _) -> read(source, part), READING);
    var rows = new Rows(scope.runId(), batch.firstLine(), lines);
    return scope.transaction("insert", rows, Report.class, FileImport::insert);
  }

  private static Source look(String file) throws IOException {
    var path = Path.of(file);
    return new Source(
        file, Files.size(path), Files.getLastModifiedTime(path).toInstant().toEpochMilli());
  }

  /** Cuts the file at the ends of lines. */
  private static List<Batch> cut(Source source, int batchLines) throws IOException {
    var batches = new ArrayList<Batch>();
    try (var in = Files.newInputStream(Path.of(source.file()));
        var bytes = new BufferedInputStream(in)) {
      long line = 1;
      long position = 0;
      while (true) {
        int lines = 0;
        int length = 0;
        for (int next; lines < batchLines && (next = bytes.read()) >= 0; ) {
          length++;
          lines += next == '\n' ? 1 : 0;
        }
        if (length == 0) {
          return batches;
        }
        batches.add(new Batch(line, position, length));
        line += lines;
        position += length;
      }
    }
  }

  private static List<String> read(Source source, Batch batch) throws IOException {
    if (!look(source.file()).equals(source)) {
      throw new FinalStepException(source.file() + " has changed while it was imported.");
    }
    try (var file = new RandomAccessFile(source.file(), "r")) {
      var bytes = ByteBuffer.allocate(batch.bytes());
      file.seek(batch.from());
      file.readFully(bytes.array());
      return StandardCharsets.UTF_8.decode(bytes).toString().lines().toList();
    }
  }

  /** No look at what is there, no "or ignore": a line that came twice would fail the run. */
  private static Report insert(Rows rows, Transaction transaction, Step step) throws SQLException {
    var connection = transaction.connection();
    int rejected = 0;
    try (var price = connection.prepareStatement("INSERT INTO prices VALUES (?, ?, ?, ?, ?)");
        var reject = connection.prepareStatement("INSERT INTO price_rejects VALUES (?, ?, ?, ?)")) {
      long line = rows.firstLine();
      for (var text : rows.lines()) {
        switch (parse(text)) {
          case Parsed.Price(var sku, var name, var cents) -> {
            price.setString(1, rows.run());
            price.setLong(2, line);
            price.setString(3, sku);
            price.setString(4, name);
            price.setInt(5, cents);
            price.executeUpdate();
          }
          case Parsed.Reject(var why) -> {
            reject.setString(1, rows.run());
            reject.setLong(2, line);
            reject.setString(3, text);
            reject.setString(4, why);
            reject.executeUpdate();
            rejected++;
          }
        }
        line++;
      }
    }
    return new Report(rows.lines().size() - rejected, rejected);
  }

  private static Parsed parse(String line) {
    var columns = line.split(COLUMNS, -1);
    if (columns.length != 3) {
      return new Parsed.Reject("It has " + columns.length + " columns, not 3.");
    }
    try {
      return new Parsed.Price(columns[0], columns[1], Integer.parseInt(columns[2]));
    } catch (NumberFormatException e) {
      return new Parsed.Reject("\"" + columns[2] + "\" is no price.");
    }
  }

  /** Makes the import visible. */
  private static Report finish(Summary summary, Transaction transaction, Step step)
      throws SQLException {
    var total =
        new Report(
            summary.batches().stream().mapToInt(Report::imported).sum(),
            summary.batches().stream().mapToInt(Report::rejected).sum());
    try (var insert =
        transaction
            .connection()
            .prepareStatement("INSERT INTO price_imports VALUES (?, ?, ?, ?)")) {
      insert.setString(1, summary.run());
      insert.setString(2, summary.file());
      insert.setInt(3, total.imported());
      insert.setInt(4, total.rejected());
      insert.executeUpdate();
    }
    return total;
  }
}
