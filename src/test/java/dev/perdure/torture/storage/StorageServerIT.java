package dev.perdure.torture.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perdure.torture.Figures;
import dev.perdure.torture.storage.FaultControl.Kind;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

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
}
