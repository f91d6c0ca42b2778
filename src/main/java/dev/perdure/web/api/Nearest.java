package dev.perdure.web.api;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds what somebody may have meant. */
final class Nearest {

  private static final int TEXT_MAX = 50;

  private Nearest() {}

  /** The known name that is most like this one; empty when none is like it at all. */
  static Optional<String> of(String name, Collection<String> known) {
    if (name.length() > TEXT_MAX) {
      return Optional.empty();
    }
    var lower = name.toLowerCase(Locale.ROOT);
    return known.stream()
        .min(
            Comparator.comparingInt(
                candidate -> distance(lower, candidate.toLowerCase(Locale.ROOT))))
        .filter(best -> distance(lower, best.toLowerCase(Locale.ROOT)) <= 1 + best.length() / 2);
  }

  /** How many letters have to be inserted, left out or replaced (Levenshtein). */
  private static int distance(String one, String other) {
    var row = new int[other.length() + 1];
    for (int j = 0; j <= other.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= one.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= other.length(); j++) {
        int replaced = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[other.length()];
  }
}
