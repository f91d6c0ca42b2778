package dev.perdure.simulation;

import dev.perdure.simulation.Program.Act;
import dev.perdure.simulation.Program.Code;
import dev.perdure.simulation.Program.Node;
import dev.perdure.workflow.StepOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Makes random programs. Times are few and round, so that things fall due together. */
final class Programs {

  static final int SIGNALS = 3;
  private static final int DEPTH_MAX = 3;
  private static final Duration LONG_TIMEOUT = Duration.ofSeconds(2);

  private final SplittableRandom random;
  private int nextId;
  private boolean isChild;
  private boolean inSequence;

  Programs(SplittableRandom random) {
    this.random = random;
  }

  /** The first is what the others start as a child. */
  List<Program> some() {
    isChild = true;
    var child = program("child");
    isChild = false;
    return List.of(child, program("one"), program("two"));
  }

  private Program program(String name) {
    boolean isSequence = random.nextInt(4) == 0;
    inSequence = isSequence;
    // Those of a sequence have to fit together, or it is refused.
    var timeout =
        !isSequence && random.nextInt(10) == 0
            ? Duration.ofMillis(500L * random.nextInt(1, 12))
            : null;
    return new Program(name, isSequence, timeout, isSequence ? sequence() : body(0));
  }

  private List<Node> sequence() {
    var nodes = new ArrayList<Node>();
    nodes.add(new Program.Step(nextId++, code()));
    for (int i = random.nextInt(4); i > 0; i--) {
      nodes.add(
          switch (random.nextInt(5)) {
            case 0 -> new Program.Sleep(nextId++, pause());
            case 1 -> new Program.Transact(nextId++, transaction());
            default -> new Program.Step(nextId++, code());
          });
    }
    return List.copyOf(nodes);
  }

  private List<Node> body(int depth) {
    var nodes = new ArrayList<Node>();
    int most = depth == 0 ? (isChild ? 2 : 4) : 2;
    for (int i = random.nextInt(most); i >= 0; i--) {
      if (random.nextInt(6) == 0) {
        nodes.add(new Program.Undo(nextId++, undo()));
      }
      nodes.add(node(depth));
    }
    return List.copyOf(nodes);
  }

  private Node node(int depth) {
    int id = nextId++;
    return switch (random.nextInt(depth < DEPTH_MAX ? 22 : 14)) {
      case 0, 1, 2, 3, 4, 5 -> new Program.Step(id, code());
      case 6 -> new Program.Transact(id, transaction());
      case 7, 8 -> new Program.Sleep(id, pause());
      case 9 -> new Program.SleepUntil(id, pause());
      case 10 -> await(id);
      case 11 ->
          new Program.AwaitAny(id, 0, random.nextInt(1, SIGNALS), Duration.ofSeconds(second()));
      case 12 -> isChild ? new Program.Random(id) : new Program.Child(id, "child");
      case 13 -> new Program.Version(id);
      case 14 -> isChild ? new Program.Version(id) : new Program.StartChild(id, "child");
      case 15, 16 ->
          new Program.MapSteps(
              id,
              random.nextInt(5),
              code(),
              random.nextInt(5),
              code(),
              random.nextInt(1, 5),
              random.nextBoolean());
      case 17 ->
          new Program.MapScoped(
              id,
              random.nextInt(1, 3),
              body(depth + 1),
              random.nextInt(1, 4),
              random.nextBoolean());
      case 18, 19 -> parallel(id, depth);
      default -> new Program.Try(id, body(depth + 1));
    };
  }

  private Node await(int id) {
    boolean isForEver = !isChild && random.nextInt(3) == 0;
    return new Program.Await(
        id, random.nextInt(SIGNALS), isForEver ? null : Duration.ofSeconds(second()));
  }

  private int second() {
    return random.nextInt(6);
  }

  private Node parallel(int id, int depth) {
    var branches = new ArrayList<List<Node>>();
    for (int i = random.nextInt(1, 4); i > 0; i--) {
      branches.add(body(depth + 1));
    }
    return new Program.Parallel(id, branches, random.nextInt(1, 4), random.nextBoolean());
  }

  private Duration pause() {
    return Duration.ofMillis(500L * random.nextInt(8));
  }

  private Code code() {
    var options = StepOptions.DEFAULT.retries(random.nextInt(4));
    if (random.nextBoolean()) {
      options =
          options.backoff(
              Duration.ofMillis(500L * random.nextInt(3)),
              random.nextInt(1, 3),
              Duration.ofSeconds(5));
    }
    var act =
        switch (random.nextInt(20)) {
          case 0, 1, 2 -> Act.FAILS_FIRST;
          case 3 -> Act.FAILS;
          case 4 -> Act.FAILS_FOR_GOOD;
          case 5, 6 -> Act.HANGS_FIRST;
          case 7 -> Act.IGNORES_FIRST;
          default -> Act.SUCCEEDS;
        };
    if (act == Act.HANGS_FIRST || act == Act.IGNORES_FIRST) {
      return hanging(act, options);
    }
    if (random.nextInt(25) == 0) {
      return new Code(Act.SUCCEEDS, 0, takes(), options.atMostOnce());
    }
    if (!inSequence && random.nextInt(8) == 0) {
      options = options.totalTimeout(Duration.ofSeconds(random.nextInt(1, 5)));
    }
    if (random.nextInt(6) == 0) {
      options = options.timeout(LONG_TIMEOUT);
    }
    int times = act == Act.FAILS_FIRST ? Math.min(options.retry().retries(), 2) : 0;
    return new Code(act, times, takes(), options);
  }

  private Code hanging(Act act, StepOptions options) {
    var limited =
        options
            .retries(random.nextInt(1, 4))
            .timeout(Duration.ofMillis(500L * random.nextInt(1, 4)))
            .zombieGrace(Duration.ofMillis(500L * random.nextInt(1, 4)));
    return new Code(act, 1, Duration.ofMillis(500L * random.nextInt(1, 9)), limited);
  }

  private Duration takes() {
    return random.nextInt(3) > 0 ? Duration.ZERO : Duration.ofMillis(500L * random.nextInt(1, 5));
  }

  private Code undo() {
    boolean fails = random.nextInt(20) == 0;
    return new Code(
        fails ? Act.FAILS : random.nextInt(4) == 0 ? Act.FAILS_FIRST : Act.SUCCEEDS,
        1,
        takes(),
        StepOptions.DEFAULT.retries(1));
  }

  private Code transaction() {
    var act =
        switch (random.nextInt(8)) {
          case 0 -> Act.FAILS_FIRST;
          case 1 -> Act.FAILS;
          default -> Act.SUCCEEDS;
        };
    return new Code(act, 1, Duration.ZERO, StepOptions.DEFAULT.retries(random.nextInt(1, 3)));
  }
}
