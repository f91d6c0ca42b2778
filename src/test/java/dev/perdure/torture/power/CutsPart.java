package dev.perdure.torture.power;

import dev.perdure.torture.AckLedger;
import dev.perdure.torture.Audit;
import dev.perdure.torture.Budget;
import dev.perdure.torture.EffectLedger;
import dev.perdure.torture.Figures;
import dev.perdure.torture.Part;
import dev.perdure.torture.Settle;
import dev.perdure.torture.Target;
import dev.perdure.torture.Workload;
import dev.perdure.twin.Twin;
import dev.perdure.twin.TwinBuild;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Real power cuts: the file system under a server at work is shut down by the kernel at a random
 * moment, mounted again, and looked at. The ledgers are elsewhere. A build that syncs later must be
 * found out within a few cuts.
 */
public final class CutsPart implements Part {

  private static final int CLIENTS = 6;

  /** How many cuts one file system has to take. */
  private static final int CUTS_PER_DISK = 25;

  /** By the figure. */
  static final int TWIN_CUTS = 5;

  /** How much is acknowledged before a cut; the moment behind it is random, too. */
  private static final int ACKS_MIN = 20;

  private static final int ACKS_MORE_MAX = 150;
  private static final Duration LOAD_MAX = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  @Override
  public String name() {
    return "cuts";
  }

  @Override
  public Figures run(Budget budget, long seed) throws Exception {
    var tally = new Figures.Tally();
    var obstacle = LoopDisk.obstacle(budget.directory().resolve("trial"));
    if (obstacle.isPresent()) {
      tally.violation("skipped", obstacle.get());
      return tally.figures(name(), seed);
    }
    var random = new SplittableRandom(seed);
    catchTwin(budget.in("twin"), random.split(), tally);
    for (int n = 0; budget.allows(tally.get("cuts")); n++) {
      disk(budget.in("disk" + n), random.split(), tally);
    }
    return tally.figures(name(), seed);
  }

  /** Several cuts of one disk, at the end of which every run comes to its own. */
  static void disk(Budget budget, SplittableRandom random, Figures.Tally tally) throws Exception {
    var cuts = PowerCuts.in(budget.directory());
    try (var disk = LoopDisk.in(budget.directory());
        var acks = cuts.ledger()) {
      var server = cuts.server(disk);
      var workload = new Workload(acks, random.nextLong());
      for (int i = 0; i < CUTS_PER_DISK && budget.allows(tally.get("cuts")); i++) {
        cut(server, disk, workload, acks, random);
        tally.add("cuts", 1);
        note("behind cut " + (i + 1), cuts, cuts.audit(disk).inBetween(), tally);
      }
      tally.add("runs left open at the end", cuts.settle(server));
      note("at the end", cuts, cuts.audit(disk).afterTheEnd(), tally);
      tally.add("acks", acks.count());
      tally.add("effects", EffectLedger.read(cuts.effects()).starts());
    }
  }

  /**
   * The server is up when the load begins, and does not know what happens to it. It stands still
   * when the file system goes down, as it would without power: ext4 answers a sync that is under
   * way in that moment with success now and then and does not keep what it covers, and nobody may
   * act on that.
   */
  private static void cut(
      Target.Builder server,
      LoopDisk disk,
      Workload workload,
      AckLedger acks,
      SplittableRandom random)
      throws Exception {
    try (var target = server.start();
        var load = workload.begin(target.url(), CLIENTS)) {
      var _ = load.awaitAcks(acks.count() + ACKS_MIN + random.nextInt(ACKS_MORE_MAX), LOAD_MAX);
      var _ = new CountDownLatch(1).await(random.nextInt(20_000), TimeUnit.MICROSECONDS);
      target.freeze();
      disk.cutPower();
      target.kill();
    }
    disk.mountAgain();
  }

  private static void note(String when, PowerCuts cuts, Audit.Report report, Figures.Tally tally) {
    tally.add("acks lost", report.count(List.of("I1")));
    tally.add("completed steps run again", report.count(List.of("I3")));
    report.violations().forEach(it -> tally.violation(cuts.directory() + ", " + when, it));
  }

  /** Ends at the first cut that finds it out. */
  static int cutsUntilTwinIsCaught(Budget budget, SplittableRandom random) throws Exception {
    var cuts = PowerCuts.in(budget.directory());
    try (var disk = LoopDisk.in(budget.directory());
        var acks = cuts.ledger()) {
      var server = cuts.server(disk).classesFirst(TwinBuild.of(Twin.SYNCHRONOUS_NORMAL));
      var workload = new Workload(acks, random.nextLong());
      for (int i = 1; i <= TWIN_CUTS; i++) {
        cut(server, disk, workload, acks, random);
        if (cuts.losesAcks(disk)) {
          return i;
        }
      }
    }
    return Integer.MAX_VALUE;
  }

  private static void catchTwin(Budget budget, SplittableRandom random, Figures.Tally tally)
      throws Exception {
    int cuts = cutsUntilTwinIsCaught(budget, random);
    if (cuts > TWIN_CUTS) {
      tally.violation("void", "a build that syncs later lost nothing in " + TWIN_CUTS + " cuts");
    } else {
      tally.add("twin NORMAL: lost acks at cut", cuts);
    }
  }

  /** What is kept outside of the disk. */
  private record PowerCuts(Path directory) {

    static PowerCuts in(Path directory) throws IOException {
      return new PowerCuts(Files.createDirectories(directory));
    }

    AckLedger ledger() throws Exception {
      return new AckLedger(directory.resolve("acks"));
    }

    Path effects() {
      return directory.resolve("effects");
    }

    private Path data(LoopDisk disk) {
      return disk.root().resolve("data");
    }

    Target.Builder server(LoopDisk disk) {
      return Target.in(directory.resolve("server")).data(data(disk)).effects(effects());
    }

    Audit audit(LoopDisk disk) {
      return new Audit(data(disk), directory.resolve("acks"), effects());
    }

    /** Also when nothing at all is left. */
    boolean losesAcks(LoopDisk disk) throws Exception {
      return !Files.exists(data(disk).resolve("perdure.db"))
          || audit(disk).inBetween().count(List.of("I1")) > 0;
    }

    int settle(Target.Builder server) throws Exception {
      try (var target = server.start()) {
        int open = Settle.within(target.url(), PATIENCE);
        target.signal("TERM");
        target.awaitExit(PATIENCE);
        return open;
      }
    }
  }
}
