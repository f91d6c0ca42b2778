package dev.perdure.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Field;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What grows without bound is only ever searched, through a key or an index. */
class QueryPlanTest {

  private static final Pattern SCAN = Pattern.compile("SCAN (?!j |CONSTANT|\\(subquery)");

  private static final Pattern READ = Pattern.compile("\\s*(SELECT|WITH)\\b");

  private static final List<Class<?>> READERS =
      List.of(
          RunReads.class,
          RunLists.class,
          StepReads.class,
          InboxReads.class,
          RecoveryReads.class,
          ActivityReads.class,
          SqliteStatistics.class,
          SqliteReader.class);

  /** What statements are put together from. */
  private static final Set<String> PARTS =
      Set.of("RunReads.DETAIL", "RunReads.UNFINISHED_OF", "StepReads.OUTPUTS");

  /** They walk along a key or an index and end after a few rows. */
  private static final Set<String> BOUNDED_SCANS =
      Set.of("RunReads.NEWEST", "RunLists.LEAP", "SqliteStatistics.PROBE", "ActivityReads.STEPS");

  /** They sort what a limit or a span of keys has bounded. */
  private static final Set<String> BOUNDED_SORTS =
      Set.of(
          "RunReads.UNFINISHED", "StepReads.STRUCK", "ActivityReads.RUNS", "ActivityReads.STEPS");

  @TempDir Path directory;

  @BeforeEach
  void create() {
    TestJournal.in(directory).close();
  }

  @Test
  void readsOfStepsGoThroughTheirKey() throws Exception {
    assertSearches(StepReads.PAGE, "SEARCH s USING INTEGER PRIMARY KEY");
    assertSearches(StepReads.ALL, "SEARCH s USING INTEGER PRIMARY KEY");
    assertSearches(StepReads.SOME, "SEARCH s USING INTEGER PRIMARY KEY");
    assertSearches(StepReads.LOG, "SEARCH step_logs USING PRIMARY KEY");
  }

  @Test
  void stepsComeInTheirOrderWithoutSorting() throws Exception {
    for (var sql : List.of(StepReads.PAGE, StepReads.ALL, StepReads.LOG, InboxReads.NOT_TAKEN)) {
      assertTrue(plan(sql).stream().noneMatch(line -> line.contains("TEMP B-TREE")), sql);
    }
  }

  @Test
  void recoverySearchesAndDoesNotSort() throws Exception {
    assertSearches(
        RecoveryReads.RUNNING,
        "SEARCH r USING INDEX runs_not_completed (status=? AND run_key>?)",
        "SEARCH s USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)",
        "SEARCH i USING COVERING INDEX inbox_not_taken (run_key=?)");
    assertTrue(plan(RecoveryReads.RUNNING).stream().noneMatch(line -> line.contains("B-TREE")));
  }

  @Test
  void suspectsAreFoundFromTheRunsAskedFor() throws Exception {
    assertSearches(
        StepReads.STRUCK,
        "SEARCH r USING COVERING INDEX sqlite_autoindex_runs_1 (id=?)",
        "SEARCH s USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)");
  }

  @Test
  void mailIsFoundThroughWhatIsNotTaken() throws Exception {
    assertSearches(InboxReads.NOT_TAKEN, "USING INDEX inbox_not_taken (run_key=? AND number>?)");
    assertSearches(InboxWrites.COUNT_SIGNALS, "USING COVERING INDEX inbox_not_taken (run_key=?)");
    assertSearches(InboxWrites.COUNT_ID, "USING COVERING INDEX inbox_ids (run_key=? AND id=?)");
    assertSearches(InboxWrites.INSERT, "USING PRIMARY KEY (run_key=?)");
  }

