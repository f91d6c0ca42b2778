package dev.perdure.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perdure.examples.FileImport.PriceList;
import dev.perdure.examples.FileImport.Report;
import dev.perdure.journal.Status;
import dev.perdure.testing.WorkflowTester;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileImportTest {

  private static final int REJECTED_EVERY = 2_500;

  @TempDir private Path directory;

  /** A price list of so many lines. Each 2,500th has no price; the cents are the line's number. */
  private Path prices(int lines) throws IOException {
    var text =
        IntStream.rangeClosed(1, lines)
            .mapToObj(line ->
                "sku-%d;Grüner Tee %d;%s"
                    .formatted(line, line, line % REJECTED_EVERY == 0 ? "?" : line))
            .collect(Collectors.joining("\n"));
    return Files.writeString(directory.resolve("prices.csv"), text);
  }

  @ParameterizedTest
  @CsvSource({"100, 100", "1, 10000"})
  void importsTenThousandLinesEachOnce(int batchLines, int batches) throws Exception {
    var file = prices(10_000);
    try (var test = WorkflowTester.of(FileImport.workflow())) {
      var run = test.start(new PriceList(file.toString(), batchLines));

      assertEquals(new Report(9_996, 4), run.output(Report.class));
      assertEquals(batches, test.times("read"));
      assertEquals(batches, test.times("insert"));
      assertImported(test, 10_000);
    }
  }

  @Test
  void importsEachLineOnceWhereverItIsKilled() throws Exception {
    var file = prices(11);
    int crashes =
        WorkflowTester.crashEverywhere(
            FileImport.workflow(),
            test -> {
              var run = test.runToEnd(test.start(new PriceList(file.toString(), 3)));

              assertEquals(new Report(11, 0), run.output(Report.class));
              assertImported(test, 11);
            });
    assertTrue(crashes >= 10, crashes + " crashes");
  }

  @Test
  void goesOnWithALineThatFailedForAMoment() throws Exception {
    var file = prices(7);
    try (var test = WorkflowTester.of(FileImport.workflow())) {
      test.stub("read").fails(new IOException("The disk was away.")).runs();
      var run = test.runToEnd(test.start(new PriceList(file.toString(), 2)));

      assertEquals(new Report(7, 0), run.output(Report.class));
      assertEquals(8, test.times("read"));
      assertImported(test, 7);
    }
  }

  @Test
  void keepsWhatItCanNotRead() throws Exception {
    var file = Files.writeString(directory.resolve("odd.csv"), "tea;Tea;290\r\nodd\ncup;Cup;x\n");
    try (var test = WorkflowTester.of(FileImport.workflow())) {
      var run = test.start(new PriceList(file.toString(), 2));

      assertEquals(new Report(1, 2), run.output(Report.class));
      assertEquals(290, Rows.number(test, "SELECT cents FROM prices WHERE sku = 'tea'"));
      assertEquals(2, Rows.number(test, "SELECT line FROM price_rejects WHERE text = 'odd'"));
    }
  }

  @Test
  void anEmptyFileIsAnImportOfNothing() throws Exception {
    var file = Files.writeString(directory.resolve("empty.csv"), "");
    try (var test = WorkflowTester.of(FileImport.workflow())) {
      var run = test.start(new PriceList(file.toString(), 2));

      assertEquals(new Report(0, 0), run.output(Report.class));
    }
  }

  @Test
  void aFileThatIsNotThereIsNotLookedForAgain() {
    try (var test = WorkflowTester.of(FileImport.workflow())) {
      var run = test.start(new PriceList(directory.resolve("nowhere").toString(), 2));

      assertEquals(Status.FAILED, run.status());
      assertEquals(1, test.times("look"));
    }
  }

  @Test
  void aFileThatChangesOnTheWayIsNoImport() throws Exception {
    var file = prices(7);
    try (var test = WorkflowTester.of(FileImport.workflow())) {
      test.stub("read").fails(new IOException("The disk was away.")).runs();
      var run = test.start(new PriceList(file.toString(), 2));
      Files.writeString(file, "sku;Tea;290\n");
      test.runToEnd(run);

      assertEquals(Status.FAILED, run.status());
      assertEquals(0, Rows.number(test, "SELECT count(*) FROM price_imports"));
    }
  }

  private static void assertImported(WorkflowTester<?> test, int lines) throws Exception {
    int rejected = lines / REJECTED_EVERY;
    int sum = IntStream.rangeClosed(1, lines).filter(line -> line % REJECTED_EVERY != 0).sum();
    assertEquals(lines - rejected, Rows.number(test, "SELECT count(*) FROM prices"));
    assertEquals(lines - rejected, Rows.number(test, "SELECT count(DISTINCT sku) FROM prices"));
    assertEquals(sum, Rows.number(test, "SELECT sum(cents) FROM prices WHERE cents = line"));
    assertEquals(rejected, Rows.number(test, "SELECT count(*) FROM price_rejects"));
    assertEquals(1, Rows.number(test, "SELECT count(*) FROM price_imports"));
  }
}
