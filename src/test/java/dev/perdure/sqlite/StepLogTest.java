package dev.perdure.sqlite;

import static dev.perdure.sqlite.TestJournal.at;
import static dev.perdure.sqlite.TestJournal.attemptFailed;
import static dev.perdure.sqlite.TestJournal.busy;
import static dev.perdure.sqlite.TestJournal.completed;
import static dev.perdure.sqlite.TestJournal.newId;
import static dev.perdure.sqlite.TestJournal.runCompleted;
import static dev.perdure.sqlite.TestJournal.started;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.perdure.journal.Change;
import dev.perdure.journal.Command.Advance;
import dev.perdure.journal.Command.Verdict;
import dev.perdure.journal.JournalException;
import dev.perdure.journal.RunId;
import dev.perdure.journal.StepLog;
import dev.perdure.journal.StepProgress;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StepLogTest {

  @TempDir Path directory;
  TestJournal journal;

  @BeforeEach
  void open() {
    journal = TestJournal.in(directory);
  }

  @AfterEach
  void close() {
    journal.close();
  }

  @Test
  void showsTheLatestProgress() {
    var id = journal.begun();
    assertNull(journal.step(id, 0).progress());
    assertEquals(Verdict.APPLIED, journal.advance(id, progress(1, 0.25, "a quarter")));
    assertEquals(Verdict.APPLIED, journal.advance(id, progress(1, 0.5, "half")));
    var half = new StepProgress(0.5, "half", at(12));
    assertEquals(half, journal.step(id, 0).progress());
    var reader = journal.journal.reader();
    assertEquals(half, reader.replay(id).orElseThrow().steps().getFirst().progress());
    journal.advance(id, completed(0, 1));
    assertEquals(half, journal.step(id, 0).progress());
  }

  @Test
  void ignoresTheProgressOfAnAttemptThatIsNotInFlight() {
    var id = journal.begun();
    assertEquals(Verdict.APPLIED, journal.advance(id, progress(2, 0.1, "early")));
    journal.advance(id, attemptFailed(0, 1));
    assertEquals(Verdict.APPLIED, journal.advance(id, progress(1, 0.1, "late")));
    journal.advance(id, started(0, 2));
    assertEquals(Verdict.APPLIED, journal.advance(id, progress(1, 0.1, "stale")));
    assertNull(journal.step(id, 0).progress());
    journal.advance(id, progress(2, 0.2, "now"));
    assertEquals("now", journal.step(id, 0).progress().text());
    journal.advance(id, busy(1), new Change.StepProgressed(1, 0, 0.1, "no step", at(12)));
    assertNull(journal.step(id, 1).progress());
  }

  @Test
  void keepsLinesInTheirOrder() {
    var id = journal.begun();
    journal.advance(id, line(1, "one"), line(1, "two"), attemptFailed(0, 1));
    journal.advance(id, started(0, 2), line(2, "three"));
    journal.advance(id, line(1, "late, but worth knowing"), line(9, "of no attempt"));
    assertEquals(
        List.of(
            new StepLog(1, "one", at(12)),
            new StepLog(1, "two", at(12)),
            new StepLog(2, "three", at(12)),
            new StepLog(1, "late, but worth knowing", at(12))),
        log(id));
    assertEquals(List.of(), journal.journal.reader().log(id, 1));
    assertEquals(List.of(), journal.journal.reader().log(newId(), 0));
  }

  @Test
  void keepsABoundedNumberOfLines() {
    var id = journal.begun();
    var lines =
        IntStream.range(0, StepLog.LINES_MAX + 10)
            .mapToObj(i -> line(1, "line " + i))
            .toArray(Change[]::new);
    assertEquals(Verdict.APPLIED, journal.advance(id, lines));
    assertEquals(Verdict.APPLIED, journal.advance(id, line(1, "too late")));
    assertEquals(StepLog.LINES_MAX, log(id).size());
    assertEquals("line 0", log(id).getFirst().line());
    assertEquals("line " + (StepLog.LINES_MAX - 1), log(id).getLast().line());
  }

  @Test
  void aLineAsLongAsAllowedIsKept() {
    var id = journal.begun();
    var longest = "ä".repeat(StepLog.LINE_CHARS_MAX);
    journal.advance(id, line(1, longest));
    assertEquals(longest, log(id).getFirst().line());
    var tooLong = new Advance(id, 0, List.of(line(1, longest + "ä")));
    assertInstanceOf(JournalException.Broken.class, journal.failureOf(tooLong));
  }

  @Test
  void whatAStepSaysDecidesNothing() {
    var id = journal.begun();
    assertEquals(
        Verdict.REFUSED, journal.advance(id, line(1, "late"), completed(0, 2), started(1, 1)));
    assertEquals(List.of(), log(id));
    journal.advance(id, line(1, "last"), completed(0, 1), runCompleted());
    assertEquals("last", log(id).getFirst().line());
    assertEquals(Verdict.REFUSED, journal.advance(id, line(1, "of an ended run")));
  }

  private List<StepLog> log(RunId id) {
    return journal.journal.reader().log(id, 0);
  }

  private static Change.StepProgressed progress(int attempt, double fraction, String text) {
    return new Change.StepProgressed(0, attempt, fraction, text, at(12));
  }

  private static Change.StepLogged line(int attempt, String line) {
    return new Change.StepLogged(0, attempt, line, at(12));
  }
}
