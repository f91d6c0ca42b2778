package dev.perdure.torture.start;

import java.util.List;

/**
 * How very many unfinished runs are made up. All of them together are {@link #total()}.
 *
 * @param pending wait for a place
 * @param cutOff have a step in flight at the kill
 * @param parents wait for a child each; that child has a step in flight at the kill
 * @param backoffs wait for a retry
 * @param naps sleep; every other one is due soon
 * @param signals wait for a signal
 * @param suspects had a step in flight at two kills in a row, and one of them at a third
 */
record Mix(
    int pending, int cutOff, int parents, int backoffs, int naps, int signals, int suspects) {

  static final List<String> NAMES = List.of("mixed", "naps", "signals");

  /** Of all kinds; a tenth of them in flight. */
  static Mix mixed(int total) {
    int inFlight = total / 10;
    int parents = total / 50;
    int parked = total / 20;
    int suspects = Math.max(6, total / 5_000);
    int pending = total - inFlight - parents - 3 * parked - suspects;
    return new Mix(pending, inFlight - parents, parents, parked, parked, parked, suspects);
  }

  static Mix onlyNaps(int total) {
    return new Mix(0, 0, 0, 0, total, 0, 0);
  }

  static Mix onlySignals(int total) {
    return new Mix(0, 0, 0, 0, 0, total, 0);
  }

  /** By its name on a command line. */
  static Mix named(String name, int total) {
    return switch (name) {
      case "mixed" -> mixed(total);
      case "naps" -> onlyNaps(total);
      case "signals" -> onlySignals(total);
      default -> throw new IllegalArgumentException("There is no mix " + name);
    };
  }

  int parked() {
    return backoffs + naps + signals;
  }

  int inFlight() {
    return cutOff + parents;
  }

  /** Parents count with their children. */
  int total() {
    return pending + cutOff + 2 * parents + parked() + suspects;
  }
}
