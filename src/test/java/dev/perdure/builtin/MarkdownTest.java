package dev.perdure.builtin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MarkdownTest {

  /** Raw HTML is left on here: the escaping alone must hold. */
  private static String rendered(String markdown) {
    var extensions = List.of(TablesExtension.create());
    return HtmlRenderer.builder()
        .extensions(extensions)
        .build()
        .render(Parser.builder().extensions(extensions).build().parse(markdown));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a|b",
        "a\\|b",
        "`code`",
        "a\\",
        "*bold* _it_ ~~no~~ __x__",
        "[link](javascript:alert(1))",
        "![image](http://evil/)",
        "# heading",
        "{{ x }} $y$",
        "snake_case-name.2"
      })
  void textReadsAsItIs(String text) {
    var html = rendered(new MarkdownTable().left("H").row(text).toString());
    assertTrue(html.contains("<td>" + text + "</td>"), html);
  }

  @Test
  void htmlIsText() {
    var html = rendered(new MarkdownTable().left("H").row("<script>&amp;").toString());
    assertTrue(html.contains("<td>&lt;script&gt;&amp;amp;</td>"), html);
    assertEquals("&lt;b&gt;", Markdown.escaped("<b>"));
  }

  @Test
  void aCellIsOneLineWithoutTricks() {
    assertEquals("a b c  d", Markdown.escaped("a\nb\u2028c\r\nd"));
    assertEquals("abc", Markdown.escaped("a\u202Eb\u200Bc\uD800"));
    assertEquals("x".repeat(300) + "…", Markdown.escaped("x".repeat(301)));
    assertEquals("😀".repeat(300), Markdown.escaped("😀".repeat(300)));
  }

  @Test
  void aTableHasHeadersRulesAndRows() {
    var table = new MarkdownTable().left("Name").right("Number").row("a", "1").toString();
    assertEquals("| Name | Number |\n| --- | ---: |\n| a | 1 |\n", table);
    assertFalse(rendered(table).contains("<p>"));
    var two = new MarkdownTable().left("A").left("B");
    assertThrows(IllegalArgumentException.class, () -> two.row("1"));
  }
}
