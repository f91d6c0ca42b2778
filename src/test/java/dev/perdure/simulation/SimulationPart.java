package dev.perdure.simulation;

import dev.perdure.torture.Budget;
import dev.perdure.torture.Figures;
import dev.perdure.torture.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicLong;

/** As many simulations as time allows, one after the other on each processor. */
public final class SimulationPart implements Part {

  private static final int VIOLATIONS_MAX = 100;

  @Override
  public String name() {
    return "simulation";
  }

  /** A cycle is a simulated run. */
  @Override
  public Figures run(Budget budget, long seed) throws InterruptedException, ExecutionException {
    try (var _ = new Machine()) {
      var next = new AtomicLong(seed);
      var runs = new AtomicLong();
      var workers = new ArrayList<FutureTask<Simulations>>();
      for (int i = Runtime.getRuntime().availableProcessors(); i > 0; i--) {
        var worker = new FutureTask<>(() -> play(budget, next, runs));
        workers.add(worker);
        Thread.ofPlatform().name("simulation-" + i).start(worker);
      }
      return together(seed, workers);
    }
  }

  private static Simulations play(Budget budget, AtomicLong next, AtomicLong runs) {
    var simulations = new Simulations();
    while (budget.allows(runs.get()) && simulations.violations().size() < VIOLATIONS_MAX) {
      long before = simulations.runs();
      simulations.play(next.getAndIncrement());
      runs.addAndGet(simulations.runs() - before);
    }
    return simulations;
  }

  private Figures together(long seed, List<FutureTask<Simulations>> workers)
      throws InterruptedException, ExecutionException {
    long began = System.nanoTime();
    var all = new Simulations();
    for (var worker : workers) {
      all.add(worker.get());
    }
    var lines = all.lines();
    double seconds = (System.nanoTime() - began) / 1e9;
    lines.put("runs per second", "%,.0f".formatted(all.runs() / seconds));
    return new Figures(name(), seed, lines, all.violations());
  }
}
