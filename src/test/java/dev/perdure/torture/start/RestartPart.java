package dev.perdure.torture.start;

import dev.perdure.torture.Budget;
import dev.perdure.torture.Figures;
import dev.perdure.torture.Part;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.ToLongFunction;

/**
 * Starts the server on 100,000 unfinished runs: of all kinds, only sleeping ones, and only ones
 * that wait for a signal. Afterwards another program looks whether each has gone on as promised.
 */
public final class RestartPart implements Part {

  private static final int COUNT = Integer.getInteger("torture.runs", 100_000);
  private static final int HEAP_MIB = 512;
  private static final Duration READY_MAX = Duration.ofSeconds(5);
  private static final Duration GONE_ON_MAX = Duration.ofSeconds(30);

  @Override
  public String name() {
    return "start";
  }

  @Override
  public Figures run(Budget budget, long seed) throws Exception {
    var random = new SplittableRandom(seed);
    var outcomes = new LinkedHashMap<String, List<Restart.Outcome>>();
    var left = leave(budget.directory());
    long cycles = 0;
    do {
      for (var one : left) {
        var restart = new Restart(one.directory().resolve("start" + cycles), one, HEAP_MIB);
        var outcome = restart.run(restart.server(), random.split());
        outcomes.computeIfAbsent(one.mix(), _ -> new ArrayList<>()).add(outcome);
      }
      cycles++;
    } while (budget.allows(cycles));
    return figures(seed, outcomes);
  }

  private static List<Left> leave(Path directory) throws Exception {
    var all = new ArrayList<Left>();
    for (var mix : Mix.NAMES) {
      var left = new Left(directory.resolve(mix), mix, COUNT);
      left.leave();
      all.add(left);
    }
    return all;
  }

  private Figures figures(long seed, Map<String, List<Restart.Outcome>> outcomes) {
    var lines = new LinkedHashMap<String, String>();
    var violations = new ArrayList<String>();
    lines.put("unfinished runs", "%,d".formatted(COUNT));
    outcomes.forEach((mix, all) -> {
      lines.put(mix + ": starts", Integer.toString(all.size()));
      lines.put(mix + ": ready, ms", medianAndWorst(all, one -> one.ready().toMillis()));
      lines.put(mix + ": processor, ms", medianAndWorst(all, one -> one.work().toMillis()));
      lines.put(mix + ": all gone on, ms", medianAndWorst(all, one -> one.goneOn().toMillis()));
      lines.put(mix + ": sleepers late, ms", medianAndWorst(all, one -> one.late().toMillis()));
      lines.put(mix + ": heap used, MiB", medianAndWorst(all, one -> one.heap().mostMiB()));
      lines.put(mix + ": heap kept, MiB", medianAndWorst(all, one -> one.heap().keptMiB()));
      lines.put(mix + ": process, MiB", medianAndWorst(all, Restart.Outcome::memoryMiB));
      all.forEach(one -> one.violations().forEach(found -> violations.add(mix + ": " + found)));
      all.forEach(one -> violations.addAll(tooSlow(mix, one)));
    });
    return new Figures(name(), seed, lines, violations);
  }

  /** The heap is bounded by the process itself: one that needs more ends. */
  private static List<String> tooSlow(String mix, Restart.Outcome outcome) {
    var found = new ArrayList<String>();
    if (outcome.ready().compareTo(READY_MAX) > 0) {
      found.add(mix + ": ready after " + outcome.ready().toMillis() + " ms");
    }
    if (outcome.goneOn().compareTo(GONE_ON_MAX) > 0) {
      found.add(mix + ": all gone on after " + outcome.goneOn().toMillis() + " ms");
    }
    return found;
  }

  private static String medianAndWorst(
      List<Restart.Outcome> outcomes, ToLongFunction<Restart.Outcome> figure) {
    var sorted = outcomes.stream().mapToLong(figure).sorted().toArray();
    return "%,d (worst %,d)".formatted(sorted[(sorted.length - 1) / 2], sorted[sorted.length - 1]);
  }
}