  @Test
  void relativesAreFoundThroughTheirKeys() throws Exception {
    assertSearches(RunReads.DETAIL_OF_CHILD, "SEARCH runs USING INTEGER PRIMARY KEY (rowid=?)");
    assertSearches(
        CancelWrites.AWAITED_CHILDREN,
        "SEARCH c USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)",
        "SEARCH r USING INTEGER PRIMARY KEY (rowid=?)");
    assertSearches(ActiveRuns.FIND, "SEARCH children USING INTEGER PRIMARY KEY (rowid=?)");
  }

  @Test
  void theRestOfARunIsSweptThroughItsKeys() throws Exception {
    assertSearches(StepWrites.CANCEL_ALL, "USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)");
    assertSearches(LogWrites.ADD_LINE, "SEARCH step_logs USING PRIMARY KEY (step_key=?)");
  }

  @Test
  void unfinishedRunsGoThroughTheirIndex() throws Exception {
    var plan = plan(RunReads.UNFINISHED).toString();
    assertEquals(3, plan.split("runs_not_completed", -1).length, plan);
  }

  @Test
  void leapsGoThroughBothIndexes() throws Exception {
    var plan = plan(RunLists.LEAP).toString();
    assertTrue(plan.contains("SEARCH s USING COVERING INDEX runs_not_completed"), plan);
    assertTrue(plan.contains("SEARCH w USING COVERING INDEX runs_of_workflow"), plan);
    assertTrue(plan.contains("SEARCH runs USING INTEGER PRIMARY KEY (rowid=?)"), plan);
  }

  @Test
  void statisticsLookAtABoundedStretchOfKeys() throws Exception {
    assertSearches(ActivityReads.RUNS, "SEARCH runs USING INTEGER PRIMARY KEY");
    assertSearches(
        ActivityReads.ATTEMPTS,
        "SEARCH a USING PRIMARY KEY",
        "SEARCH s USING INTEGER PRIMARY KEY (rowid=?)");
    assertTrue(
        plan(ActivityReads.STEPS).toString().contains("SEARCH steps USING INTEGER PRIMARY KEY"));
  }

  @Test
  void takingOverGoesThroughTheStepsOnce() throws Exception {
    var plan = plan(OwnerWrites.INTERRUPT);
    assertEquals(1, plan.stream().filter(line -> line.contains("SEARCH s USING")).count());
    assertTrue(plan.stream().anyMatch(line -> line.contains("SEARCH r USING COVERING INDEX")));
  }

  /** Also those that are written next year: whoever reads the tables is looked at here. */
  @ParameterizedTest
  @MethodSource("reads")
  void noReadScansOrSortsWhatGrows(String name, String sql) throws Exception {
    var plan = plan(sql);
    assertFalse(plan.isEmpty(), name);
    for (var line : plan) {
      assertFalse(SCAN.matcher(line).find() && !BOUNDED_SCANS.contains(name), plan::toString);
      assertFalse(line.contains("TEMP B-TREE") && !BOUNDED_SORTS.contains(name), plan::toString);
    }
  }

  static Stream<Arguments> reads() {
    return READERS.stream()
        .flatMap(reader -> Arrays.stream(reader.getDeclaredFields()))
        .filter(field -> field.getType() == String.class && !PARTS.contains(nameOf(field)))
        .map(field -> Arguments.of(nameOf(field), constant(field)))
        .filter(read -> READ.matcher(String.valueOf(read.get()[1])).lookingAt());
  }

  private static String nameOf(Field constant) {
    return constant.getDeclaringClass().getSimpleName() + "." + constant.getName();
  }

  private static Object constant(Field field) {
    try {
      field.setAccessible(true);
      return field.get(null);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  private void assertSearches(String sql, String... through) throws Exception {
    var plan = plan(sql);
    for (var part : through) {
      assertTrue(plan.stream().anyMatch(line -> line.contains(part)), plan::toString);
    }
    assertTrue(plan.stream().noneMatch(line -> SCAN.matcher(line).find()), plan::toString);
  }

  private List<String> plan(String sql) throws Exception {
    try (var database = new OpenDatabase(directory)) {
      return database.texts("EXPLAIN QUERY PLAN " + sql, "detail");
    }
  }
}
