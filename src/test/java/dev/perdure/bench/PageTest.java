package dev.perdure.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class PageTest {

  private static final String PAGE =
      """
      # Performance

      By hand.

      ## raw

      <!-- make bench PART=raw writes this -->
      old
      <!-- end of raw -->

      By hand, too.
      """;

  @Test
  void replacesOnlyWhatStandsBetweenItsMarks() {
    assertEquals(PAGE.replace("old", "new"), Page.replace(PAGE, "raw", "new\n"));
  }

  @Test
  void addsAPartThatIsNotThere() {
    var added =
        """

        ## http

        <!-- make bench PART=http writes this -->
        new
        <!-- end of http -->
        """;
    assertEquals(PAGE + added, Page.replace(PAGE, "http", "new\n"));
  }
}
