package dev.perdure.simulation;

import dev.perdure.workflow.StepOptions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A workflow as data: {@link ProgramBody} carries it out on the engine, {@link Expected} says what
 * must come of it. Values are numbers, folded one into the other, so that a result shows all that
 * led to it.
 *
 * @param timeout of a run; null when it is not limited
 */
record Program(String name, boolean isSequence, @Nullable Duration timeout, List<Node> nodes) {

  /** What the code of a step does. */
  enum Act {
    SUCCEEDS,
    /** Fails in its first attempts. */
    FAILS_FIRST,
    FAILS,
    FAILS_FOR_GOOD,
    /** Its first attempt takes longer than it may, but heeds the interrupt. */
    HANGS_FIRST,
    /** Its first attempt takes longer than it may and heeds nothing. */
    IGNORES_FIRST
  }

  /**
   * The code of a step, or of a compensation.
   *
   * @param times how many attempts the act is about
   * @param takes how long an attempt takes otherwise
   */
  record Code(Act act, int times, Duration takes, StepOptions options) {
    boolean neverCompletes() {
      return act == Act.FAILS || act == Act.FAILS_FOR_GOOD;
    }

    boolean mayTimeOut() {
      return options.timeout().isPresent() || options.totalTimeout().isPresent();
    }

    int attemptsMax() {
      return options.retry().retries() + 1;
    }

    @Override
    public String toString() {
      return "%s %d of %d, takes %s, backoff %s, timeout %s, total %s, grace %s%s"
          .formatted(
              act,
              times,
              attemptsMax(),
              takes,
              options.retry().delay(),
              options.timeout(),
              options.totalTimeout(),
              options.zombieGrace(),
              options.isAtMostOnce() ? ", at most once" : "");
    }
  }

  /** A call of a body. Names are unique within a program. */
  sealed interface Node {
    int id();
  }

  record Step(int id, Code code) implements Node {}

  record Transact(int id, Code code) implements Node {}

  record Sleep(int id, Duration duration) implements Node {}

  /** Until so long after now, by the wall clock. */
  record SleepUntil(int id, Duration ahead) implements Node {}

  /**
   * @param timeout null waits for ever
   */
  record Await(int id, int signal, @Nullable Duration timeout) implements Node {}

  record AwaitAny(int id, int signal, int other, Duration timeout) implements Node {}

  record Child(int id, String workflow) implements Node {}

  record StartChild(int id, String workflow) implements Node {}

  record MapSteps(int id, int items, Code code, int oddOne, Code odd, int atOnce, boolean all)
      implements Node {
    /** One item may be another matter; the options are those of all. */
    Code codeOf(int item) {
      return item == oddOne
          ? new Code(
              odd.act(),
              Math.min(odd.times(), code.options().retry().retries()),
              odd.takes(),
              code.options())
          : code;
    }
  }

  record MapScoped(int id, int items, List<Node> body, int atOnce, boolean all) implements Node {}

  record Parallel(int id, List<List<Node>> branches, int atOnce, boolean all) implements Node {}

  /** Registers what undoes the node after it. */
  record Undo(int id, Code code) implements Node {}

  record Try(int id, List<Node> body) implements Node {}

  record Random(int id) implements Node {}

  record Version(int id) implements Node {}

  /** What stands for the failure that a body has caught. */
  static final long CAUGHT = -3;

  /** What stands for an item of a fan-out that failed. */
  static final long FAILED = -7;

  /** What stands for a wait whose time was up. */
  static final long NOTHING = -1;

  static String nameOf(Node node) {
    return "n" + node.id();
  }

  static String branchOf(Parallel node, int branch) {
    return "n" + node.id() + "b" + branch;
  }

  static String signal(int signal) {
    return "sig" + signal;
  }

  /** What a step makes of its input. */
  static long output(int id, long input) {
    return Mix.value(input, id + 17);
  }

  static long fold(long sum, long value) {
    return Mix.value(sum, value);
  }

  /** The input of an item. */
  static long item(long sum, int index) {
    return Mix.value(sum, 1_000 + index);
  }

  /** All steps and compensations by name. */
  Map<String, Node> byName() {
    var found = new HashMap<String, Node>();
    collect(nodes, found);
    return found;
  }

  private static void collect(List<Node> nodes, Map<String, Node> found) {
    for (var node : nodes) {
      found.put(nameOf(node), node);
      switch (node) {
        case MapScoped map -> collect(map.body(), found);
        case Parallel parallel -> parallel.branches().forEach(branch -> collect(branch, found));
        case Try caught -> collect(caught.body(), found);
        default -> {}
      }
    }
  }

  /** The code of a step; null for what has none. */
  static @Nullable Code codeOf(@Nullable Node node, int position) {
    return switch (node) {
      case Step step -> step.code();
      case Transact step -> step.code();
      case Undo undo -> undo.code();
      case MapSteps map -> map.codeOf(position);
      case null, default -> null;
    };
  }
}
