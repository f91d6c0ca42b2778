package dev.perdure.torture.storage;

import dev.perdure.torture.Budget;
import dev.perdure.torture.Figures;
import dev.perdure.torture.Part;
import dev.perdure.torture.power.LoopDisk;
import dev.perdure.torture.storage.FaultControl.Kind;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * Storage that fails: first whole servers whose calls fail, whose files are taken away and whose
 * disks are full; then, as far as the budget lasts, one fault at each call of the script in turn,
 * more and more closely, so that little time sees a spread and enough time sees every call. The
 * seed says with which of the passes it begins.
 */
public final class StoragePart implements Part {

  private static final int SPREAD = 64;
  private static final Duration LOCKED_FOR = Duration.ofMinutes(1);
  private static final List<Integer> WRITES =
      List.of(1, 2, 3, 4, 5, 6, 7, 8, 11, 16, 23, 32, 45, 64, 91, 128, 181, 256);

  /** Called by the service loader. */
  public StoragePart() {}

  @Override
  public String name() {
    return "storage";
  }

  @Override
  public Figures run(Budget budget, long seed) throws Exception {
    var tally = new Figures.Tally();
    servers(budget, tally);
    new DriverProcess(budget.directory().resolve("tampered"), null).tamper(tally);
    var driver = new DriverProcess(budget.directory().resolve("script"), null);
    var carriedOut = new LinkedHashSet<Sweep>();
    for (int pass = 0; pass < SPREAD && budget.allows(pass); pass++) {
      int first = reversed((int) Math.floorMod(seed + pass, (long) SPREAD));
      for (var sweep : Sweep.ALL) {
        if (budget.allows(pass) && (pass == 0 || sweep.isOfMany())) {
          driver.sweep(SPREAD, first, List.of(sweep), tally);
          carriedOut.add(sweep);
        }
      }
      tally.add("passes of " + SPREAD, 1);
    }
    carriedOut.stream()
        .filter(sweep -> tally.get(sweep.words()) == 0)
        .forEach(sweep -> tally.violation(sweep.words(), "it came to no call"));
    return tally.figures(name(), seed);
  }

  /** Its bits in reverse: so each pass falls between those before it. */
  private static int reversed(int pass) {
    return Integer.reverse(pass) >>> (Integer.SIZE - Integer.numberOfTrailingZeros(SPREAD));
  }

  private static void servers(Budget budget, Figures.Tally tally) throws Exception {
    var home = budget.directory().resolve("servers");
    for (var kind : List.of(Kind.SYNC, Kind.WRITE)) {
      new ServerTrial(home.resolve("eio-" + kind), tally).ioError(kind);
    }
    for (var mishap : Mishap.values()) {
      new ServerTrial(home.resolve(mishap.name()), tally).mishap(mishap);
    }
    for (int chars : List.of(3_000, 400_000)) {
      SmallDisk.fill(home.resolve("small-" + chars), chars, tally);
    }
    new ServerTrial(home.resolve("full"), tally).fullDisk();
    new ServerTrial(home.resolve("full-at-start"), tally).fullFromTheStart();
    LockTrial.hold(home.resolve("lock"), LOCKED_FOR, tally);
    for (var twin : SlowSyncTrial.TWINS.keySet().stream().sorted().toList()) {
      SlowSyncTrial.tryOut(twin, home.resolve(twin.name()), tally);
    }
    SlowSyncTrial.slow(home.resolve("sync-50ms"), Duration.ofMillis(50), 40, tally);
    SlowSyncTrial.slow(home.resolve("sync-2s"), Duration.ofSeconds(2), 10, tally);
    SlowSyncTrial.slow(home.resolve("sync-30s"), Duration.ofSeconds(30), 1, tally);
    for (boolean killed : List.of(false, true)) {
      if (!FullStepTrial.run(home.resolve("full-step-" + killed), killed, tally)) {
        tally.add("small disks that could not be mounted", 1);
      }
    }
    if (LoopDisk.obstacle(home.resolve("trial")).isEmpty()) {
      ServerTrial.readOnly(home.resolve("read-only"), tally);
    } else {
      tally.add("disks that could not be mounted", 1);
    }
    NthWriteTrial.fail(home.resolve("writes"), WRITES, tally);
  }
}
