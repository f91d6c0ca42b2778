package dev.perdure.engine;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perdure.journal.Command;
import dev.perdure.journal.RunId;
import dev.perdure.journal.Transact;
import dev.perdure.sqlite.SqliteJournal;
import dev.perdure.sqlite.SqliteOptions;
import dev.perdure.testing.ManualTime;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpaceWatchTest {

  @TempDir Path directory;

  @Test
  void aTransactionalStepNoticesAFullDiskAndTheSpaceAfterIt() {
    var time = new ManualTime(TestEngine.START);
    try (var inner =
        SqliteJournal.open(directory, SqliteOptions.with(time::instant, time::nanos))) {
      var faulty = new FaultyJournal(inner);
      var watch = new SpaceWatch(faulty, time, () -> false);
      watch.submit(new Command.TakeOver("boot", TestEngine.START)).join();
      faulty.fullForTransactions = true;
      Assertions.assertThrows(CompletionException.class, () -> watch.transact(step()).join());
      assertTrue(watch.isFull());
      faulty.fullForTransactions = false;
      watch.transact(step()).join();
      assertFalse(watch.isFull());
    }
  }

  private static Transact step() {
    var id = new RunId(new UUID(0x0190_0000_0000_7000L, Long.MIN_VALUE));
    return new Transact(
        id,
        0,
        0,
        1,
        Duration.ofSeconds(1),
        _ -> new Transact.Done("1", List.of(), TestEngine.START));
  }
}
