package dev.perdure.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.perdure.engine.Engine;
import dev.perdure.engine.EngineOptions;
import dev.perdure.engine.Ports;
import dev.perdure.engine.StepThreads;
import dev.perdure.engine.SystemTime;
import dev.perdure.engine.Time;
import dev.perdure.journal.RunFilter;
import dev.perdure.journal.RunId;
import dev.perdure.journal.RunPage;
import dev.perdure.journal.RunRecord;
import dev.perdure.journal.Status;
import dev.perdure.sqlite.SqliteJournal;
import dev.perdure.sqlite.SqliteOptions;
import dev.perdure.workflow.RunContext;
import dev.perdure.workflow.Workflow;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A process with many runs that wait. {@code start} begins them, says so, and waits to be killed;
 * {@code wake} goes on with them as if the machine had been down until a few seconds before they
 * are due, measures, and says what it has found, one line per figure.
 *
 * <p>Arguments: {@code start} or {@code wake}, a directory, how many, {@code sleep}, {@code until}
 * or {@code signal}, the due instant in milliseconds.
 */
final class Sleepers {

  static final String ALL_ASLEEP = "all-asleep";

  private static final int CALLERS = 64;
  private static final int PAGE = 200;
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final PrintStream out = new PrintStream(System.out, true, UTF_8);
  private final Path directory;
  private final int count;
  private final String kind;
  private final Instant due;

  private Sleepers(Path directory, int count, String kind, Instant due) {
    this.directory = directory;
    this.count = count;
    this.kind = kind;
    this.due = due;
  }

  /** Called in a process of its own. */
  public static void main(String[] arguments) throws Exception {
    var sleepers =
        new Sleepers(
            Path.of(arguments[1]),
            Integer.parseInt(arguments[2]),
            arguments[3],
            Instant.ofEpochMilli(Long.parseLong(arguments[4])));
    if (arguments[0].equals("start")) {
      sleepers.start();
    } else {
      sleepers.wake();
    }
  }

  /** The seconds before they are due at which the second process begins: time to get ready. */
  static Duration lead(int count) {
    return Duration.ofSeconds(5).plusMillis(count / 5);
  }

  /** Real time, on another day. */
  private record Shifted(SystemTime real, Duration by) implements Time, AutoCloseable {

    @Override
    public Instant instant() {
      return real.instant().plus(by);
    }

    @Override
    public long nanos() {
      return real.nanos();
    }

    @Override
    public Wait after(Duration delay, Runnable action) {
      return real.after(delay, action);
    }

    @Override
    public Wait at(Instant instant, Runnable action) {
      return real.at(instant.minus(by), action);
    }

    @Override
    public void close() {
      real.close();
    }
  }

  private Workflow<Long, String> workflow() {
    return Workflow.named("sleeper").input(Long.class, 0L).code(String.class, this::body);
  }

  private String body(Long untilMs, RunContext context) {
    switch (kind) {
      case "sleep" ->
          context.sleep("nap", Duration.between(context.now(), Instant.ofEpochMilli(untilMs)));
      case "until" -> context.sleepUntil("nap", Instant.ofEpochMilli(untilMs));
      default -> context.await("wake-up", String.class);
    }
    return "awake";
  }

  private Engine open(Path data, Time time) {
    var ports =
        new Ports(
            time,
            RandomGenerator.of("L64X128MixRandom"),
            RandomGenerator.getDefault(),
            StepThreads.VIRTUAL);
    var journal = SqliteJournal.open(data, SqliteOptions.with(time, time::nanos));
    var engine = new Engine(journal, List.of(workflow()), EngineOptions.DEFAULT, ports);
    engine.start();
    return engine;
  }

  private void say(String name, Object value) {
    out.println(name + " " + value);
  }

  // The first process

  private void start() throws Exception {
    var engine = open(directory, new SystemTime());
    String input = Long.toString(due.toEpochMilli());
    long before = System.nanoTime();
    byManyCallers(count, () -> engine.startRun("sleeper", input, null).id());
    say("started-ms", msSince(before));
    awaitAsleep(engine);
    say("asleep-ms", msSince(before));
    say("heap-started", usedHeap());
    say(ALL_ASLEEP, count);
    new java.util.concurrent.CountDownLatch(1).await();
  }

