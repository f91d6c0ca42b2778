package dev.perdure.simulation;

/** Plays seeds from the command line: {@code Simulations <first> <count> [trace]}. */
final class Simulations {

  private Simulations() {}

  public static void main(String[] arguments) {
    java.util.logging.Logger.getLogger("dev.perdure").setLevel(java.util.logging.Level.OFF);
    long first = Long.parseLong(arguments[0]);
    long count = Long.parseLong(arguments[1]);
    boolean trace = arguments.length > 2;
    long runs = 0, commits = 0, effects = 0, turns = 0;
    int bad = 0;
    var faults = new java.util.EnumMap<Faults.Kind, Integer>(Faults.Kind.class);
    long began = System.nanoTime();
    long digest = 0;
    for (long seed = first; seed < first + count; seed++) {
      try {
        var result = Simulation.play(seed, trace ? System.out::println : null);
        runs += result.runs();
        commits += result.commits();
        effects += result.effects();
        turns += result.turns();
        digest = Mix.of(digest, result.digest());
        result.faults().forEach((kind, times) -> faults.merge(kind, times, Integer::sum));
      } catch (AssertionError e) {
        System.out.println(
            "Seed "
                + seed
                + ": "
                + e.toString().replaceAll("\\s+at [^ ]*\\([^ ]*\\)", "").replace("\n", " "));
        if (!(e instanceof Violation)) e.printStackTrace(System.out);
        if (++bad > 15) break;
      }
    }
    double seconds = (System.nanoTime() - began) / 1e9;
    System.out.printf(
        "runs %d commits %d effects %d turns %d in %.1f s, %.0f runs/s, digest %x %s%n",
        runs, commits, effects, turns, seconds, runs / seconds, digest, faults);
  }
}
