package dev.perdure.torture.start;

import dev.perdure.engine.Engine;
import dev.perdure.engine.EngineOptions;
import dev.perdure.engine.Ports;
import dev.perdure.journal.RunId;
import dev.perdure.journal.RunPage;
import dev.perdure.journal.RunRecord;
import dev.perdure.journal.Status;
import dev.perdure.sqlite.SqliteJournal;
import dev.perdure.sqlite.SqliteOptions;
import dev.perdure.workflow.Workflow;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;

/**
 * Processes that leave runs unfinished: an engine on the real journal begins them, and dies without
 * a word once they stand as they should. {@code strike} is called {@value #STRIKES} times, then
 * {@code fill}.
 *
 * <p>Arguments: {@code strike} or {@code fill}, a directory, the name of a {@link Mix}, how many,
 * and when naps end that are short, in milliseconds.
 */
final class LeaveUnfinished {

  /** How often {@code strike} is called. */
  static final int STRIKES = 3;

  private static final int CALLERS = 128;
  private static final int PAGE = 10_000;
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final Path directory;
  private final Mix mix;
  private final long shortNapsEndMs;
  private final Semaphore held = UnfinishedWorkflows.hold();

  private LeaveUnfinished(Path directory, Mix mix, long shortNapsEndMs) {
    this.directory = directory;
    this.mix = mix;
    this.shortNapsEndMs = shortNapsEndMs;
  }

  /** Called in a process of its own. */
  public static void main(String[] arguments) throws Exception {
    var mix = Mix.named(arguments[2], Integer.parseInt(arguments[3]));
    var leave = new LeaveUnfinished(Path.of(arguments[1]), mix, Long.parseLong(arguments[4]));
    if (arguments[0].equals("strike")) {
      leave.strike();
    } else {
      leave.fill();
    }
    Runtime.getRuntime().halt(0);
  }

  /** The first time it begins the suspects; from the third time on they go on one by one. */
  private void strike() throws Exception {
    var engine = open(Math.max(1, mix.suspects()), workflows(LeaveUnfinished::isSuspect));
    if (engine.reader().newestId().isEmpty()) {
      start(engine, mix.suspects(), UnfinishedWorkflows.SUSPECT, "\"s\"");
    }
    long strikes = 1 + mostStrikes(engine);
    held.acquire(strikes == STRIKES ? 1 : mix.suspects());
  }

  private static long mostStrikes(Engine engine) {
    return engine.reader().struck(running(engine, any -> true)).values().stream()
        .flatMap(List::stream)
        .mapToLong(step -> step.strikes())
        .max()
        .orElse(0);
  }

  /** Suspects would hold up all others, so that their workflow is not there. */
  private void fill() throws Exception {
    var engine = open(Math.max(256, mix.inFlight()), workflows(any -> !isSuspect(any)));
    start(engine, mix.backoffs(), UnfinishedWorkflows.BACKOFF, "\"b\"");
    start(engine, mix.naps() / 2, UnfinishedWorkflows.NAP, Long.toString(shortNapsEndMs));
    start(engine, mix.naps() - mix.naps() / 2, UnfinishedWorkflows.NAP, tomorrow());
    start(engine, mix.signals(), UnfinishedWorkflows.SIGNAL, "\"s\"");
    awaitAtWork(engine, 0);
    start(engine, mix.parents(), UnfinishedWorkflows.PARENT, "\"p\"");
    start(engine, mix.cutOff(), UnfinishedWorkflows.TWO_STEPS, "\"c\"");
    held.acquire(mix.inFlight());
    awaitAtWork(engine, mix.inFlight());
    start(engine, mix.pending(), UnfinishedWorkflows.ONE_STEP, "\"o\"");
  }

  private static String tomorrow() {
    return Long.toString(Instant.now().plus(Duration.ofDays(1)).toEpochMilli());
  }

  private Engine open(int activeRunsMax, List<Workflow<?, ?>> workflows) {
    var ports = Ports.system();
    var options = SqliteOptions.with(ports.time(), ports.time()::nanos);
    var defaults = EngineOptions.DEFAULT;
    var bounds =
        new EngineOptions(
            activeRunsMax, defaults.pendingRunsMax(), defaults.shutdownGrace(), defaults.zone());
    var engine = new Engine(SqliteJournal.open(directory, options), workflows, bounds, ports);
    engine.start();
    return engine;
  }

  private static List<Workflow<?, ?>> workflows(Predicate<Workflow<?, ?>> which) {
    return new UnfinishedWorkflows().workflows().stream().filter(which).toList();
  }

  private static boolean isSuspect(Workflow<?, ?> workflow) {
    return workflow.name().equals(UnfinishedWorkflows.SUSPECT);
  }

  private static void start(Engine engine, int times, String workflow, String input)
      throws InterruptedException {
    try (var callers = Executors.newFixedThreadPool(CALLERS)) {
      var calls = new ArrayList<Future<?>>();
      for (int i = 0; i < times; i++) {
        calls.add(callers.submit(() -> engine.startRun(workflow, input, null)));
      }
      for (var call : calls) {
        call.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("A run could not be started.", e);
    }
  }

  /** Until so many runs are at work, and every other one that has begun says what it waits for. */
  private static void awaitAtWork(Engine engine, int atWork) throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (running(engine, run -> run.waitingFor() == null).size() != atWork) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException("It takes too long until they wait.");
      }
      var none = RunId.parse("01900000-0000-7000-8000-000000000000").orElseThrow();
      var _ = engine.commits().nextChangeOf(none, Duration.ofMillis(300)).get();
    }
  }

  private static List<RunId> running(Engine engine, Predicate<RunRecord> which) {
    var found = new ArrayList<RunId>();
    RunPage page = null;
    do {
      page = engine.reader().unfinished(PAGE, page == null ? null : page.next());
      page.runs().stream()
          .filter(run -> run.status() == Status.RUNNING && which.test(run))
          .map(RunRecord::id)
          .forEach(found::add);
    } while (page.next() != null);
    return found;
  }
}
