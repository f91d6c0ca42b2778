package dev.perdure.torture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/**
 * Kills the server at every write of a fixed {@link Script}, the creation of its database and its
 * shutdown included: once before the write, and once when half of it is done. Makes the table of
 * crash points from what it has seen.
 */
public final class ScriptPart implements Part {

  /** No script that anybody wants to wait for has more. */
  private static final int WRITES_MAX = 20_000;

  private static final int AT_ONCE = 2;
  private static final int BATCH = 20;
  private static final List<String> ACTIONS = List.of("kill", "kill-half");

  private final Path table;
  private final TreeMap<Integer, CrashPoint> points = new TreeMap<>();

  /** Its table goes where {@code torture.table} says. */
  public ScriptPart() {
    this(Path.of(System.getProperty("torture.table", "target/torture/crash-points.md")));
  }

  ScriptPart(Path table) {
    this.table = table;
  }

  @Override
  public String name() {
    return "script";
  }

  /** Every write, as far as the budget lasts; the seed decides nothing here. */
  @Override
  public Figures run(Budget budget, long seed) throws Exception {
    var tally = new Figures.Tally();
    for (var action : ACTIONS) {
      boolean isOver = false;
      for (int from = 1; !isOver && from < WRITES_MAX; from += BATCH) {
        if (!budget.allows(tally.get("cases"))) {
          tally.add(action + ": time was up before the last write", 1);
          break;
        }
        isOver = play(IntStream.range(from, from + BATCH).boxed().toList(), action, budget, tally);
      }
    }
    Files.createDirectories(table.toAbsolutePath().getParent());
    Files.writeString(table, CrashTable.of(List.copyOf(points.values())));
    return tally.figures(name(), seed);
  }

  /** Points that are spread over the whole script, each reached once. */
  Figures sample(Budget budget, int count) throws Exception {
    var tally = new Figures.Tally();
    int writes = countWrites(budget);
    var chosen = IntStream.range(0, count).map(i -> 1 + (int) ((long) i * writes / count));
    var all = chosen.boxed().toList();
    for (int i = 0; i < ACTIONS.size(); i++) {
      int remainder = i;
      var some = all.stream().filter(n -> all.indexOf(n) % ACTIONS.size() == remainder).toList();
      play(some, ACTIONS.get(i), budget, tally);
    }
    tally.add("writes in all", writes);
    return tally.figures(name(), 0);
  }

  private static int countWrites(Budget budget) throws Exception {
    var directory = budget.directory().resolve("count");
    new CrashCase(directory, NativeLibrary.compile("faults.c"), WRITES_MAX, "kill").play();
    return (int)
        Append.read(directory.resolve("calls")).stream()
            .filter(words -> List.of("write", "sync", "truncate", "unlink").contains(words.get(1)))
            .count();
  }

  /** Whether one of these writes is behind the end of the script. */
  private boolean play(List<Integer> writes, String action, Budget budget, Figures.Tally tally)
      throws Exception {
    var faults = NativeLibrary.compile("faults.c");
    boolean isOver = false;
    try (var threads = Executors.newFixedThreadPool(AT_ONCE)) {
      var results = new ArrayList<Future<CrashCase.Result>>();
      for (int write : writes) {
        var where = budget.directory().resolve(action + "-" + write);
        Callable<CrashCase.Result> play = new CrashCase(where, faults, write, action)::play;
        results.add(threads.submit(play));
      }
      for (int i = 0; i < writes.size(); i++) {
        var where = budget.directory().resolve(action + "-" + writes.get(i));
        isOver |= count(where, results.get(i), action, tally);
      }
    }
    return isOver;
  }

  private boolean count(
      Path where, Future<CrashCase.Result> result, String action, Figures.Tally tally)
      throws IOException, InterruptedException {
    try {
      var played = result.get();
      if (played.point().isEmpty()) {
        Trees.delete(where);
        return true;
      }
      tally.add("cases", 1);
      tally.add("cases of " + action, 1);
      tally.add("acks", Append.read(where.resolve("acks")).size());
      tally.add("effects", EffectLedger.read(where.resolve("effects")).starts());
      tally.add("attempts cut off", played.report().cutOff());
      tally.add("lost", played.report().count(List.of("I1")));
      tally.add("completed steps run again", played.report().count(List.of("I3")));
      tally.add("runs blocked, with the reason", played.report().blocked());
      played.report().violations().forEach(found -> tally.violation(where.toString(), found));
      played.point().ifPresent(point -> points.putIfAbsent(point.write(), point));
      if (played.report().violations().isEmpty()) {
        Trees.delete(where);
      }
    } catch (ExecutionException e) {
      tally.violation(where.toString(), e.getCause());
    }
    return false;
  }
}
