package dev.perdure.workflow;

import static java.util.Objects.requireNonNull;

import com.google.gson.reflect.TypeToken;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The head of a workflow's definition, before its input is known. Not thread-safe. */
public final class WorkflowBuilder {

  private static final Duration TIMEOUT_MAX = Duration.ofDays(3_653);

  final String name;
  int version = 1;
  String description = "";
  @Nullable String cron;
  @Nullable Duration timeout;
  final List<Tables> tables = new ArrayList<>();

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

  /**
   * The time a run may take from its start to its end, waits included; 1 ms to 10 years. When it is
   * up the run is ended as by a cancellation, compensations included, and has failed. Default: not
   * limited.
   */
  public WorkflowBuilder timeout(Duration perRun) {
    if (perRun.toMillis() < 1 || perRun.compareTo(TIMEOUT_MAX) > 0) {
      throw new IllegalArgumentException("timeout must be 1 ms to 10 years, not " + perRun);
    }
    this.timeout = perRun;
    return this;
  }

  /** Tables that its transactional steps use; several workflows may name the same ones. */
  public WorkflowBuilder tables(Tables tables) {
    this.tables.add(requireNonNull(tables, "tables"));
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
