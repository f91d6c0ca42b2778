package dev.perdure.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JavaHomesTest {

  @TempDir private Path directory;

  @Test
  void newestOfThoseThatAreNewEnoughIsTaken() throws IOException {
    var homes = Stream.of(java("17.0.15"), java("25.0.3"), java("26"));

    assertEquals(Optional.of(directory.resolve("26")), JavaHomes.newest(homes, 25));
  }

  @Test
  void noneIsTakenThatIsTooOld() throws IOException {
    var homes = Stream.of(java("17.0.15"), java("1.8.0_402"), java("24.0.2"));

    assertEquals(Optional.empty(), JavaHomes.newest(homes, 25));
  }

  @Test
  void directoriesWithoutJavaAreNoHomes() throws IOException {
    var withoutProgram = Files.createDirectory(directory.resolve("25-without-program"));
    Files.writeString(withoutProgram.resolve("release"), "JAVA_VERSION=\"25\"\n");
    var withoutRelease = java("25");
    Files.delete(withoutRelease.resolve("release"));
    var homes = Stream.of(withoutProgram, withoutRelease, directory.resolve("nothing"));

    assertEquals(Optional.empty(), JavaHomes.newest(homes, 25));
  }

  private Path java(String version) throws IOException {
    var home = directory.resolve(version);
    Files.createDirectories(home.resolve("bin"));
    var program = Files.createFile(home.resolve("bin/java"));
    assertTrue(program.toFile().setExecutable(true));
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    return home;
  }
}
