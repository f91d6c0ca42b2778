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

  private static final int BATCH = 20;
  private static final String KILL = "kill";
  private static final String KILL_HALF = "kill-half";

  /** Those with time for a part of it see all of the script, and more and more closely. */
  private static final List<Integer> OFFSETS = List.of(0, 4, 2, 6, 1, 5, 3, 7);

  /** Two on two cores. */
  private final int atOnce = Integer.getInteger("torture.at-once", 2);

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
    var calls = calls(budget);
    var all = IntStream.rangeClosed(1, calls.size()).boxed().toList();
    tally.add("writes of the script", all.size());
    play(spread(all), KILL, budget, tally);
    playOn(all.size(), budget, tally);
    play(spread(all.stream().filter(n -> isData(calls, n)).toList()), KILL_HALF, budget, tally);
    writeTable();
    return tally.figures(name(), seed);
  }

  /** Points that are spread over the whole script, each reached once. */
  Figures sample(Budget budget, int count) throws Exception {
    var tally = new Figures.Tally();
    var calls = calls(budget);
    tally.add("writes of the script", calls.size());
    for (int half = 0; half < 2; half++) {
      int remainder = half;
      var some =
          IntStream.range(0, count)
              .filter(i -> i % 2 == remainder)
              .mapToObj(i -> 1 + (int) ((long) i * calls.size() / count))
              .toList();
      play(some, half == 0 ? KILL : KILL_HALF, budget, tally);
    }
    return tally.figures(name(), 0);
  }

  private static List<Integer> spread(List<Integer> writes) {
    return OFFSETS.stream()
        .flatMap(offset ->
            IntStream.range(0, writes.size())
                .filter(i -> i % OFFSETS.size() == offset)
                .mapToObj(writes::get))
        .toList();
  }

  /** The calls of a whole script: their kind and file. */
  private static List<List<String>> calls(Budget budget) throws Exception {
    var directory = budget.directory().resolve("whole");
    new CrashCase(directory, NativeLibrary.compile("faults.c"), WRITES_MAX, KILL).play();
    var calls =
        Append.read(directory.resolve("calls")).stream()
            .filter(words -> CrashCase.CALLS.contains(words.get(1)))
            .toList();
    Trees.delete(directory);
    return calls;
  }

  /** There is no half of the others. */
  private static boolean isData(List<List<String>> calls, int number) {
    return calls.get(number - 1).get(1).equals("write");
  }

  /** The script has some writes more at one time than at another; goes on until there are none. */
  private void playOn(int behind, Budget budget, Figures.Tally tally) throws Exception {
    boolean isOver = false;
    for (int from = behind + 1; !isOver && budget.allows(tally.get("cases")); from += 2) {
      isOver = playBatch(List.of(from, from + 1), KILL, budget, tally);
    }
  }

  private void play(List<Integer> writes, String action, Budget budget, Figures.Tally tally)
      throws Exception {
    for (int from = 0; from < writes.size(); from += BATCH) {
      if (!budget.allows(tally.get("cases"))) {
        tally.add("left out of " + action + ", time was up", writes.size() - (long) from);
        return;
      }
      int to = Math.min(writes.size(), from + BATCH);
      playBatch(writes.subList(from, to), action, budget, tally);
    }
  }

  /** Whether one of these writes is behind the end of the script. */
  private boolean playBatch(List<Integer> writes, String action, Budget budget, Figures.Tally tally)
      throws Exception {
    var faults = NativeLibrary.compile("faults.c");
    boolean isOver = false;
    try (var threads = Executors.newFixedThreadPool(atOnce)) {
      var results = new ArrayList<Future<CrashCase.Result>>();
      for (int write : writes) {
        Callable<CrashCase.Result> play =
            new CrashCase(directory(budget, action, write), faults, write, action)::play;
        results.add(threads.submit(play));
      }
      for (int i = 0; i < writes.size(); i++) {
        isOver |= count(directory(budget, action, writes.get(i)), results.get(i), action, tally);
      }
    }
    return isOver;
  }

  private static Path directory(Budget budget, String action, int write) {
    return budget.directory().resolve(action + "-" + write);
  }

  private boolean count(
      Path where, Future<CrashCase.Result> result, String action, Figures.Tally tally)
      throws IOException, InterruptedException {
    try {
      var played = result.get();
      if (played.point().isPresent()) {
        count(where, played, action, tally);
        points.putIfAbsent(played.point().get().write(), played.point().get());
      }
      if (played.report().violations().isEmpty()) {
        Trees.delete(where);
      }
      return played.point().isEmpty();
    } catch (ExecutionException e) {
      tally.violation(where.toString(), e.getCause());
      return false;
    }
  }

  private static void count(Path where, CrashCase.Result played, String action, Figures.Tally tally)
      throws IOException {
    var report = played.report();
    tally.add("cases", 1);
    tally.add("cases of " + action, 1);
    tally.add("acks", Append.read(where.resolve("acks")).size());
    tally.add("effects", EffectLedger.read(where.resolve("effects")).starts());
    tally.add("attempts cut off", report.cutOff());
    tally.add("lost", report.count(List.of("I1")));
    tally.add("completed steps run again", report.count(List.of("I3")));
    tally.add("runs blocked, with the reason", report.blocked());
    report.violations().forEach(found -> tally.violation(where.toString(), found));
  }

  private void writeTable() throws IOException {
    Files.createDirectories(table.toAbsolutePath().getParent());
    Files.writeString(table, CrashTable.of(List.copyOf(points.values())));
  }
}
