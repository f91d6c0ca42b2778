package dev.perdure.simulation;

import java.util.ArrayList;
import java.util.List;

/**
 * Takes all ways through a tree of choices, one after the other, depth first: each play follows the
 * one before up to its last choice that has another way.
 */
final class AllOrders implements Chooser {

  private static final class Choice {
    final int options;
    int taken;

    Choice(int options) {
      this.options = options;
    }
  }

  private final List<Choice> way = new ArrayList<>();
  private int depth;
  private int longest;

  @Override
  public int among(int options) {
    if (depth == way.size()) {
      way.add(new Choice(options));
      longest = Math.max(longest, way.size());
    }
    var choice = way.get(depth++);
    if (choice.options != options) {
      throw new IllegalStateException(
          "The same way led to " + options + " choices and to " + choice.options + " before.");
    }
    return choice.taken;
  }

  /** Whether there is another way, which the next play takes. */
  boolean next() {
    depth = 0;
    while (!way.isEmpty() && ++way.getLast().taken == way.getLast().options) {
      way.removeLast();
    }
    return !way.isEmpty();
  }

  /** How many choices the longest way had. */
  int longest() {
    return longest;
  }

  @Override
  public String toString() {
    return way.stream().map(choice -> choice.taken).toList().toString();
  }
}
