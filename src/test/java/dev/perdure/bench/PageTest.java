package dev.perdure.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
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

  @Test
  void saysWhatWasMeasuredWhereWhenAndHow() {
    var environment = new Environment("2 processors", "Java 25", LocalDate.of(2026, 1, 31));
    var figure =
        Figure.ofRate(
            "sequences",
            "steps/s",
            new Series(List.of(20.0)),
            new Series(List.of(40.0)),
            Goal.atLeast(0.6, 0.4));
    assertEquals(
        """

        2026-01-31, by `make bench PART=process` in 90 s.
        Java 25.
        2 processors.

        | what | unit | measured | limit | compared | goal | floor | reached | n |
        |---|---|---|---|---|---|---|---|---|
        | sequences | steps/s | 20.0 | 40.0 | ratio 0.50 | ≥ 0.60 | ≥ 0.40 | floor | 1 |

        """,
        Page.text(List.of(figure), environment, "make bench PART=process", Duration.ofSeconds(90)));
  }
}
