package dev.perdure.web.api;

import dev.perdure.journal.RunId;
import dev.perdure.journal.ValueRef;
import dev.perdure.journal.ValueRef.RunInput;
import dev.perdure.journal.ValueRef.RunOutput;
import dev.perdure.journal.ValueRef.StepInput;
import dev.perdure.journal.ValueRef.StepOutput;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a path below {@code /api/runs} names. */
sealed interface RunPath {

  /** What is answered there. */
  default Methods methods() {
    return Methods.READ;
  }

  /** {@code /{id}}. */
  record Run(RunId id) implements RunPath {}

  /**
   * {@code /{id}/input}, {@code /{id}/output}, {@code /{id}/steps/{ordinal}/input}, {@code
   * …/output}.
   *
   * @param fileName what a browser saves it as
   */
  record Value(RunId id, ValueRef ref, String fileName) implements RunPath {}

  /** {@code /{id}/steps/{ordinal}/log}. */
  record Log(RunId id, int ordinal) implements RunPath {}

  /** {@code /{id}/cancel}. */
  record Cancel(RunId id) implements RunPath {
    @Override
    public Methods methods() {
      return Methods.CHANGE;
    }
  }

  /** {@code /{id}/signals/{name}}. */
  record Signal(RunId id, String name) implements RunPath {
    @Override
    public Methods methods() {
      return Methods.CHANGE;
    }
  }

  /** The form of a run's path, with something that is no id. */
  record NoRun(String text, Methods methods) implements RunPath {}

  record Nothing() implements RunPath {}

  static RunPath of(@Nullable String pathInfo) {
    var parts = List.of((pathInfo == null ? "/" : pathInfo).substring(1).split("/", -1));
    var text = parts.getFirst();
    return switch (parts.size()) {
      case 1 -> text.isEmpty() ? new Nothing() : withId(text, Methods.READ, Run::new);
      case 2 -> ofRunPart(text, parts.get(1));
      case 3 ->
          parts.get(1).equals("signals") && !parts.get(2).isEmpty()
              ? withId(text, Methods.CHANGE, run -> new Signal(run, parts.get(2)))
              : new Nothing();
      case 4 ->
          parts.get(1).equals("steps")
              ? ofStepPart(text, parts.get(2), parts.get(3))
              : new Nothing();
      default -> new Nothing();
    };
  }

  private static RunPath ofRunPart(String id, String which) {
    var file = id + "-" + which + ".json";
    return switch (which) {
      case "input" -> withId(id, Methods.READ, run -> new Value(run, new RunInput(), file));
      case "output" -> withId(id, Methods.READ, run -> new Value(run, new RunOutput(), file));
      case "cancel" -> withId(id, Methods.CHANGE, Cancel::new);
      default -> new Nothing();
    };
  }

  private static RunPath ofStepPart(String id, String ordinal, String which) {
    if (!ordinal.matches("0|[1-9][0-9]{0,8}")) {
      return new Nothing();
    }
    int step = Integer.parseInt(ordinal);
    var file = id + "-step-" + step + "-" + which + ".json";
    return switch (which) {
      case "input" -> withId(id, Methods.READ, run -> new Value(run, new StepInput(step), file));
      case "output" -> withId(id, Methods.READ, run -> new Value(run, new StepOutput(step), file));
      case "log" -> withId(id, Methods.READ, run -> new Log(run, step));
      default -> new Nothing();
    };
  }

  private static RunPath withId(String text, Methods methods, Function<RunId, RunPath> path) {
    return RunId.parse(text).map(path).orElseGet(() -> new NoRun(text, methods));
  }
}
