package dev.perdure.torture.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.perdure.torture.Figures;
import dev.perdure.torture.power.LoopDisk;
import dev.perdure.torture.storage.FaultControl.Kind;
import dev.perdure.twin.Twin;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole servers whose storage fails. */
class StorageServerIT {

  @TempDir private Path directory;
  private final Figures.Tally tally = new Figures.Tally();

  @AfterEach
  void nothingIsWrong() {
    assertEquals(List.of(), tally.figures("storage", 0).violations());
  }

  @Test
  void anIoErrorEndsItWithinASecond() throws Exception {
    new ServerTrial(directory, tally).ioError(Kind.SYNC);
  }

  @ParameterizedTest
  @EnumSource(names = {"DATABASE_OVERWRITTEN", "LOG_TRUNCATED"})
  void filesThatAreTakenAwayEndItWithinASecond(Mishap mishap) throws Exception {
    new ServerTrial(directory, tally).mishap(mishap);
  }

  @Test
  void aFullDiskIsWaitedFor() throws Exception {
    new ServerTrial(directory, tally).fullDisk();
  }

  @Test
  void aDiskThatIsFullFromTheStartIsWaitedFor() throws Exception {
    new ServerTrial(directory, tally).fullFromTheStart();
  }

  @Test
  void aLockThatAnotherProgramHoldsIsWaitedForAndNothingIsLost() throws Exception {
    LockTrial.hold(directory, Duration.ZERO, tally);
  }

  @ParameterizedTest
  @ValueSource(longs = {50, 600})
  void nothingIsAcknowledgedBegunOrTimedOutBeforeASlowSyncIsOver(long millis) throws Exception {
    SlowSyncTrial.slow(directory, Duration.ofMillis(millis), 4, tally);
  }

  @Test
  void aTwinThatAcknowledgesBeforeASlowSyncIsCaught() throws Exception {
    SlowSyncTrial.tryOut(Twin.ACK_BEFORE_COMMIT, directory, tally);
  }

  @Test
  void writesThatFallShortOrFindNoSpaceLoseNothing() throws Exception {
    NthWriteTrial.fail(directory, List.of(1, 4, 11), tally);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aResultForWhichThereIsNoSpaceIsKeptOrItsStepRunsAsAnotherAttempt(boolean killed)
      throws Exception {
    assumeTrue(
        FullStepTrial.run(directory, killed, tally), "No small disk can be mounted without root.");
  }

  @Test
  void aFileSystemThatTurnsReadOnlyEndsItWithinASecond() throws Exception {
    var obstacle = LoopDisk.obstacle(directory.resolve("trial"));
    assumeTrue(obstacle.isEmpty(), () -> obstacle.orElse(""));
    ServerTrial.readOnly(directory, tally);
  }
}
