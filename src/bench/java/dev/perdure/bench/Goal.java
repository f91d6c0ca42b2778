package dev.perdure.bench;

/** What is asked of a figure. */
sealed interface Goal {

  /** The more, the better. */
  record AtLeast(double goal, double floor) implements Goal {}

  /** The less, the better. */
  record AtMost(double goal, double floor) implements Goal {}

  /** It is only to be known. */
  record None() implements Goal {}

  static Goal atLeast(double goal, double floor) {
    return new AtLeast(goal, floor);
  }

  static Goal atMost(double goal, double floor) {
    return new AtMost(goal, floor);
  }

  static Goal none() {
    return new None();
  }

  /** What is asked for, for a reader. */
  default String goalText() {
    return switch (this) {
      case AtLeast(double goal, var _) -> "≥ " + Series.text(goal);
      case AtMost(double goal, var _) -> "≤ " + Series.text(goal);
      case None() -> "";
    };
  }

  /** What must not be missed, for a reader. */
  default String floorText() {
    return switch (this) {
      case AtLeast(var _, double floor) -> "≥ " + Series.text(floor);
      case AtMost(var _, double floor) -> "≤ " + Series.text(floor);
      case None() -> "";
    };
  }

  /** Which of the two is reached, for a reader. */
  default String verdict(double value) {
    return switch (this) {
      case AtLeast(double goal, double floor) -> verdict(value >= goal, value >= floor);
      case AtMost(double goal, double floor) -> verdict(value <= goal, value <= floor);
      case None() -> "";
    };
  }

  private static String verdict(boolean isGoal, boolean isFloor) {
    return isGoal ? "goal" : isFloor ? "floor" : "MISSED";
  }
}
