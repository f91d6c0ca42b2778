package dev.perdure.web.dashboard;

import dev.perdure.journal.JournalReader;
import dev.perdure.journal.RunDetail;
import dev.perdure.journal.RunId;
import dev.perdure.journal.StepRecord;
import dev.perdure.web.PlanTail;
import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where a page of a run's steps begins.
 *
 * @param ordinal of its first step
 * @param planned how many steps of the plan stand on the pages before
 * @param within the ordinals of the maps and branches that go on from the page before, so that this
 *     page can say what its steps belong to
 */
record StepsFrom(int ordinal, int planned, List<Integer> within) {

  static final StepsFrom START = new StepsFrom(0, 0, List.of());

  private static final int WITHIN_MAX = 16;
  private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");

  StepsFrom {
    within = List.copyOf(within);
  }

  /** What a link of {@link #next} said; what is no such link is the beginning. */
  static StepsFrom of(HttpServletRequest request) {
    var within = request.getParameter("in");
    return new StepsFrom(
        number(request.getParameter("from")),
        number(request.getParameter("planned")),
        within == null
            ? List.of()
            : Stream.of(within.split(",", WITHIN_MAX + 1))
                .filter(text -> NUMBER.matcher(text).matches())
                .map(Integer::valueOf)
                .limit(WITHIN_MAX)
                .toList());
  }

  private static int number(@Nullable String text) {
    return text != null && NUMBER.matcher(text).matches() ? Integer.parseInt(text) : 0;
  }

  /** The link to the page behind this one, from the application's root. */
  String next(RunDetail detail, int next, List<StepRecord> context) {
    var within = goingOn(detail, context);
    return "runs/"
        + detail.run().id()
        + "?from="
        + next
        + "&planned="
        + PlanTail.begin(detail.steps(), planned)
        + (within.isEmpty()
            ? ""
            : "&in=" + within.stream().map(String::valueOf).collect(Collectors.joining(",")));
  }

  /** Reads the containers around the first steps of this page. */
  List<StepRecord> context(JournalReader reader, RunId run) {
    var found = new ArrayList<StepRecord>();
    for (int container : within) {
      if (container < ordinal) {
        reader.detail(run, container, 1, ValueView.SHOWN_BYTES_MAX).stream()
            .flatMap(detail -> detail.steps().stream())
            .filter(step -> step.ordinal() == container && EntryWords.isContainer(step.kind()))
            .forEach(found::add);
      }
    }
    return found;
  }

  /** The containers that the latest steps stand in, as many as a link may carry. */
  private static List<Integer> goingOn(RunDetail detail, List<StepRecord> context) {
    var containers =
        Stream.concat(context.stream(), detail.steps().stream())
            .filter(step -> EntryWords.isContainer(step.kind()))
            .collect(Collectors.toMap(EntryWords::listOf, step -> step, (_, later) -> later));
    var ordinals = new LinkedHashSet<Integer>();
    for (var step : detail.steps().reversed()) {
      if (EntryWords.isContainer(step.kind())) {
        ordinals.add(step.ordinal());
      }
      var around = containers.get(step.scope());
      while (around != null && ordinals.size() < WITHIN_MAX) {
        ordinals.add(around.ordinal());
        around = containers.get(around.scope());
      }
    }
    return ordinals.stream().limit(WITHIN_MAX).sorted().toList();
  }
}
