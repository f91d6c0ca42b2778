package dev.perdure.torture;

import static dev.perdure.workflow.Steps.atMostOnce;
import static dev.perdure.workflow.Steps.retries;
import static dev.perdure.workflow.Steps.timeout;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.perdure.workflow.Compensation;
import dev.perdure.workflow.FanOut;
import dev.perdure.workflow.FinalStepException;
import dev.perdure.workflow.InputBuilder;
import dev.perdure.workflow.RunContext;
import dev.perdure.workflow.Step;
import dev.perdure.workflow.StepOptions;
import dev.perdure.workflow.Tables;
import dev.perdure.workflow.Transaction;
import dev.perdure.workflow.Workflow;
import dev.perdure.workflow.WorkflowProvider;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * What is run while the server is being tortured: sequences and code with retries, timers, signals,
 * fan-out, children, transactional steps and compensations. What a run does is decided by the seed
 * in its input alone. Every attempt at a step adds a line to the ledger of effects when it starts
 * and one when it ends:
 *
 * <p>{@code <start|end> <runId> <step> <attempt> <pid> <idempotencyKey>}
 *
 * <p>Runs in the server's process, out of a jar in PERDURE_WORKFLOWS, without the other classes of
 * the tests.
 */
public final class TortureWorkflows implements WorkflowProvider {

  /** The environment variable that names the ledger of effects. */
  public static final String EFFECTS = "TORTURE_EFFECTS";

  /** The signal that {@link #APPROVAL} waits for. */
  public static final String GO = "go";

  public static final String SEQUENCE = "torture-sequence";
  public static final String CODE = "torture-code";
  public static final String FAN_OUT = "torture-fan-out";
  public static final String APPROVAL = "torture-approval";
  public static final String PARENT = "torture-parent";
  public static final String UNDO = "torture-undo";
  public static final String ONCE = "torture-once";
  public static final String ZOMBIE = "torture-zombie";
  public static final String SHORT = "torture-short";

  /** Its first attempt takes all the memory there is. */
  public static final String GREEDY = "torture-greedy";

  /** Workflows whose steps follow one another, each after the end of the one before. */
  public static final List<String> ONE_BY_ONE =
      List.of(SEQUENCE, CODE, APPROVAL, UNDO, ONCE, ZOMBIE, SHORT);

  /** Where a transactional step writes: one row, with the step's own key. */
  static final Tables TABLES =
      Tables.named("torture")
          .migration(
              "CREATE TABLE torture_books (book TEXT NOT NULL, attempt INTEGER NOT NULL) STRICT");

  private static final StepOptions SOON =
      retries(3).backoff(Duration.ofMillis(20), 2, Duration.ofMillis(100));
  private static final StepOptions ZOMBIES =
      timeout(Duration.ofMillis(60))
          .zombieGrace(Duration.ofMillis(1))
          .retries(3)
          .backoff(Duration.ofMillis(10), 1, Duration.ofMillis(10));
  private static final int CHUNK = 1 << 20;

  /** Opened when the first step starts: the tests only ask for the definitions. */
  private static final class Ledger {
    private static final FileOutputStream OUT = open();
    private static final long PID = ProcessHandle.current().pid();

