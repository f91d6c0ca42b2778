package dev.perdure.web.dashboard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextsTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0 ms",
    "999, 999 ms",
    "1240, 1.24 s",
    "9999, 10.00 s",
    "12460, 12.4 s",
    "59999, 59.9 s",
    "60000, 1 m",
    "192000, 3 m 12 s",
    "7500000, 2 h 5 m",
    "273600000, 3 d 4 h",
    "-5, 0 ms"
  })
  void saysDurations(long ms, String words) {
    assertEquals(words, Words.of(Duration.ofMillis(ms)));
  }

  @ParameterizedTest
  @CsvSource({"500, 500 ms", "1500, 1.5 s", "15156, 15.2 s", "30000, 30 s", "120000, 2 m"})
  void saysLimits(long ms, String words) {
    assertEquals(words, Words.ofLimit(ms));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 2 * * *|Every day at 02:00",
        "30 14 * * 1-5|Monday to Friday at 14:30",
        "0 9 * * 0|Every Sunday at 09:00",
        "0 9 1 * *|Day 1 of each month at 09:00",
        "*/15 * * * *|Every 15 minutes",
        "* * * * *|Every minute",
        "5 * * * *|Every hour at :05",
        "*/7 * * * *|*/7 * * * *",
        "0 2 1 * 1|0 2 1 * 1",
        "0 2 * 6 *|0 2 * 6 *"
      })
  void saysSimpleCronRulesAndLeavesTheOthers(String cron, String words) {
    assertEquals(words, CronWords.of(cron));
  }

  @Test
  void masksWhatLooksLikeASecretAtAnyDepth() {
    var shown =
        JsonText.pretty(
            "{\"user\":\"ann\",\"Password\":\"p1\",\"deep\":[{\"api_key\":{\"a\":\"p2\"},"
                + "\"apiKey\":\"p3\",\"authorization\":\"p4\"}],\"clientSecret\":\"p5\","
                + "\"access_token\":\"p6\"}");
    assertTrue(shown.contains("\"user\": \"ann\""), shown);
    assertFalse(shown.matches("(?s).*p[1-6].*"), shown);
  }

  @Test
  void keepsDigitsAndNullsAndWhatIsNoJson() {
    assertEquals(
        "{\n  \"a\": 12345678901234567890.10,\n  \"b\": null\n}",
        JsonText.pretty("{\"a\":12345678901234567890.10,\"b\":null}"));
    assertEquals("{not json", JsonText.pretty("{not json"));
    assertEquals("\"<b>\"", JsonText.pretty("\"<b>\""));
  }

  @Test
  void findsMarkdownOnlyAsAStringMember() {
    assertEquals(Optional.of("# a"), JsonText.markdownOf("{\"markdown\":\"# a\"}"));
    assertEquals(Optional.empty(), JsonText.markdownOf("{\"markdown\":1}"));
    assertEquals(Optional.empty(), JsonText.markdownOf("[\"markdown\"]"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<script>alert(1)</script>",
        "a <img src=x onerror=alert(1)> b",
        "[x](javascript:alert(1))",
        "[x](java\nscript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](\u0001javascript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](vbscript:x)",
        "![i](https://example.org/i.png)",
        "![i](javascript:alert(1))",
        "<javascript:alert(1)>",
        "[x]: javascript:alert(1)\n\n[x]",
        "<a href=\"javascript:alert(1)\">x</a>",
        "|a|\n|-|\n|<svg onload=alert(1)>|"
      })
  void rendersNothingThatRuns(String markdown) {
    var html = Markdown.toHtml(markdown);
    assertFalse(html.matches("(?is).*<(script|img|svg|iframe|object|style)\\b.*"), html);
    assertFalse(html.matches("(?is).*href=\"\\s*(javascript|data|vbscript|java).*"), html);
  }

  @Test
  void highestHeadingOfAReportStandsBelowThoseOfThePage() {
    assertEquals("<h4>A</h4>\n<h5>B</h5>\n", Markdown.toHtml("## A\n\n### B"));
    assertEquals(
        "<h4>A</h4>\n<h6>B</h6>\n<h6>C</h6>\n", Markdown.toHtml("# A\n\n### B\n\n##### C"));
  }

  @Test
  void rendersTablesListsLinksAndLowerHeadings() {
    var html =
        Markdown.toHtml("# T\n\n|a|b|\n|-|-:|\n|1|2|\n\n- x\n\n[l](https://example.org) **b**");
    assertTrue(html.contains("<h4>T</h4>"), html);
    assertTrue(html.contains("<td align=\"right\">2</td>"), html);
    assertTrue(html.contains("href=\"https://example.org\""), html);
  }
}
