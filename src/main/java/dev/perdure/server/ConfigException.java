package dev.perdure.server;

import dev.perdure.workflow.PerdureException;
import java.util.List;

/** The configuration can not be used. Says everything that is wrong with it, one sentence each. */
final class ConfigException extends PerdureException {

  private static final long serialVersionUID = 1L;

  private final transient List<String> problems;

  ConfigException(List<String> problems) {
    super(String.join("\n", problems));
    this.problems = List.copyOf(problems);
  }

  ConfigException(String problem, Throwable cause) {
    super(problem, cause);
    this.problems = List.of(problem);
  }

  List<String> problems() {
    return problems;
  }
}
