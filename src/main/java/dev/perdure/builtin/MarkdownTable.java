package dev.perdure.builtin;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** A Markdown table under construction. Cells are escaped. Not thread-safe. */
final class MarkdownTable {

  private final List<String> headers = new ArrayList<>();
  private final List<String> rules = new ArrayList<>();
  private final StringBuilder rows = new StringBuilder();

  /** One more column, of text. */
  MarkdownTable left(String header) {
    return column(header, "---");
  }

  /** One more column, of numbers. */
  MarkdownTable right(String header) {
    return column(header, "---:");
  }

  /** One more row, with a cell for each column. */
  MarkdownTable row(String... cells) {
    if (cells.length != headers.size()) {
      throw new IllegalArgumentException(cells.length + " cells in " + headers.size() + " columns");
    }
    rows.append(line(Arrays.stream(cells).map(Markdown::escaped).toList()));
    return this;
  }

  @Override
  public String toString() {
    return line(headers) + line(rules) + rows;
  }

  private MarkdownTable column(String header, String rule) {
    headers.add(header);
    rules.add(rule);
    return this;
  }

  private static String line(List<String> cells) {
    return cells.stream().collect(Collectors.joining(" | ", "| ", " |\n"));
  }
}
