package dev.perdure.simulation;

import static dev.perdure.simulation.Program.Act.FAILS_FIRST;
import static dev.perdure.simulation.Program.Act.FAILS_FOR_GOOD;
import static dev.perdure.simulation.Program.Act.IGNORES_FIRST;
import static dev.perdure.simulation.Program.Act.SUCCEEDS;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perdure.simulation.Program.Act;
import dev.perdure.simulation.Program.Code;
import dev.perdure.simulation.Program.Node;
import dev.perdure.workflow.StepOptions;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What falls due at one moment, in every order in which threads can have their turns: cancellation,
 * completion, timeout, retry and the end of a zombie. A thread keeps its turn until it waits.
 */
@Timeout(300)
class RacesOfTheCoreTest {

  /**
   * Of a race that has more orders, so many are tried; the output says which those are. A larger
   * {@code -Dperdure.races.orders} tries all.
   */
  private static final int ORDERS_MAX = Integer.getInteger("perdure.races.orders", 1_500);

  private static final Duration SECOND = Duration.ofSeconds(1);

  private Machine machine;

  @BeforeEach
  void open() {
    machine = new Machine();
  }

  @AfterEach
  void close() {
    machine.close();
  }

  private static Step step(Act act, Duration takes, UnaryOperator<StepOptions> options) {
    var all = options.apply(StepOptions.DEFAULT.retries(1).backoff(SECOND, 1, SECOND));
    return new Step(new Code(act, 1, takes, all));
  }

  private record Step(Code code) {
    Node as(int id) {
      return new Program.Step(id, code);
    }
  }

  private static final Node UNDO =
      new Program.Undo(9, new Code(SUCCEEDS, 0, Duration.ZERO, StepOptions.DEFAULT.retries(1)));

  private static Program code(@Nullable Duration timeout, Node... nodes) {
    return new Program("one", false, timeout, List.of(nodes));
  }

  private static Consumer<Clients> cancelledAt(int seconds) {
    return clients -> {
      clients.start(Duration.ZERO, 0, "one");
      clients.cancel(Duration.ofSeconds(seconds), 0);
    };
  }

  private static void started(Clients clients) {
    clients.start(Duration.ZERO, 0, "one");
  }

  private static void inAllOrders(String what, Consumer<Clients> plan, Program... programs) {
    inAllOrders(what, SECOND, plan, programs);
  }

  private static void inAllOrders(
      String what, Duration from, Consumer<Clients> plan, Program... programs) {
    var orders = new AllOrders();
    int played = 0;
    boolean more = true;
    while (more && played < ORDERS_MAX) {
      try {
        var _ = Simulation.play(orders, from, List.of(programs), plan);
      } catch (Violation e) {
        throw new AssertionError("In the order " + orders + ": " + e.getMessage(), e);
      }
      played++;
      more = orders.next();
    }
    System.out.printf(
        "%-48s %,8d orders, %s, %d choices at most%n",
        what, played, more ? "the first" : "all", orders.longest());
    assertTrue(played > 1, "there was no race");
  }

  @Test
  void aCompletionAndACancellation() {
    inAllOrders(
        "complete, cancel", cancelledAt(1), code(null, step(SUCCEEDS, SECOND, o -> o).as(1)));
  }

  @Test
  void aCompletionAndACancellationOfWhatIsToBeUndone() {
    inAllOrders(
        "complete, cancel, undo",
        cancelledAt(1),
        code(null, UNDO, step(SUCCEEDS, SECOND, o -> o).as(1)));
  }

  @Test
  void aCompletionAndATimeout() {
    inAllOrders(
        "complete, time out",
        RacesOfTheCoreTest::started,
        code(null, step(SUCCEEDS, SECOND, o -> o.timeout(SECOND)).as(1)));
  }

  @Test
  void aCompletionATimeoutAndACancellation() {
    inAllOrders(
        "complete, time out, cancel",
        cancelledAt(1),
        code(null, step(SUCCEEDS, SECOND, o -> o.timeout(SECOND)).as(1)));
  }

  @Test
  void aRetryAndACancellation() {
    inAllOrders(
        "retry, cancel",
        cancelledAt(1),
        code(null, step(FAILS_FIRST, Duration.ZERO, o -> o).as(1)));
  }

  @Test
  void aRetryAndACancellationOfWhatIsToBeUndone() {
    inAllOrders(
        "retry, cancel, undo",
        cancelledAt(1),
        code(null, UNDO, step(FAILS_FIRST, Duration.ZERO, o -> o).as(1)));
  }

  private static Step zombie() {
    return step(IGNORES_FIRST, SECOND.multipliedBy(2), o -> o.timeout(SECOND).zombieGrace(SECOND));
  }

  @Test
  void aRetryAndTheEndOfAZombieAndOfItsGrace() {
    inAllOrders(
        "retry, end of zombie, end of grace",
        SECOND.multipliedBy(2),
        RacesOfTheCoreTest::started,
        code(null, zombie().as(1)));
  }

  @Test
  void aRetryAndTheEndOfAZombieAndACancellation() {
    inAllOrders(
        "retry, end of zombie, cancel",
        SECOND.multipliedBy(2),
        cancelledAt(2),
        code(null, zombie().as(1)));
  }

  @Test
  void aCompletionAndTheEndOfTheTimeOfARun() {
    inAllOrders(
        "complete, run times out",
        RacesOfTheCoreTest::started,
        code(SECOND, UNDO, step(SUCCEEDS, SECOND, o -> o).as(1)));
  }

  @Test
  void aCompletionACancellationAndTheEndOfTheTimeOfARun() {
    inAllOrders(
        "complete, cancel, run times out",
        cancelledAt(1),
        code(SECOND, step(SUCCEEDS, SECOND, o -> o).as(1)));
  }

  @Test
  void aSignalAndTheEndOfTheWaitForIt() {
    inAllOrders(
        "signal, time out, cancel",
        clients -> {
          clients.start(Duration.ZERO, 0, "one");
          clients.send(SECOND, 0, 1);
          clients.cancel(SECOND, 0);
        },
        code(null, new Program.Await(1, 1, SECOND)));
  }

  @Test
  void twoBranchesThatFailAtOnce() {
    var fails = step(FAILS_FOR_GOOD, SECOND, o -> o);
    inAllOrders(
        "two branches fail",
        RacesOfTheCoreTest::started,
        code(
            null,
            new Program.Parallel(
                1, List.of(List.of(fails.as(2)), List.of(fails.as(3))), 2, false)));
  }

  @Test
  void aBranchThatFailsAndOneThatCompletes() {
    inAllOrders(
        "one branch fails, one completes, cancel",
        cancelledAt(1),
        code(
            null,
            new Program.Parallel(
                1,
                List.of(
                    List.of(step(FAILS_FOR_GOOD, SECOND, o -> o).as(2)),
                    List.of(new Program.Sleep(3, SECOND))),
                2,
                false)));
  }

  @Test
  void theEndOfAChildAndTheCancellationOfItsParent() {
    inAllOrders(
        "child completes, parent is cancelled",
        cancelledAt(1),
        code(null, new Program.Child(1, "child")),
        new Program("child", false, null, List.of(new Program.Sleep(2, SECOND))));
  }
}
