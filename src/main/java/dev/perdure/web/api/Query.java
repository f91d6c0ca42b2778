package dev.perdure.web.api;

import static dev.perdure.web.ProblemCode.BAD_VALUE;
import static dev.perdure.web.ProblemCode.UNKNOWN_PARAMETER;

import dev.perdure.engine.Nearest;
import dev.perdure.web.Parameters;
import dev.perdure.web.Problem;
import dev.perdure.web.ProblemException;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Optional;

/**
 * The query string of a request to the API. Parameters that are not known, or given twice, are
 * refused: a filter that is silently ignored shows the wrong runs. An empty value is none.
 */
final class Query {

  private static final int TEXT_MAX = 100;

  private final Parameters parameters;

  private Query(Parameters parameters) {
    this.parameters = parameters;
  }

  static Query of(HttpServletRequest request, String... known) {
    var text = request.getQueryString();
    var parameters = Parameters.parse(text == null ? "" : text);
    for (var name : parameters.names()) {
      check(name, parameters.all(name).size(), List.of(known));
    }
    return new Query(parameters);
  }

  Optional<String> text(String name) {
    return parameters.all(name).stream().findFirst().filter(value -> !value.isEmpty());
  }

  /** A whole number within bounds. */
  int number(String name, int min, int max, int otherwise) {
    return text(name).map(value -> number(name, value, min, max)).orElse(otherwise);
  }

  static ProblemException badValue(String name, String value, String allowed) {
    return Problem.of(
            BAD_VALUE,
            "The parameter \""
                + name
                + "\" must be "
                + allowed
                + ", not \""
                + Problem.shortened(value, TEXT_MAX)
                + "\".")
        .with("parameter", name)
        .asException();
  }

  private static int number(String name, String value, int min, int max) {
    if (value.matches("[0-9]{1,9}")) {
      int number = Integer.parseInt(value);
      if (number >= min && number <= max) {
        return number;
      }
    }
    throw badValue(name, value, "a whole number from " + min + " to " + max);
  }

  private static void check(String name, int count, List<String> known) {
    if (!known.contains(name)) {
      throw unknown(name, known);
    }
    if (count > 1) {
      throw Problem.of(BAD_VALUE, "The parameter \"" + name + "\" is given " + count + " times.")
          .with("parameter", name)
          .asException();
    }
  }

  private static ProblemException unknown(String name, List<String> known) {
    var shown = Problem.shortened(name, TEXT_MAX);
    var nearest = Nearest.to(name, known);
    var problem =
        Problem.of(
                UNKNOWN_PARAMETER,
                "There is no parameter \""
                    + shown
                    + "\" here."
                    + nearest.map(best -> " Did you mean \"" + best + "\"?").orElse(""))
            .with("parameter", shown)
            .with("allowed", known);
    return nearest.map(best -> problem.with("nearest", best)).orElse(problem).asException();
  }
}
