package dev.perdure.torture;

import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;

/** Kills the server again and again while clients ask for much, and looks what is left. */
public final class KillPart implements Part {

  private static final int CLIENTS = 6;
  private static final int CYCLES_PER_DIRECTORY = 50;
  private static final Duration SETTLED_WITHIN = Duration.ofSeconds(60);

  @Override
  public String name() {
    return "kills";
  }

  @Override
  public Figures run(Budget budget, long seed) throws Exception {
    var tally = new Figures.Tally();
    var random = new SplittableRandom(seed);
    for (int n = 0; budget.allows(tally.get("cycles")); n++) {
      round(budget.in("round" + n), random.split(), tally);
    }
    return tally.figures(name(), seed);
  }

  private static void round(Budget budget, SplittableRandom random, Figures.Tally tally)
      throws Exception {
    var directory = Files.createDirectories(budget.directory());
    var server = Target.in(directory);
    try (var acks = new AckLedger(directory.resolve("acks"))) {
      var workload = new Workload(acks, random.nextLong());
      for (int i = 0; i < CYCLES_PER_DIRECTORY && budget.allows(tally.get("cycles")); i++) {
        cycle(server, workload, random);
        tally.add("cycles", 1);
      }
      try (var last = server.start()) {
        Settle.within(last.url(), SETTLED_WITHIN);
      }
      tally.add("acks", acks.count());
    }
    var effects = directory.resolve("effects");
    tally.add("effects", EffectLedger.read(effects).starts());
    var report =
        new Audit(directory.resolve("data"), directory.resolve("acks"), effects).afterTheEnd();
    tally.add("lost", report.count(List.of("I1")));
    tally.add("run again", report.count(List.of("I3")));
    tally.add("blocked, explained", report.blocked());
    report.violations().forEach(found -> tally.violation(directory.toString(), found));
  }

  private static void cycle(Target.Builder server, Workload workload, SplittableRandom random)
      throws Exception {
    var target = server.start();
    try (target;
        var _ = workload.begin(target.url(), CLIENTS)) {
      Workload.pause(new CountDownLatch(1), Duration.ofMillis(random.nextInt(2_000)));
      target.kill();
    }
  }
}
