package dev.perdure.web.dashboard;

import dev.perdure.engine.Zombie;
import dev.perdure.journal.EntryKind;
import dev.perdure.journal.RunDetail;
import dev.perdure.journal.StepRecord;
import dev.perdure.web.PlanTail;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The steps of a page as a tree: what stands in the list of a map, a parallel, an item or a branch
 * stands below it. Within a list they come by their place, then what is left of the plan, then the
 * compensations as they ran.
 */
final class StepTree {

  private static final String OWN_LIST = "";

  private final RunDetail detail;
  private final StepsFrom from;
  private final Axis axis;
  private final List<Zombie> zombies;
  private final Logs logs;
  private final Map<String, StepRecord> owners = new HashMap<>();
  private final Map<String, List<StepRecord>> lists = new HashMap<>();

  /**
   * @param context the containers that steps of this page stand in and that do not stand on it
   */
  StepTree(
      RunDetail detail,
      StepsFrom from,
      List<StepRecord> context,
      Axis axis,
      List<Zombie> zombies,
      Logs logs) {
    this.detail = detail;
    this.from = from;
    this.axis = axis;
    this.zombies = zombies;
    this.logs = logs;
    var all = new ArrayList<>(context);
    all.addAll(detail.steps());
    for (var step : all) {
      if (EntryWords.isContainer(step.kind())) {
        owners.put(EntryWords.listOf(step), step);
      }
    }
    for (var step : all) {
      var list = listOf(step);
      lists
          .computeIfAbsent(owners.containsKey(list) ? list : OWN_LIST, _ -> new ArrayList<>())
          .add(step);
    }
    lists.values().forEach(list -> list.sort(order()));
  }

  List<StepView> views() {
    var steps = lists.getOrDefault(OWN_LIST, List.of());
    var views = new ArrayList<StepView>();
    steps.stream().filter(step -> !isCompensation(step)).forEach(step -> views.add(view(step, 0)));
    addPlanned(views);
    steps.stream().filter(StepTree::isCompensation).forEach(step -> views.add(view(step, 0)));
    return views;
  }

  private void addPlanned(List<StepView> views) {
    if (detail.nextOrdinal() != null) {
      return;
    }
    var run = detail.run();
    boolean ended = run.status().isTerminal() || run.ending() != null;
    var plan = detail.plan();
    for (int i = PlanTail.begin(detail.steps(), from.planned()); i < plan.size(); i++) {
      views.add(StepView.planned(plan.get(i), i, ended));
    }
  }

  private StepView view(StepRecord step, int depth) {
    return StepView.of(
        step, kind(step), detail.run(), axis, zombies, logs, depth, inner(step, depth));
  }

  private String kind(StepRecord step) {
    var list = listOf(step);
    boolean lost = !list.equals(OWN_LIST) && !owners.containsKey(list);
    return lost ? EntryWords.kindWithin(step) : EntryWords.kind(step, owners.get(step.scope()));
  }

  private @Nullable GroupView inner(StepRecord step, int depth) {
    var inside = lists.get(EntryWords.listOf(step));
    if (inside == null || !EntryWords.isContainer(step.kind())) {
      return null;
    }
    var views = inside.stream().map(entry -> view(entry, depth + 1)).toList();
    return switch (step.kind()) {
      case EntryKind.MAP -> GroupView.counted(views, EntryWords.size(step), "item", "items");
      case EntryKind.PARALLEL ->
          GroupView.counted(views, EntryWords.size(step), "branch", "branches");
      default -> GroupView.listed(views);
    };
  }

  private static Comparator<StepRecord> order() {
    return Comparator.comparing(StepTree::isCompensation)
        .thenComparing(StepRecord::scope)
        .thenComparingInt(step -> isCompensation(step) ? step.ordinal() : step.position());
  }

  private static boolean isCompensation(StepRecord step) {
    return step.scope().startsWith("~");
  }

  /** Compensations stand in the list of what they undo. */
  private static String listOf(StepRecord step) {
    return isCompensation(step) ? step.scope().substring(1) : step.scope();
  }
}
