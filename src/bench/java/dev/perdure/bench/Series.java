package dev.perdure.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleBiFunction;
import java.util.function.ToDoubleFunction;

/**
 * The same figure, measured several times.
 *
 * @param values in the order in which they were measured; at least one
 */
record Series(List<Double> values) {

  Series {
    values = List.copyOf(values);
    if (values.isEmpty()) {
      throw new IllegalArgumentException("Nothing was measured.");
    }
  }

  /** One figure of each. */
  static <T> Series of(List<T> all, ToDoubleFunction<T> figure) {
    return new Series(all.stream().map(figure::applyAsDouble).toList());
  }

  /** What comes out of each two that were measured together. */
  static Series paired(Series left, Series right, ToDoubleBiFunction<Double, Double> how) {
    var paired = new ArrayList<Double>();
    for (int i = 0; i < left.values.size(); i++) {
      paired.add(how.applyAsDouble(left.values.get(i), right.values.get(i)));
    }
    return new Series(paired);
  }

  static Series ratio(Series left, Series right) {
    return paired(left, right, (l, r) -> l / r);
  }

  /** Of an even number the mean of the two in the middle. */
  double median() {
    var sorted = sorted();
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }

  /** Median, least and most. */
  String text() {
    var sorted = sorted();
    return values.size() == 1
        ? text(sorted[0])
        : "%s (%s–%s)".formatted(text(median()), text(sorted[0]), text(sorted[sorted.length - 1]));
  }

  /** Three digits that count, or all of those before the point. */
  static String text(double value) {
    double size = Math.abs(value);
    if (size >= 100) {
      return "%,d".formatted(Math.round(value));
    }
    return (size >= 10 ? "%.1f" : "%.2f").formatted(value);
  }

  private double[] sorted() {
    var sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
    Arrays.sort(sorted);
    return sorted;
  }
}