    /** Appends; unlike a channel it does not close when a thread is interrupted. */
    private static FileOutputStream open() {
      try {
        return new FileOutputStream(System.getenv(EFFECTS), true);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** One write, so that lines of several threads do not mix and a kill cuts none. */
    static void line(String what, Step step) throws IOException {
      var line =
          "%s %s %s %d %d %s\n"
              .formatted(
                  what, step.runId(), step.name(), step.attempt(), PID, step.idempotencyKey());
      OUT.write(line.getBytes(UTF_8));
    }
  }

  /**
   * What a run is to do.
   *
   * @param nonce says which request it came from
   * @param seed decides what the run does
   */
  public record Work(String nonce, long seed) {

    private Work part(int number) {
      return new Work(nonce + "." + number, new SplittableRandom(seed + number).nextLong());
    }

    /** A number that is the same in each attempt at a step of that name. */
    int choice(String step, int bound) {
      return new SplittableRandom(seed * 31 + step.hashCode()).nextInt(bound);
    }

    /** Steps of such a run are as short as they can be. */
    private boolean isInHurry() {
      return seed < HURRIED_SEEDS;
    }
  }

  /** Seeds below this are for runs that are to be over soon. */
  static final long HURRIED_SEEDS = 1_000;

  /** Called by the server. */
  public TortureWorkflows() {}

  @Override
  public Collection<Workflow<?, ?>> workflows() {
    return List.of(
        sequence(),
        named(CODE).code(String.class, TortureWorkflows::code),
        named(FAN_OUT).code(String.class, TortureWorkflows::fanOut),
        named(APPROVAL).code(String.class, TortureWorkflows::approval),
        named(PARENT).code(String.class, TortureWorkflows::parent),
        named(UNDO).code(String.class, TortureWorkflows::undo),
        named(ONCE)
            .step("before", Work.class, TortureWorkflows::work, SOON)
            .step("once", Work.class, TortureWorkflows::work, atMostOnce())
            .step("after", String.class, TortureWorkflows::text, SOON)
            .build(),
        named(ZOMBIE)
            .step("late", Work.class, TortureWorkflows::late, ZOMBIES)
            .step("after", String.class, TortureWorkflows::text, SOON)
            .build(),
        named(SHORT).step("only", String.class, TortureWorkflows::text, SOON).build(),
        named(GREEDY).step("greedy", String.class, TortureWorkflows::greedy, SOON).build());
  }

  private static InputBuilder<Work> named(String name) {
    return Workflow.named(name).tables(TABLES).input(Work.class, new Work("example", 1));
  }

  // Workflows

  private static Workflow<Work, String> sequence() {
    return named(SEQUENCE)
        .step("first", Work.class, TortureWorkflows::work, SOON)
        .step("second", Work.class, TortureWorkflows::unsteady, SOON)
        .sleep("pause", Duration.ofMillis(15))
        .step("third", Work.class, TortureWorkflows::work, SOON)
        .transaction("book", String.class, TortureWorkflows::book)
        .build();
  }

  private static String code(Work work, RunContext run) {
    int steps = 1 + work.choice("steps", 3);
    var said = new StringBuilder();
    for (int i = 0; i < steps; i++) {
      said.append(run.step("step" + i, work.part(i), String.class, TortureWorkflows::text, SOON));
    }
    if (work.choice("pause", 2) == 0) {
      run.sleep("pause", Duration.ofMillis(1 + work.choice("length", 40)));
    }
    said.append(run.uuid()).append(run.random() < 0.5).append(run.now());
    run.step("unsteady", work, Work.class, TortureWorkflows::unsteady, SOON);
    return said + run.transaction("book", work, String.class, TortureWorkflows::bookAndStart);
  }

  private static String fanOut(Work work, RunContext run) {
    var items =
        IntStream.range(0, 2 + work.choice("items", 7)).mapToObj(i -> work.part(i)).toList();
    var options = FanOut.atOnce(4).each(SOON);
    var all = run.map("item", items, String.class, TortureWorkflows::unsteadyText, options);
    return String.join(",", all)
        + run.step("after", work, String.class, TortureWorkflows::text, SOON);
  }

  private static String approval(Work work, RunContext run) {
    run.step("before", work, Work.class, TortureWorkflows::work, SOON);
    var said = run.await(GO, String.class);
    return said + run.step("after", work, String.class, TortureWorkflows::text, SOON);
  }

  private static String parent(Work work, RunContext run) {
    run.step("before", work, Work.class, TortureWorkflows::work, SOON);
    var child = run.child("child", SEQUENCE, work.part(1), String.class);
    return child + run.step("after", work, String.class, TortureWorkflows::text, SOON);
  }

  /** Fails at its last step for good, one time in two. */
  private static String undo(Work work, RunContext run) {
    run.onFailure("unbook", work, TortureWorkflows::undone, SOON);
    run.transaction("book", work, String.class, TortureWorkflows::book);
    run.onFailure("unsend", work, TortureWorkflows::undone, SOON);
    run.step("send", work, Work.class, TortureWorkflows::unsteady, SOON);
    return run.step("last", work, String.class, TortureWorkflows::mayFail, SOON);
  }

  // Steps

  private static <T> T effect(Step step, Callable<T> code) throws Exception {
    Ledger.line("start", step);
    try {
      return code.call();
    } finally {
      Ledger.line("end", step);
    }
  }

  private static Work work(Work work, Step step) throws Exception {
    return effect(
        step,
        () -> {
          pause(work, step);
          return work;
        });
  }

  private static String text(Work work, Step step) throws Exception {
    return work(work, step).nonce() + "-" + step.name();
  }

  /** Fails up to two times, depending on the seed. */
  private static Work unsteady(Work work, Step step) throws Exception {
    return effect(
        step,
        () -> {
          pause(work, step);
          if (step.attempt() <= work.choice("failures", 3)) {
            throw new IOException("This attempt fails.");
          }
          return work;
        });
  }

  private static String unsteadyText(Work work, Step step) throws Exception {
    return unsteady(work, step).nonce();
  }

  private static String mayFail(Work work, Step step) throws Exception {
    return effect(
        step,
        () -> {
          pause(work, step);
          if (work.choice("fails", 2) == 0) {
            throw new FinalStepException("This run fails.");
          }
          return "sent";
        });
  }

  private static void undone(Work work, Compensation undo) throws Exception {
    var _ = work(work, undo);
  }

  private static String book(Work work, Transaction transaction, Step step) throws Exception {
    return effect(step, () -> insert(transaction, step));
  }

  /** Now and then a run is started with it. */
  private static String bookAndStart(Work work, Transaction transaction, Step step)
      throws Exception {
    return effect(
        step,
        () -> {
          if (work.choice("start", 4) == 0) {
            transaction.start(SHORT, new Work(step.idempotencyKey(), work.seed()));
          }
          return insert(transaction, step);
        });
  }

  private static String insert(Transaction transaction, Step step) throws SQLException {
    try (var insert =
        transaction.connection().prepareStatement("INSERT INTO torture_books VALUES (?, ?)")) {
      insert.setString(1, step.idempotencyKey());
      insert.setInt(2, step.attempt());
      insert.executeUpdate();
    }
    return "booked";
  }

  /** The first attempt does not heed its timeout and ends when nobody waits for it any more. */
  private static Work late(Work work, Step step) throws Exception {
    return effect(
        step,
        () -> {
          if (step.attempt() == 1) {
            pauseUninterruptibly(Duration.ofMillis(160));
          }
          return work.part(step.attempt());
        });
  }

  private static String greedy(Work work, Step step) throws Exception {
    return effect(
        step,
        () -> {
          var taken = new ArrayList<byte[]>();
          while (step.attempt() == 1) {
            taken.add(new byte[CHUNK]);
          }
          return "modest";
        });
  }

  /** Most steps are short, a few are not, so that kills find some of them at work. */
  private static void pause(Work work, Step step) throws InterruptedException {
    int choice = work.choice(step.name() + "pause", 20);
    long millis = choice < 14 ? 0 : choice < 19 ? choice : 70;
    if (millis > 0 && !work.isInHurry()) {
      var _ = new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
    }
  }

  private static void pauseUninterruptibly(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    boolean interrupted = false;
    while (System.nanoTime() < end) {
      try {
        var _ = new CountDownLatch(1).await(end - System.nanoTime(), TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
