package dev.perdure.torture;

import dev.perdure.twin.Twin;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a part has measured and found.
 *
 * @param lines figures by what they are, in the order in which they are to be read
 * @param violations sentences; none is good
 */
public record Figures(String part, long seed, Map<String, String> lines, List<String> violations) {

  public Figures {
    lines = new LinkedHashMap<>(lines);
    violations = List.copyOf(violations);
  }

  public boolean areGood() {
    return violations.isEmpty();
  }

  /** As text, one line for each. */
  public String text() {
    var text = new StringBuilder("%s (seed %d)%n".formatted(part, seed));
    lines.forEach((name, value) -> text.append("  %-32s %s%n".formatted(name, value)));
    text.append("  %-32s %d%n".formatted("violations", violations.size()));
    violations.forEach(violation -> text.append("  - ").append(violation).append('\n'));
    return text.toString();
  }

  /** Figures under construction. Not thread-safe. */
  public static final class Tally {
    private static final int TOLD_MAX = 5;

    private final Map<String, Long> counts = new LinkedHashMap<>();
    private final Map<String, String> notes = new LinkedHashMap<>();
    private final List<String> violations = new ArrayList<>();

    /** Adds to a figure. */
    public void add(String name, long count) {
      counts.merge(name, count, Long::sum);
    }

    /** Keeps the largest of all. */
    public void most(String name, long value) {
      counts.merge(name, value, Math::max);
    }

    public long get(String name) {
      return counts.getOrDefault(name, 0L);
    }

    /** Keeps something that is no number. */
    public void note(String name, String text) {
      notes.put(name, text);
    }

    /** Notes what was found, with where it was found. */
    public void violation(String where, Object what) {
      violations.add(where + ": " + what);
    }

    public boolean isGood() {
      return violations.isEmpty();
    }

    /**
     * Notes what was found in a build that breaks a promise. It is a violation when nothing of it
     * has the sign: a machine with much to do may have made the rest.
     *
     * @param sign words of each violation that tells this build from a good one
     */
    public void twin(Twin twin, String sign, Tally found) {
      found.violations.stream()
          .filter(violation -> violation.contains(sign))
          .findFirst()
          .ifPresentOrElse(
              violation -> note("twin " + twin, "caught: " + violation),
              () ->
                  violation(
                      "twin " + twin,
                      "not caught, so all of this shows nothing: no '%s' in %s"
                          .formatted(sign, found.violations.stream().limit(TOLD_MAX).toList())));
    }

    public Figures figures(String part, long seed) {
      var lines = new LinkedHashMap<>(notes);
      counts.forEach((name, count) -> lines.put(name, "%,d".formatted(count)));
      return new Figures(part, seed, lines, violations);
    }
  }
}
