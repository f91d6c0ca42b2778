package dev.perdure.torture;

import dev.perdure.twin.Twin;
import dev.perdure.twin.TwinBuild;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;

/**
 * Brings the server to its end again and again while clients ask for much: by kill -9 at random
 * times, before it is ready again, by signals and out of memory. Then the same with crippled
 * builds, each of which must be caught.
 */
public final class KillPart implements Part {

  /** Fewer acknowledged requests or begun attempts than this in a cycle would show nothing. */
  private static final int WORTH_COUNTING = 20;

  private static final int CYCLES_PER_DIRECTORY = 50;
  private static final int CYCLES_PER_LOOK = 10;
  private static final int CYCLES_PER_TWIN = 60;
  private static final Duration SETTLED_WITHIN = Duration.ofSeconds(120);
  private static final Duration TWIN_SETTLED_WITHIN = Duration.ofSeconds(10);

  /**
   * Twins by how violations begin that are theirs, and not those of a machine with too much to do.
   * Where nothing is compared, the tables refuse what contradicts itself, and the engine blocks the
   * run. What a kill leaves in the page cache is not lost, so the one that does not sync is not
   * seen.
   */
  private static final Map<Twin, Set<String>> TWINS =
      Map.of(
          Twin.ACK_BEFORE_COMMIT, Set.of("I1:", "I2:"),
          Twin.EFFECT_BEFORE_RUNNING, Set.of("I4:"),
          Twin.NO_COMPARE_AND_SET,
              Set.of("I3:", "I4:", "I5:", "I6:", "I7:", "I8: A run is blocked"),
          Twin.REQUEUE_COMPLETED, Set.of("I3:"),
          Twin.ATTEMPTS_FORGOTTEN, Set.of("I4:", "I5:"));

  private static final Duration KILLED_WITHIN = Duration.ofSeconds(2);

  private final List<Twin> twins;
  private final Duration killedWithin;

  /** With all twins. */
  public KillPart() {
    this(TWINS.keySet().stream().sorted().toList(), KILLED_WITHIN);
  }

  /**
   * A shorter form.
   *
   * @param killedWithin how long after it is ready it ends at the latest
   */
  KillPart(List<Twin> twins, Duration killedWithin) {
    this.twins = twins;
    this.killedWithin = killedWithin;
  }

  @Override
  public String name() {
    return "kills";
  }

  @Override
  public Figures run(Budget budget, long seed) throws Exception {
    var tally = new Figures.Tally();
    var random = new SplittableRandom(seed);
    for (var twin : twins) {
      tryOut(twin, budget, random.split(), tally);
    }
    for (int n = 0; budget.allows(tally.get("cycles")); n++) {
      round(budget.in("round" + n), random.split(), tally);
    }
    requireWork(tally);
    return tally.figures(name(), seed);
  }

  private void round(Budget budget, SplittableRandom random, Figures.Tally tally) throws Exception {
    var where = budget.directory();
    try (var round = new Round(where, Target.in(where), random, killedWithin)) {
      boolean isGood = true;
      for (int i = 1; i <= CYCLES_PER_DIRECTORY && budget.allows(tally.get("cycles")); i++) {
        var death = Death.any(random);
        round.cycle(death);
        tally.add("cycles", 1);
        tally.add("ended by " + death, 1);
        if (i % CYCLES_PER_LOOK == 0) {
          var found = round.inBetween();
          var at = where + ", cycle " + tally.get("cycles");
          found.forEach(violation -> tally.violation(at, violation));
          isGood &= found.isEmpty();
        }
      }
      var report = round.atTheEnd(SETTLED_WITHIN);
      report.violations().forEach(found -> tally.violation(where.toString(), found));
      count(round, report, tally);
      if (isGood && report.violations().isEmpty()) {
        round.forget();
      }
    }
  }

  private static void count(Round round, Audit.Report report, Figures.Tally tally)
      throws Exception {
    tally.add("ends, those in recovery included", round.kills());
    tally.add("acks", round.acks());
    tally.add("effects", round.effects());
    tally.add("runs", report.runs());
    tally.add("attempts cut off", report.cutOff());
    tally.add("lost", report.count(List.of("I1")));
    tally.add("completed steps run again", report.count(List.of("I3")));
    tally.add("runs blocked, with the reason", report.blocked());
    tally.most("longest start, ms", round.startTimeMax().toMillis());
  }

  private static void requireWork(Figures.Tally tally) {
    long cycles = tally.get("cycles");
    for (var what : List.of("acks", "effects")) {
      if (tally.get(what) < WORTH_COUNTING * cycles) {
        tally.violation("all", "too few " + what + " to show anything in " + cycles + " cycles");
      }
    }
  }

  /** The first that is the twin's; the invariants of all are added to the others. */
  private static Optional<Violation> own(
      Twin twin, List<Violation> found, Collection<String> others) {
    found.forEach(violation -> others.add(violation.invariant()));
    return found.stream()
        .filter(it -> TWINS.get(twin).stream().anyMatch(it.toString()::startsWith))
        .findFirst();
  }

  /** A build that breaks a promise must be seen to do so. */
  private void tryOut(Twin twin, Budget budget, SplittableRandom random, Figures.Tally tally)
      throws Exception {
    var where = budget.directory().resolve(twin.name());
    var target = Target.in(where).classesFirst(TwinBuild.of(twin));
    var others = new TreeSet<String>();
    try (var round = new Round(where, target, random, killedWithin)) {
      for (int cycle = 1; cycle <= CYCLES_PER_TWIN; cycle++) {
        round.cycle(Death.KILL);
        var own = own(twin, round.inBetween(), others);
        if (own.isEmpty() && cycle % CYCLES_PER_LOOK == 0) {
          own = own(twin, round.atTheEnd(TWIN_SETTLED_WITHIN).violations(), others);
        }
        if (own.isPresent()) {
          tally.note("twin " + twin, "caught in cycle " + cycle + ": " + own.get());
          round.forget();
          return;
        }
      }
    }
    tally.violation("twin " + twin, "not caught, so all of this shows nothing: " + others);
  }
}
