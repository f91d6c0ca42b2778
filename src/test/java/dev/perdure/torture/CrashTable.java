package dev.perdure.torture;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Writes down as a table what the {@link ScriptPart} has seen: writes after which the journal holds
 * the same belong to one transaction, and what it carries is what the journal holds after the next.
 */
final class CrashTable {

  private static final String HEAD =
      """
      # What a crash leads to, write by write

      Made by `make torture PART=script`, not by hand. One client plays a script that has a run of every kind, each brought
      to its end before the next one begins; the server is killed at each of its writes to its data directory (and once
      more with that write half done), started again, and every run is followed to its end. A row is one transaction, or
      one step of opening or closing the database: what its writes carry, and what a crash at any of them leads to. Steps
      that were at work when it was killed run again; those that had completed never do.

      | Writes | To | They carry | The client had been told | Runs again after the restart |
      |---|---|---|---|---|
      """;
  private static final int CHANGES_SHOWN = 6;
  private static final String ID = "[0-9a-f-]{36}-\\d+";
  private static final String STARTED = "started-by-code";
  private static final Pattern ATTEMPT = Pattern.compile("attempt (\\d+)");

  /** What is said of them only until they are all there. */
  private static final String TABLES = "tables";

  private static final int ENTRY = 1_000;
  private static final int ENDED = 100;
  private static final int ENDING = 50;
  private static final int AGAIN = 10;
  private static final int WAITING = 5;

  /** Writes that leave the same behind. */
  private record Group(Map<String, String> stored, List<CrashPoint> points) {

    String range() {
      int first = points.getFirst().write();
      int last = points.getLast().write();
      return first == last ? "" + first : first + "–" + last;
    }

    String files() {
      return points.stream()
          .map(point -> point.call().substring(point.call().indexOf(' ') + 1))
          .distinct()
          .collect(Collectors.joining(", "));
    }

    String told() {
      return distinct(points.stream().map(CrashPoint::told).toList());
    }

    String again() {
      var all = new TreeSet<String>();
      points.forEach(
          point -> point.cutOff().forEach(step -> all.add(step.replaceAll(ID, STARTED))));
      return all.isEmpty() ? "–" : String.join("; ", all);
    }
  }

  private CrashTable() {}

  /** The whole page. */
  static String of(List<CrashPoint> points) {
    var groups = groups(points);
    var page = new StringBuilder(HEAD);
    for (int i = 0; i < groups.size(); i++) {
      var group = groups.get(i);
      var carried =
          i + 1 < groups.size()
              ? changes(group.stored(), groups.get(i + 1).stored())
              : "the end of the log, after the last transaction";
      page.append(
          "| %s | %s | %s | %s | %s |\n"
              .formatted(group.range(), group.files(), carried, group.told(), group.again()));
    }
    return page.toString();
  }

  /**
   * By what the journal holds and not by the number alone: the same transaction has another number
   * when the server was a little faster or slower before it.
   */
  private static List<Group> groups(List<CrashPoint> points) {
    var groups = new LinkedHashMap<Map<String, String>, Group>();
    for (var point : points) {
      var stored = withoutIds(point.stored());
      groups
          .computeIfAbsent(stored, same -> new Group(same, new ArrayList<>()))
          .points()
          .add(point);
    }
    return groups.values().stream()
        .sorted(Comparator.comparingInt(group -> progress(group.stored())))
        .toList();
  }

  /** The run that a transaction starts is named after that transaction, by an id. */
  private static Map<String, String> withoutIds(Map<String, String> stored) {
    var named = new TreeMap<String, String>();
    stored.forEach((what, how) -> named.put(what.replaceAll(ID, STARTED), how));
    return named;
  }

  /** Grows with every transaction of the script: entries come, go on and end, and none goes. */
  private static int progress(Map<String, String> stored) {
    return stored.entrySet().stream()
        .mapToInt(entry -> entry.getKey().startsWith(TABLES) ? 0 : progress(entry.getValue()))
        .sum();
  }

  private static int progress(String state) {
    int progress = ENTRY;
    progress += state.matches("(completed|failed|cancelled).*") ? ENDED : 0;
    progress += state.contains("waiting for") ? WAITING : 0;
    progress += state.contains("for its end") ? ENDING : 0;
    var attempt = ATTEMPT.matcher(state);
    return progress + (attempt.find() ? AGAIN * Integer.parseInt(attempt.group(1)) : 0);
  }

  private static String distinct(List<String> texts) {
    return String.join("; ", new LinkedHashSet<>(texts));
  }

  /** How the journal differs after a transaction, run by run. */
  private static String changes(Map<String, String> before, Map<String, String> after) {
    var changed = new LinkedHashMap<String, String>();
    for (var entry : after.entrySet()) {
      if (!entry.getValue().equals(before.get(entry.getKey()))) {
        changed.put(entry.getKey(), entry.getValue());
      }
    }
    if (changed.isEmpty()) {
      return "what is not shown here";
    }
    var texts =
        changed.entrySet().stream()
            .limit(CHANGES_SHOWN)
            .map(entry ->
                entry.getKey() + ": " + shortened(entry.getKey(), entry.getValue(), before))
            .toList();
    int more = changed.size() - texts.size();
    return String.join("; ", texts) + (more > 0 ? "; and " + more + " more" : "");
  }

  /** Of the tables only the new ones. */
  private static String shortened(String what, String value, Map<String, String> before) {
    if (!what.equals("tables")) {
      return value;
    }
    var known = Set.of(before.getOrDefault(what, "").split(" ", -1));
    return Set.of(value.split(" ", -1)).stream()
        .filter(table -> !known.contains(table))
        .sorted()
        .collect(Collectors.joining(" "));
  }
}
