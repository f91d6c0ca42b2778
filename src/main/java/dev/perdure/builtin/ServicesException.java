package dev.perdure.builtin;

import dev.perdure.workflow.PerdureException;
import java.util.List;

/** The list of services can not be read; says everything that is wrong with it. */
public final class ServicesException extends PerdureException {

  private static final long serialVersionUID = 1L;

  private final transient List<String> problems;

  ServicesException(List<String> problems) {
    super(String.join("\n", problems));
    this.problems = List.copyOf(problems);
  }

  /** One sentence for each problem, with the piece it is about; secrets are left out. */
  public List<String> problems() {
    return problems;
  }
}
