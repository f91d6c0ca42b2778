package dev.perdure.torture;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What a database holds, as another program than Perdure reads it. Runs go by their ids without
 * hyphens.
 *
 * @param steps by key
 * @param attempts those that did not complete, by the key of their step, in order
 * @param keys the run of each idempotency key
 * @param signals run and id of each signal, with a blank between them
 * @param books how often each transactional step has written, by its idempotency key and attempt
 */
record Stored(
    Map<String, Run> runs,
    Map<Long, Step> steps,
    Map<Long, List<Attempt>> attempts,
    Map<String, String> keys,
    Set<String> signals,
    Map<String, Long> books,
    List<String> integrity) {

  private static final String RUNS =
      """
      SELECT lower(hex(id)), run_key, workflow, status, coalesce(reason_code, ''),
        coalesce(ending, ''), coalesce(waiting_kind, ''), coalesce(input ->> '$.nonce', ''),
        coalesce(parent_step_key >> 20, 0), hex(coalesce(output, 'null'))
      FROM runs
      """;
  private static final String STEPS =
      """
      SELECT step_key, kind, name, status, attempt, interrupted, max_attempts, strikes,
        hex(coalesce(output, 'null'))
      FROM steps
      """;
  private static final String ATTEMPTS =
      "SELECT step_key, attempt, outcome FROM attempts ORDER BY step_key, attempt";
  private static final String KEYS = "SELECT key, lower(hex(run_id)) FROM idempotency_keys";
  private static final String SIGNALS =
      """
      SELECT lower(hex(runs.id)) || ' ' || inbox.id
      FROM inbox JOIN runs USING (run_key) WHERE inbox.id IS NOT NULL
      """;
  private static final String BOOKS =
      "SELECT book || ' ' || attempt, count(*) FROM torture_books GROUP BY book, attempt";
  private static final String HAS_RUNS = "SELECT name FROM sqlite_master WHERE name = 'runs'";
  private static final String HAS_BOOKS =
      "SELECT 1 FROM sqlite_schema WHERE name = 'torture_books'";

  /**
   * A row of runs.
   *
   * @param parent the key of the run that started it; 0 when there is none
   */
  record Run(
      String id,
      long key,
      String workflow,
      String status,
      String reason,
      String ending,
      String waiting,
      String nonce,
      long parent,
      String output) {

    static Run of(List<String> row) {
      return new Run(
          row.get(0),
          Long.parseLong(row.get(1)),
          row.get(2),
          row.get(3),
          row.get(4),
          row.get(5),
          row.get(6),
          row.get(7),
          Long.parseLong(row.get(8)),
          digest(row.get(9)));
    }

    boolean isBlocked() {
      return status.equals("blocked");
    }

    boolean isOver() {
      return Seen.FINAL.contains(status);
    }
  }

  /** A row of steps. */
  record Step(
      long key,
      String kind,
      String name,
      String status,
      int attempt,
      int interrupted,
      int attemptsMax,
      int strikes,
      String output) {

    static Step of(List<String> row) {
      return new Step(
          Long.parseLong(row.get(0)),
          row.get(1),
          row.get(2),
          row.get(3),
          Integer.parseInt(row.get(4)),
          Integer.parseInt(row.get(5)),
          Integer.parseInt(row.get(6)),
          Integer.parseInt(row.get(7)),
          digest(row.get(8)));
    }

    long runKey() {
      return key >> ORDINAL_BITS;
    }

    int ordinal() {
      return (int) (key & ((1 << ORDINAL_BITS) - 1));
    }

    boolean isCompleted() {
      return status.equals("completed");
    }
  }

  /** A row of attempts. */
  record Attempt(long step, int number, String outcome) {

    static Attempt of(List<String> row) {
      return new Attempt(Long.parseLong(row.get(0)), Integer.parseInt(row.get(1)), row.get(2));
    }

    boolean isInterrupted() {
      return outcome.equals("interrupted");
    }
  }

  private static final int ORDINAL_BITS = 20;

  /** A database without the journal's tables holds nothing: it lost even how it was made. */
  static Stored read(OtherReader reader) throws Exception {
    if (reader.rows(HAS_RUNS).isEmpty()) {
      return new Stored(
          Map.of(), Map.of(), Map.of(), Map.of(), Set.of(), Map.of(), integrity(reader));
    }
    boolean hasBooks = !reader.rows(HAS_BOOKS).isEmpty();
    return new Stored(
        rows(reader, RUNS).map(Run::of).collect(toMap(Run::id, Function.identity())),
        rows(reader, STEPS).map(Step::of).collect(toMap(Step::key, Function.identity())),
        rows(reader, ATTEMPTS).map(Attempt::of).collect(groupingBy(Attempt::step)),
        rows(reader, KEYS).collect(toMap(List::getFirst, List::getLast)),
        reader.rows(SIGNALS).stream().collect(toSet()),
        hasBooks
            ? rows(reader, BOOKS).collect(toMap(List::getFirst, r -> Long.valueOf(r.getLast())))
            : Map.of(),
        integrity(reader));
  }

  private static List<String> integrity(OtherReader reader) throws Exception {
    var found = new ArrayList<>(reader.rows("PRAGMA integrity_check"));
    found.remove("ok");
    found.addAll(reader.rows("PRAGMA foreign_key_check"));
    return found;
  }

  private static Stream<List<String>> rows(OtherReader reader, String sql) throws Exception {
    return reader.rows(sql).stream().map(row -> List.of(row.split("\\|", -1)));
  }

  /** As {@link Seen} makes one of the same value. */
  private static String digest(String hex) {
    var json = new String(HexFormat.of().parseHex(hex), UTF_8);
    return Digest.of(JsonParser.parseString(json).toString());
  }

  /** The step that an idempotency key belongs to; null when there is none. */
  Step step(String idempotencyKey) {
    int dash = idempotencyKey.lastIndexOf('-');
    var run = runs.get(plain(idempotencyKey.substring(0, dash)));
    long ordinal = Long.parseLong(idempotencyKey.substring(dash + 1));
    return run == null ? null : steps.get((run.key() << ORDINAL_BITS) + ordinal);
  }

  Step step(Run run, int ordinal) {
    return steps.get((run.key() << ORDINAL_BITS) + ordinal);
  }

  boolean hasCompensations(Run run) {
    return steps.values().stream()
        .anyMatch(step -> step.runKey() == run.key() && step.kind().equals("compensation"));
  }

  static String plain(String id) {
    return id.replace("-", "");
  }
}
