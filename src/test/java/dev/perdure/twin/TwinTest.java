package dev.perdure.twin;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A twin whose source has moved away under it would show nothing. */
class TwinTest {

  @ParameterizedTest
  @EnumSource
  void canBeBuilt(Twin twin) {
    var type = "dev/perdure/" + twin.file().replace(".java", ".class");
    assertTrue(Files.exists(TwinBuild.of(twin).resolve(type)));
  }
}
