package dev.perdure.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The page of guarantees names tests that exist, and leaves no guarantee without a word. */
class GuaranteesTest {

  private static final Path PAGE = Path.of("src/docs/guarantees.md");
  private static final Path TESTS = Path.of("src/test/java/dev/perdure");
  private static final Pattern CODE = Pattern.compile("`([^`\n]+)`");
  private static final Pattern LOOKS_LIKE_A_TEST = Pattern.compile(".*(Test|IT)\\b.*");
  private static final Pattern TEST =
      Pattern.compile("([a-z.]+)\\.([A-Z]\\w*(?:Test|IT))\\.([a-z]\\w*)");
  private static final Pattern SECTION = Pattern.compile("(?m)^## (G\\d+) ");

  @Test
  void everyTestThatIsNamedExists() throws IOException {
    var wrong = new ArrayList<String>();
    int found = 0;
    var codes = CODE.matcher(Files.readString(PAGE));
    while (codes.find()) {
      if (LOOKS_LIKE_A_TEST.matcher(codes.group(1)).matches()) {
        found++;
        if (!exists(codes.group(1))) {
          wrong.add(codes.group(1));
        }
      }
    }
    assertEquals(List.of(), wrong);
    assertTrue(found > 50, "only " + found + " tests were found on the page");
  }

  /** A method of that name that is a test, in the class of that name. */
  private static boolean exists(String name) throws IOException {
    var parts = TEST.matcher(name);
    if (!parts.matches()) {
      return false;
    }
    var file = TESTS.resolve(parts.group(1).replace('.', '/')).resolve(parts.group(2) + ".java");
    return Files.exists(file)
        && Pattern.compile(
                "@(Parameterized)?Test\\b[^;{}]*(\\{[^{}]*}[^;{}]*)?void " + parts.group(3) + "\\(")
            .matcher(Files.readString(file))
            .find();
  }

  @Test
  void everyGuaranteeNamesATestOrSaysThatThereIsNone() throws IOException {
    var page = Files.readString(PAGE);
    var numbers = SECTION.matcher(page).results().map(result -> result.group(1)).toList();
    assertEquals(IntStream.rangeClosed(1, 15).mapToObj(i -> "G" + i).toList(), numbers);
    for (var section : page.split("(?m)^## ", -1)) {
      if (section.startsWith("G")) {
        assertTrue(
            TEST.matcher(section).find() || section.contains("Not shown yet"),
            () -> "nothing is said of " + section.lines().findFirst());
      }
    }
  }
}
