package dev.perdure.torture.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perdure.journal.RunId;
import dev.perdure.sqlite.SqliteJournal;
import dev.perdure.sqlite.SqliteOptions;
import dev.perdure.torture.NativeLibrary;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A refusal that says that nothing was stored stays true, whatever becomes of the process. */
class RefusedCommitTest {

  @TempDir private Path directory;

  /**
   * SQLite has the whole commit in its log by then, and only its shared memory does not know of it:
   * whoever reads the log from its beginning finds what was refused.
   */
  @Test
  void whatWasRefusedForWantOfMemoryDoesNotComeBackAfterAKill() throws Exception {
    var data = Files.createDirectory(directory.resolve("data"));
    var refused = RunId.parse(refusedBeforeTheKill(data)).orElseThrow();
    try (var journal =
        SqliteJournal.open(data, SqliteOptions.with(InstantSource.system(), System::nanoTime))) {
      assertEquals(Optional.empty(), journal.reader().run(refused));
      var before = new RunId(previous(refused));
      assertTrue(journal.reader().run(before).isPresent(), "what was acknowledged is there");
    }
  }

  private static UUID previous(RunId id) {
    return new UUID(id.value().getMostSignificantBits(), id.value().getLeastSignificantBits() - 1);
  }

  private String refusedBeforeTheKill(Path data) throws Exception {
    var controlFile = directory.resolve("control");
    var control = FaultControl.at(controlFile);
    var builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                MemoryDriver.class.getName(),
                data.toRealPath().toString(),
                controlFile.toString())
            .redirectErrorStream(true);
    builder.environment().putAll(control.environment(NativeLibrary.compile("faults.c"), data));
    var process = builder.start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), said);
    return said.strip();
  }
}
