package dev.perdure.torture.power;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.perdure.torture.Budget;
import dev.perdure.torture.Figures;
import dev.perdure.torture.power.Survival.Kind;
import dev.perdure.twin.Twin;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The short form of the simulated and of the real power cuts. */
class PowerIT {

  private static final long SEED = 4;
  private static final long ACKS = 150;
  private static final long STATES = 3_000;
  private static final long UPGRADE_STATES = 1_000;
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  @TempDir private Path directory;

  private Budget budget(String name, long cycles) {
    return Budget.of(PATIENCE, cycles, directory.resolve(name));
  }

  /**
   * From the first start on an empty disk on; some of what is left is started and comes to its end.
   */
  @Test
  void whateverAPowerCutLeavesHoldsWhatWasPromised() throws Exception {
    var tally = new Figures.Tally();

    PowerPart.round(budget("whole", STATES), SEED, ACKS, tally);

    var figures = tally.figures("power", SEED);
    assertTrue(figures.areGood(), figures::text);
    assertEquals(STATES, tally.get("states"));
    assertTrue(tally.get("acks") >= ACKS, figures::text);
    assertTrue(tally.get("servers started on a state") > 0, figures::text);
  }

  /** Each state has the old schema or the new one; a build that does it in parts is found out. */
  @Test
  void anOlderFileIsBroughtUpToDateWhollyOrNotAtAll() throws Exception {
    var tally = new Figures.Tally();

    PowerPart.upgrade(budget("upgrade", UPGRADE_STATES), SEED, UPGRADE_STATES, tally);

    var figures = tally.figures("power", SEED);
    assertTrue(figures.areGood(), figures::text);
    assertTrue(tally.get("servers started on a state") > 0, figures::text);
  }

  @Test
  void aDiskThatLiesAboutASyncIsFoundOut() throws Exception {
    var recording = new Recording(directory.resolve("lies"));
    var trace = recording.record(recording.server(), SEED, 30);

    assertTrue(PowerPart.liesFoundOut(trace, budget("states", STATES)) > 0);
  }

  @Test
  void aBuildThatSyncsLaterIsBadInMoreThanATenthOfTheStates() throws Exception {
    var twin = PowerPart.twin(Twin.SYNCHRONOUS_NORMAL, budget("twin", STATES), SEED, 300);

    assertTrue(twin.bad() > twin.states() / 10, twin::toString);
  }

  @Test
  void aBuildThatAcknowledgesEarlyIsFoundOut() throws Exception {
    var twin = PowerPart.twin(Twin.ACK_BEFORE_COMMIT, budget("twin", STATES), SEED, 300);

    assertTrue(twin.bad() > 0, twin::toString);
  }

  @Test
  void aRealPowerCutLosesNothing() throws Exception {
    assumePowerCanBeCut();
    var tally = new Figures.Tally();

    CutsPart.disk(budget("disk", 3), new SplittableRandom(SEED), tally);

    var figures = tally.figures("cuts", SEED);
    assertTrue(figures.areGood(), figures::text);
    assertEquals(3, tally.get("cuts"));
    assertTrue(tally.get("acks") > 0, figures::text);
  }

  @Test
  void aBuildThatSyncsLaterLosesAcksWithinFivePowerCuts() throws Exception {
    assumePowerCanBeCut();

    int cuts = CutsPart.cutsUntilTwinIsCaught(budget("twin", 5), new SplittableRandom(SEED));

    assertTrue(cuts <= CutsPart.TWIN_CUTS);
  }

  private void assumePowerCanBeCut() {
    var obstacle = LoopDisk.obstacle(directory.resolve("trial"));
    assumeTrue(obstacle.isEmpty(), () -> obstacle.orElse(""));
  }

  /** What was not synced may be there in any part, a name that was not synced may be missing. */
  @Test
  void aDiskKeepsWhatWasSyncedAndNoMore() throws Exception {
    try (var lab = new DiskLab(directory.resolve("lab"))) {
      lab.create("file", 3);
      lab.write(3, 0, "a".repeat(1_024));
      assertEquals(List.of(), lab.left(Kind.SYNCED));
      lab.sync(3);
      assertEquals(List.of(), lab.left(Kind.SYNCED), "its name was not synced");
      lab.syncDirectory();
      lab.write(3, 512, "b".repeat(1_024));
      assertEquals(List.of("a512 a512"), lab.left(Kind.SYNCED));
      assertEquals(List.of("a512 b512 b512"), lab.left(Kind.ALL));
      var torn = lab.leftByChance(200);
      assertTrue(torn.contains("a512 a512 b512"), torn::toString);
      assertTrue(torn.contains("a512 b512"), torn::toString);
      assertTrue(torn.contains("a512 b512 z512"), torn::toString);
      lab.cut(3, 0);
      assertTrue(lab.leftByChance(200).contains(""));
      lab.delete("file");
      assertEquals(List.of(), lab.left(Kind.ALL));
      assertEquals(List.of("a512 a512"), lab.left(Kind.SYNCED));
    }
  }
}
