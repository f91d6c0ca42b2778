package dev.perdure.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenFileTest {

  @TempDir private Path directory;

  @Test
  void makesTokenOf256BitsThatOnlyItsOwnerReads() throws IOException {
    var file = directory.resolve("token");

    var token = TokenFile.open(file).value();

    assertEquals(32, Base64.getUrlDecoder().decode(token).length);
    assertEquals(token + "\n", Files.readString(file));
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    try (var files = Files.list(directory)) {
      assertEquals(1, files.count(), "leaves something behind");
    }
  }

  @Test
  void keepsTokenThatIsThere() throws IOException {
    var file = directory.resolve("token");
    Files.writeString(file, "a-token-of-somebody\n");

    assertEquals("a-token-of-somebody", TokenFile.open(file).value());
    assertEquals("a-token-of-somebody", TokenFile.open(file).value());
  }

  @Test
  void refusesFileWithoutToken() throws IOException {
    var file = directory.resolve("token");
    Files.writeString(file, "\n");

    var refused = assertThrows(IllegalArgumentException.class, () -> TokenFile.check(file));

    assertTrue(String.valueOf(refused.getMessage()).contains("at least 16"));
  }
}