  private void awaitAsleep(Engine engine) throws Exception {
    int[] waiting = {0};
    awaitUntil(
        engine,
        () -> {
          waiting[0] = 0;
          forEachUnfinished(engine, run -> waiting[0] += run.waitingFor() == null ? 0 : 1);
          return waiting[0] == count;
        });
  }

  // The second process

  private void wake() throws Exception {
    long empty = emptyEngineHeap();
    say("heap-empty", empty);
    var opening = due.minus(lead(count));
    var time = new Shifted(new SystemTime(), Duration.between(Instant.now(), opening));
    long before = System.nanoTime();
    try (var engine = open(directory, time)) {
      say("ready-ms", msSince(before));
      long used = usedHeap();
      say("heap-asleep", used);
      say("bytes-per-run", (used - empty) / count);
      say("measured-before-due-ms", Duration.between(time.instant(), due).toMillis());
      var sent = kind.equals("signal") ? signalAll(engine, time) : due;
      awaitUntil(
          engine,
          () -> engine.reader().counts(Long.MAX_VALUE).values().stream().allMatch(n -> n == 0));
      sayEnds(engine, sent);
    }
  }

  /** What the same engine holds when nothing sleeps, once it has done everything it does here. */
  private long emptyEngineHeap() throws Exception {
    var warm = directory.resolveSibling("warm");
    try (var engine = open(warm, new SystemTime())) {
      var id = engine.startRun("sleeper", "0", null).id();
      if (kind.equals("signal")) {
        engine.signal(id, "wake-up", null, "\"up\"");
      }
      awaitUntil(engine, () -> engine.reader().run(id).orElseThrow().status() == Status.COMPLETED);
    }
    try (var _ = open(warm, new SystemTime())) {
      return usedHeap();
    }
  }

  private Instant signalAll(Engine engine, Time time) throws Exception {
    var ids = new ArrayList<RunId>();
    forEachUnfinished(engine, run -> ids.add(run.id()));
    var next = ids.iterator();
    var sent = time.instant();
    byManyCallers(
        ids.size(),
        () -> {
          RunId id;
          synchronized (next) {
            id = next.next();
          }
          return engine.signal(id, "wake-up", null, "\"up\"");
        });
    return sent;
  }

  private void sayEnds(Engine engine, Instant since) {
    int completed = 0;
    int early = 0;
    var last = since;
    RunId before = null;
    do {
      var page = engine.reader().runs(RunFilter.ALL, PAGE, before);
      for (var run : page.runs()) {
        var end = finishedAt(run);
        completed += run.status() == Status.COMPLETED ? 1 : 0;
        early += end.isBefore(since) ? 1 : 0;
        last = end.isAfter(last) ? end : last;
      }
      before = page.next();
    } while (before != null);
    say("completed", completed);
    say("early", early);
    say("last-completed-after-ms", Duration.between(since, last).toMillis());
  }

  private static Instant finishedAt(RunRecord run) {
    var end = run.finishedAt();
    return end == null ? Instant.MIN : end;
  }

  // Both

  private static void forEachUnfinished(Engine engine, Consumer<RunRecord> action) {
    @Nullable RunPage page = null;
    do {
      page = engine.reader().unfinished(PAGE, page == null ? null : page.next());
      page.runs().forEach(action);
    } while (page.next() != null);
  }

  /** Looks again after a change, and at least twice a second. */
  private static void awaitUntil(Engine engine, Callable<Boolean> condition) throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.call()) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException("It takes too long.");
      }
      var none = RunId.parse("01900000-0000-7000-8000-000000000000").orElseThrow();
      var _ = engine.commits().nextChangeOf(none, Duration.ofMillis(300)).get();
    }
  }

  private static void byManyCallers(int times, Callable<?> call) throws Exception {
    try (var callers = Executors.newFixedThreadPool(CALLERS)) {
      var calls = new ArrayList<Future<?>>();
      for (int i = 0; i < times; i++) {
        calls.add(callers.submit(call));
      }
      for (var one : calls) {
        one.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("A call failed.", e);
    }
  }

  private static long usedHeap() {
    var memory = ManagementFactory.getMemoryMXBean();
    memory.gc();
    memory.gc();
    return memory.getHeapMemoryUsage().getUsed();
  }

  private static long msSince(long nanos) {
    return Duration.ofNanos(System.nanoTime() - nanos).toMillis();
  }
}
