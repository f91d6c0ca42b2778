package dev.perdure.web.api;

import dev.perdure.journal.RunId;
import dev.perdure.journal.ValueRef;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a path below {@code /api/runs} names. */
sealed interface RunPath {

  /** {@code /{id}}. */
  record Run(RunId id) implements RunPath {}

  /**
   * {@code /{id}/input}, {@code /{id}/output}, {@code /{id}/steps/{ordinal}/input}, {@code
   * …/output}.
   *
   * @param fileName what a browser saves it as
   */
  record Value(RunId id, ValueRef ref, String fileName) implements RunPath {}

  /** The form of a run's path, with something that is no id. */
  record NoRun(String text) implements RunPath {}

  record Nothing() implements RunPath {}

  static RunPath of(@Nullable String pathInfo) {
    var parts = List.of((pathInfo == null ? "/" : pathInfo).substring(1).split("/", -1));
    var text = parts.getFirst();
    return switch (parts.size()) {
      case 1 -> text.isEmpty() ? new Nothing() : withId(text, Run::new);
      case 2 -> ofRunValue(text, parts.get(1));
      case 4 ->
          parts.get(1).equals("steps")
              ? ofStepValue(text, parts.get(2), parts.get(3))
              : new Nothing();
      default -> new Nothing();
    };
  }

  private static RunPath ofRunValue(String id, String which) {
    var file = id + "-" + which + ".json";
    return switch (which) {
      case "input" -> withId(id, run -> new Value(run, new ValueRef.RunInput(), file));
      case "output" -> withId(id, run -> new Value(run, new ValueRef.RunOutput(), file));
      default -> new Nothing();
    };
  }

  private static RunPath ofStepValue(String id, String ordinal, String which) {
    if (!ordinal.matches("0|[1-9][0-9]{0,8}")) {
      return new Nothing();
    }
    int step = Integer.parseInt(ordinal);
    var file = id + "-step-" + step + "-" + which + ".json";
    return switch (which) {
      case "input" -> withId(id, run -> new Value(run, new ValueRef.StepInput(step), file));
      case "output" -> withId(id, run -> new Value(run, new ValueRef.StepOutput(step), file));
      default -> new Nothing();
    };
  }

  private static RunPath withId(String text, Function<RunId, RunPath> path) {
    return RunId.parse(text).map(path).orElseGet(() -> new NoRun(text));
  }
}
