package dev.perdure.workflow;

import static java.util.Objects.requireNonNull;

import com.google.gson.reflect.TypeToken;
import org.jspecify.annotations.Nullable;

/** The head of a workflow's definition, before its input is known. Not thread-safe. */
public final class WorkflowBuilder {

  final String name;
  int version = 1;
  String description = "";
  @Nullable String cron;

  WorkflowBuilder(String name) {
    this.name = Names.check("workflow name", name);
  }

  /** The version of the definition, from 1; default 1. Recorded with each run. */
  public WorkflowBuilder version(int version) {
    if (version < 1) {
      throw new IllegalArgumentException("version must be 1 or more, not " + version);
    }
    this.version = version;
    return this;
  }

  /** A sentence for people, shown on the dashboard. */
  public WorkflowBuilder describedAs(String description) {
    this.description = requireNonNull(description, "description");
    return this;
  }

  /**
   * Starts runs by itself, with the example input: once per instant of the rule, also when the
   * server was down then and is back within a day.
   *
   * @param cron five fields of Unix cron: minute, hour, day of month, month, day of week
   */
  public WorkflowBuilder schedule(String cron) {
    this.cron = requireNonNull(cron, "cron");
    return this;
  }

  /** The type of a run's input, and an example that is also the default. */
  public <I> InputBuilder<I> input(Class<I> type, I example) {
    return input(TypeToken.get(type), example);
  }

  /** The type of a run's input, and an example that is also the default. */
  public <I> InputBuilder<I> input(TypeToken<I> type, I example) {
    return new InputBuilder<>(this, type, requireNonNull(example, "example"));
  }
}
