package dev.perdure.bench;

import java.util.ArrayList;
import java.util.List;

/** Figures as a table: for a console, and in Markdown. */
final class Report {

  private static final List<String> HEAD =
      List.of("what", "unit", "measured", "limit", "compared", "goal", "floor", "reached", "n");

  private Report() {}

  /** Columns in line. */
  static String forConsole(List<Figure> figures) {
    var rows = rows(figures);
    var widths = new int[HEAD.size()];
    for (var row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    var text = new StringBuilder();
    for (var row : rows) {
      var line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        line.append(("%-" + Math.max(1, widths[i]) + "s  ").formatted(row.get(i)));
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  static String inMarkdown(List<Figure> figures) {
    var text = new StringBuilder();
    var rows = rows(figures);
    for (int i = 0; i < rows.size(); i++) {
      text.append("| ").append(String.join(" | ", rows.get(i))).append(" |\n");
      if (i == 0) {
        text.append("|---".repeat(HEAD.size())).append("|\n");
      }
    }
    return text.toString();
  }

  private static List<List<String>> rows(List<Figure> figures) {
    var rows = new ArrayList<List<String>>();
    rows.add(HEAD);
    figures.forEach(figure -> rows.add(row(figure)));
    return rows;
  }

  private static List<String> row(Figure figure) {
    var limit = figure.limit();
    return List.of(
        figure.name(),
        figure.unit(),
        figure.measured().text(),
        limit == null ? "" : limit.text(),
        limit == null ? "" : figure.judgedAs() + " " + figure.judged().text(),
        figure.goal().goalText(),
        figure.goal().floorText(),
        figure.goal().verdict(figure.judged().median()),
        Integer.toString(figure.judged().values().size()));
  }
}
