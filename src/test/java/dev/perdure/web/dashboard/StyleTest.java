package dev.perdure.web.dashboard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/** What can be said about the style sheet, the script and the templates without a browser. */
class StyleTest {

  private static final Path CSS = Path.of("webapp/css/perdure.css");
  private static final Path RUNS_CSS = Path.of("webapp/css/runs.css");
  private static final Path JS = Path.of("webapp/js/perdure.js");
  private static final Path TEMPLATES = Path.of("src/main/jte");
  private static final Pattern TOKEN =
      Pattern.compile("--([a-z-]+): light-dark\\((#[0-9a-f]{6}), (#[0-9a-f]{6})\\)");
  private static final List<String> GROUNDS = List.of("canvas", "surface", "sunken");
  private static final List<String> BADGES =
      List.of(
          "pending",
          "running",
          "completed",
          "failed",
          "retrying",
          "cancelled",
          "blocked",
          "banner");
  private static final double TEXT = 4.5;
  private static final double GRAPHICS = 3;

  @Test
  void textCanBeReadOnEveryGround() throws IOException {
    for (var colours : List.of(colours(2), colours(3))) {
      for (var ground : GROUNDS) {
        for (var text : List.of("text", "muted", "link")) {
          assertContrast(colours, text, ground, TEXT);
        }
        assertContrast(colours, "ctl", ground, GRAPHICS);
      }
      assertContrast(colours, "onfill", "fill", TEXT);
      assertContrast(colours, "onmark", "mark", GRAPHICS);
    }
  }

  @Test
  void badgesCanBeRead() throws IOException {
    for (var colours : List.of(colours(2), colours(3))) {
      for (var badge : BADGES) {
        assertContrast(colours, badge, badge + "-bg", TEXT);
        assertContrast(colours, badge, "surface", TEXT);
        assertContrast(colours, badge, "sunken", TEXT);
        assertContrast(colours, badge, "canvas", TEXT);
      }
    }
  }

  @Test
  void barsCanBeSeen() throws IOException {
    for (var colours : List.of(colours(2), colours(3))) {
      for (var bar : List.of("completed", "failed", "running", "backoff", "wait")) {
        for (var ground : GROUNDS) {
          assertContrast(colours, "bar-" + bar, ground, GRAPHICS);
        }
      }
    }
  }

  @Test
  void everyColourIsAToken() throws IOException {
    var rules =
        Files.readString(CSS).replaceFirst("(?s):root \\{.*?\n}", "") + Files.readString(RUNS_CSS);
    assertFalse(Pattern.compile("#[0-9a-fA-F]{3,8}\\b|rgba?\\(|hsl").matcher(rules).find());
  }

  @Test
  void scriptAndStyleStayWithinTheirBudgets() throws IOException {
    assertTrue(gzip(Files.readAllBytes(JS)) <= 8 * 1024, "script");
    int style = gzip(Files.readAllBytes(CSS)) + gzip(Files.readAllBytes(RUNS_CSS));
    assertTrue(style <= 6 * 1024, "style " + style);
  }

  @Test
  void onlyRenderedMarkdownIsPrintedWithoutEscaping() throws IOException {
    for (var template : templates().entrySet()) {
      int expected = template.getKey().endsWith("part/markdown.jte") ? 1 : 0;
      assertEquals(
          expected, template.getValue().split("\\$unsafe", -1).length - 1, template.getKey());
    }
  }

  @Test
  void noTemplateNeedsMoreThanTheStrictPolicy() throws IOException {
    var inline =
        Pattern.compile("(?i)\\sstyle=|\\son[a-z]+=|<style|<script(?! defer src=)|https?://");
    for (var template : templates().entrySet()) {
      assertFalse(inline.matcher(template.getValue()).find(), template.getKey());
    }
  }

  static int gzip(byte[] bytes) throws IOException {
    var packed = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(packed)) {
      out.write(bytes);
    }
    return packed.size();
  }

  private static Map<String, String> templates() throws IOException {
    var texts = new HashMap<String, String>();
    try (var files = Files.walk(TEMPLATES)) {
      for (var file : files.filter(path -> path.toString().endsWith(".jte")).toList()) {
        texts.put(file.toString(), Files.readString(file));
      }
    }
    assertFalse(texts.isEmpty());
    return texts;
  }

  private static Map<String, String> colours(int group) throws IOException {
    var colours = new HashMap<String, String>();
    TOKEN
        .matcher(Files.readString(CSS))
        .results()
        .forEach(token -> colours.put(token.group(1), token.group(group)));
    return colours;
  }

  private static void assertContrast(
      Map<String, String> colours, String one, String other, double least) {
    double contrast = contrast(colours.get(one), colours.get(other));
    assertTrue(contrast >= least, "%s on %s: %.2f".formatted(one, other, contrast));
  }

  /** The contrast ratio of WCAG 2. */
  private static double contrast(String one, String other) {
    double a = luminance(one);
    double b = luminance(other);
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  }

  private static double luminance(String colour) {
    return 0.2126 * linear(colour, 1) + 0.7152 * linear(colour, 3) + 0.0722 * linear(colour, 5);
  }

  private static double linear(String colour, int at) {
    double value = Integer.parseInt(colour, at, at + 2, 16) / 255d;
    return value <= 0.03928 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4);
  }
}
