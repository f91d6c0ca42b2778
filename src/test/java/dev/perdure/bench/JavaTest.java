package dev.perdure.bench;

import static java.util.stream.Collectors.toCollection;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class JavaTest {

  private static final Pattern RUN = Pattern.compile("(?m)^run:.*\n((?:\t.*\n)+)");
  private static final Pattern FLAG = Pattern.compile("(?<=['\\s])-(?:X|-)[^\\s']*");

  @Test
  void aServerIsMeasuredWithTheFlagsOfMakeRun() throws IOException {
    var recipe = RUN.matcher(Files.readString(Path.of("Makefile")));
    recipe.find();
    var flags = FLAG.matcher(recipe.group(1)).results().map(it -> it.group()).toList();
    assertEquals(withoutPaths(flags), withoutPaths(Java.RUN_FLAGS));
  }

  private static Collection<String> withoutPaths(Collection<String> flags) {
    return flags.stream()
        .map(flag -> flag.replaceFirst("(SharedArchiveFile=).*", "$1"))
        .collect(toCollection(TreeSet::new));
  }
}
