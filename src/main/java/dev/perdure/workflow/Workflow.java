package dev.perdure.workflow;

import static java.util.Objects.requireNonNull;

import com.google.gson.reflect.TypeToken;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A named, versioned definition of multi-step work. Immutable and safe to share between threads.
 *
 * <p>Written as a sequence of steps or as code:
 *
 * <pre>{@code
 * Workflow.named("nightly-summary").version(1)
 *     .describedAs("Collects platform statistics and writes a Markdown summary")
 *     .input(Period.class, Period.lastDay())
 *     .step("collect-stats", PlatformStats.class, (period, step) -> statistics.of(period))
 *     .step("write-summary", Summary.class, (stats, step) -> Summary.of(stats), retries(2))
 *     .build();
 *
 * Workflow.named("order").version(1)
 *     .input(Order.class, Order.example())
 *     .code(Receipt.class, (order, context) -> ...);
 * }</pre>
 *
 * @param <I> the type of a run's input
 * @param <O> the type of a run's output
 */
public final class Workflow<I, O> {

  /** What a run of the workflow does. */
  public sealed interface Body<I, O> {

    /** Steps known beforehand, each one's output the next one's input. Never empty. */
    record Sequence<I, O>(List<SequenceStep<?, ?>> steps) implements Body<I, O> {
      public Sequence {
        steps = List.copyOf(steps);
      }
    }

    /** Plain Java that asks for its steps as it goes. */
    record Code<I, O>(WorkflowBody<I, O> code, TypeToken<O> output) implements Body<I, O> {}
  }

  private final String name;
  private final int version;
  private final String description;
  private final TypeToken<I> input;
  private final @Nullable I inputExample;
  private final @Nullable String cron;
  private final @Nullable Duration timeout;
  private final List<Tables> tables;
  private final Body<I, O> body;

  Workflow(WorkflowBuilder head, TypeToken<I> input, @Nullable I inputExample, Body<I, O> body) {
    this.name = head.name;
    this.version = head.version;
    this.description = head.description;
    this.cron = head.cron;
    this.timeout = head.timeout;
    this.tables = List.copyOf(head.tables);
    this.input = requireNonNull(input, "input");
    this.inputExample = inputExample;
    this.body = requireNonNull(body, "body");
  }

  /**
   * Starts a definition.
   *
   * @param name letters, digits, '.', '_' and '-', at most 100 characters; unique in one engine
   */
  public static WorkflowBuilder named(String name) {
    return new WorkflowBuilder(name);
  }

  public String name() {
    return name;
  }

  public int version() {
    return version;
  }

  public String description() {
    return description;
  }

  /** The type of a run's output. */
  @SuppressWarnings("unchecked") // The builder has made the last step's output that of the run.
  public TypeToken<O> output() {
    return switch (body) {
      case Body.Sequence<I, O> sequence -> (TypeToken<O>) sequence.steps().getLast().output();
      case Body.Code<I, O> code -> code.output();
    };
  }

  public TypeToken<I> input() {
    return input;
  }

  /** An input that works: shown to people, and what a run gets that is started without one. */
  public Optional<I> inputExample() {
    return Optional.ofNullable(inputExample);
  }

  /** When runs start by themselves: a Unix cron rule of five fields, read in the engine's zone. */
  public Optional<String> cron() {
    return Optional.ofNullable(cron);
  }

  /** The time a run may take; empty when it is not limited. */
  public Optional<Duration> timeout() {
    return Optional.ofNullable(timeout);
  }

  /** The tables that its transactional steps use. */
  public List<Tables> tables() {
    return tables;
  }

  public Body<I, O> body() {
    return body;
  }

  @Override
  public String toString() {
    return name + " v" + version;
  }
}
