package dev.perdure.torture.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perdure.torture.Figures;
import dev.perdure.torture.storage.FaultControl.Action;
import dev.perdure.torture.storage.FaultControl.Kind;
import dev.perdure.twin.Twin;
import dev.perdure.twin.TwinBuild;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The short form of the storage errors: a spread of calls, and what must not pass unseen. */
class StorageErrorsTest {

  private static final Sweep SYNC_ONCE =
      new Sweep(Kind.SYNC, FaultControl.DATABASE_AND_LOG, Action.EIO, false);
  private static final int EVERY = 1;
  private static final int SPREAD = 1_499;
  private static final long SEED = 20_261_122;

  @TempDir private Path directory;
  private final Figures.Tally tally = new Figures.Tally();

  @Test
  void aFaultAtAnyCallNeitherLosesNorInventsAnything() throws Exception {
    new DriverProcess(directory, null).sweep(SPREAD, SEED, Sweep.ALL, tally);
    var figures = tally.figures("storage", SEED);
    assertTrue(figures.areGood(), figures::text);
    assertTrue(tally.get("faults") >= 30, figures::text);
  }

  @Test
  void aFailedSyncIsTheEndWhereverItComes() throws Exception {
    new DriverProcess(directory, null).sweep(EVERY, 0, List.of(SYNC_ONCE), tally);
    var figures = tally.figures("storage", 0);
    assertTrue(figures.areGood(), figures::text);
    assertTrue(tally.get("faults") >= 30, figures::text);
  }

  @Test
  void filesThatAreTakenAwayAreNoticedAtTheNextWrite() throws Exception {
    new DriverProcess(directory, null).tamper(tally);
    assertEquals(List.of(), tally.figures("storage", 0).violations());
  }

  @ParameterizedTest
  @EnumSource(names = {"COMMIT_ERROR_IGNORED", "CONNECTION_KEPT", "CHECKPOINT_ERROR_IGNORED"})
  void aTwinThatPassesOverErrorsIsCaught(Twin twin) throws Exception {
    new DriverProcess(directory, TwinBuild.of(twin)).sweep(2, 0, List.of(SYNC_ONCE), tally);
    assertFalse(tally.isGood(), twin + " is not caught");
  }

  @Test
  void aTwinThatDoesNotWatchItsFilesIsCaught() throws Exception {
    new DriverProcess(directory, TwinBuild.of(Twin.FILES_NOT_WATCHED)).tamper(tally);
    assertFalse(tally.isGood(), "it is not caught");
  }
}
