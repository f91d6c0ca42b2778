package dev.perdure.bench;

import org.jspecify.annotations.Nullable;

/**
 * One line of the report.
 *
 * @param name what was measured
 * @param unit of what was measured, as of the limit
 * @param limit what it is compared with, measured just before and after; null when there is nothing
 * @param judgedAs what the goal is about: a ratio, or the measured figure itself
 */
record Figure(
    String name,
    String unit,
    Series measured,
    @Nullable Series limit,
    String judgedAs,
    Series judged,
    Goal goal) {

  /** A rate, as a share of the limit. */
  static Figure ofRate(String name, String unit, Series measured, Series limit, Goal goal) {
    return new Figure(name, unit, measured, limit, "ratio", Series.ratio(measured, limit), goal);
  }

  /** A time, as a multiple of the limit. */
  static Figure ofTime(String name, String unit, Series measured, Series limit, Goal goal) {
    return new Figure(name, unit, measured, limit, "multiple", Series.ratio(measured, limit), goal);
  }

  /** What is compared with nothing but its goal. */
  static Figure ofItself(String name, String unit, Series measured, Goal goal) {
    return new Figure(name, unit, measured, null, "", measured, goal);
  }

  /** What is only to be known. */
  static Figure note(String name, String unit, Series measured) {
    return ofItself(name, unit, measured, Goal.none());
  }
}
