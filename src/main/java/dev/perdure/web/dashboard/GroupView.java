package dev.perdure.web.dashboard;

import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The steps inside another one.
 *
 * @param label how many they are and how they stand; empty where they are simply listed
 * @param open whether they are shown without being asked for
 */
public record GroupView(String label, boolean open, List<StepView> steps) {

  private static final int OPEN_MAX = 12;

  public GroupView {
    steps = List.copyOf(steps);
  }

  static GroupView listed(List<StepView> steps) {
    return new GroupView("", true, steps);
  }

  /**
   * Steps that are counted.
   *
   * @param size how many there are in all; -1 when that is not known
   * @param one what one of them is
   */
  static GroupView counted(List<StepView> steps, int size, String one, String many) {
    int shown = steps.size();
    var count =
        shown < size
            ? "%s of %s %s here".formatted(number(shown), number(size), many)
            : number(shown) + " " + (shown == 1 ? one : many);
    return new GroupView(count + ": " + standing(steps), shown <= OPEN_MAX, steps);
  }

  /** "180 completed, 12 running". */
  private static String standing(List<StepView> steps) {
    var counts = new EnumMap<Badge, Integer>(Badge.class);
    steps.forEach(step -> counts.merge(step.badge(), 1, Integer::sum));
    return counts.entrySet().stream()
        .map(entry ->
            number(entry.getValue()) + " " + entry.getKey().word().toLowerCase(Locale.ROOT))
        .collect(Collectors.joining(", "));
  }

  private static String number(int count) {
    return EntryWords.number(count);
  }
}
