package dev.perdure.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perdure.journal.JournalException;
import dev.perdure.journal.JournalReader;
import dev.perdure.journal.RunDetail;
import dev.perdure.journal.RunId;
import dev.perdure.journal.Status;
import dev.perdure.journal.WaitingFor;
import dev.perdure.testing.CrashingJournal;
import dev.perdure.testing.ManualTime;
import dev.perdure.testing.ProcessTime;
import dev.perdure.testing.memory.MemoryStore;
import dev.perdure.workflow.Branch;
import dev.perdure.workflow.FanOut;
import dev.perdure.workflow.FinalStepException;
import dev.perdure.workflow.RunContext;
import dev.perdure.workflow.Step;
import dev.perdure.workflow.StepFailedException;
import dev.perdure.workflow.StepOptions;
import dev.perdure.workflow.Workflow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Many made-up workflows with everything in them, on a journal that takes its time, cancelled,
 * signalled and crashed at random. What must hold whatever happens: an attempt is in the journal
 * before its code runs, no step is carried out twice at once or again after its end, and every run
 * ends. {@code -Dperdure.stress.seeds=1000} plays more, {@code -Dperdure.stress.first} from another
 * seed on.
 */
@Timeout(600)
class StressTest {

  private static final int SEEDS = Integer.getInteger("perdure.stress.seeds", 20);
  private static final int FIRST = Integer.getInteger("perdure.stress.first", 1);
  private static final int CRASHES_MAX = 4;
  private static final int LOOKS_MAX = 3_000;
  private static final Duration LOOK = Duration.ofMillis(2);

  @Test
  void everyRunEndsAndNoStepRunsAgainWhateverHappens() {
    for (int seed = FIRST; seed < FIRST + SEEDS; seed++) {
      new Played(seed).play();
    }
  }

  /** The same body for the same number, with steps that tell when they run. */
  private static final class Body {
    private final Played.Process played;
    private final RunContext context;
    private final SplittableRandom random;
    private final int depth;

    Body(Played.Process played, RunContext context, long plan, int depth) {
      this.played = played;
      this.context = context;
      this.random = new SplittableRandom(plan);
      this.depth = depth;
    }

    String run() {
      var said = new StringBuilder();
      int calls = 1 + random.nextInt(4);
      for (int i = 0; i < calls; i++) {
        said.append(call(i)).append(' ');
      }
      return said.toString();
    }

    private String call(int i) {
      long inner = random.nextLong();
      int kind = random.nextInt(depth >= 2 ? 8 : 13);
      boolean catches = random.nextInt(3) > 0;
      try {
        return switch (kind) {
          case 0, 1, 2 -> step("step" + i, inner);
          case 3 -> {
            context.onFailure(
                "undo" + i, inner, (of, undo) -> played.work(of, undo), options(inner));
            yield step("undone" + i, inner);
          }
          case 4 -> {
            context.sleep("sleep" + i, Duration.ofMillis(inner & 0x3ff));
            yield "slept";
          }
          case 5 ->
              String.valueOf(
                  context.awaitAny(Duration.ofMillis(1 + (inner & 0x7ff)), "a", "b").isPresent());
          case 6 -> context.now() + " " + context.random() + " " + context.uuid();
          case 7 -> {
            context.sleepUntil("until" + i, context.now().plusMillis(inner & 0x3ff));
            yield "" + context.version("change" + i, 3);
          }
          case 8 ->
              String.join(
                  ",",
                  context.map("map" + i, items(inner), String.class, played::item, fanOut(inner)));
          case 9 ->
              context
                      .mapAll("all" + i, items(inner), String.class, played::item, fanOut(inner))
                      .size()
                  + "";
          case 10 ->
              String.join(
                  ",",
                  context.mapScoped(
                      "scoped" + i,
                      items(inner),
                      String.class,
                      (item, c) -> new Body(played, c, item, depth + 1).run(),
                      fanOut(inner)));
          case 11 -> {
            var one =
                Branch.branch(
                    "one", String.class, c -> new Body(played, c, inner, depth + 1).run());
            var other =
                Branch.branch(
                    "other", String.class, c -> new Body(played, c, ~inner, depth + 1).run());
            yield context.parallel("both" + i, one, other).get(other);
          }
          default -> context.child("child" + i, depth == 0 ? "child" : "leaf", inner, String.class);
        };
      } catch (StepFailedException e) {
        if (!catches) {
          throw e;
        }
        return "failed " + e.code();
      }
    }

    private static List<Long> items(long seed) {
      var random = new SplittableRandom(seed);
      return IntStream.range(0, random.nextInt(7)).mapToObj(i -> random.nextLong()).toList();
    }

    private static FanOut fanOut(long seed) {
      return FanOut.atOnce(1 + (int) (seed >>> 60)).each(options(seed));
    }

    private String step(String name, long seed) {
      return context.step(name, seed, String.class, played::item, options(seed));
    }

    private static StepOptions options(long seed) {
      var options =
          StepOptions.DEFAULT.retries(4).backoff(Duration.ofMillis(20), 1, Duration.ofSeconds(1));
      return (seed & 0x700) == 0 ? options.totalTimeout(Duration.ofSeconds(2)) : options;
    }
  }

  /** One seed. */
  private static final class Played {
    private final int seed;
    private final Random random;
    private final MemoryStore store = new MemoryStore();
    private final ManualTime time = new ManualTime(TestEngine.START);
    private final Collection<String> violations = new ConcurrentLinkedQueue<>();
    private final List<RunId> runs = new ArrayList<>();
    private volatile Process process;
    private int processes;
    private int crashes;

    Played(int seed) {
      this.seed = seed;
      this.random = new Random(seed);
    }

    /** One life of an engine. */
    private final class Process {
      private final ExecutorService writer =
          Executors.newSingleThreadExecutor(Thread.ofVirtual().factory());
      private final Set<String> busy = ConcurrentHashMap.newKeySet();
      private final CrashingJournal journal;
      private final ProcessTime mortal = new ProcessTime(time);
      private final Engine engine;
      private volatile boolean over;

      Process(int writes, int number) {
        var delays = new Random(seed * 31L + number);
        this.journal =
            new CrashingJournal(
                store.open(task ->
                    writer.execute(() -> {
                      LockSupport.parkNanos(delays.nextInt(150_000));
                      task.run();
                    })),
                writes);
        var ports = new Ports(mortal, new Random(number), new Random(number), StepThreads.VIRTUAL);
        this.engine = new Engine(journal, workflows(), EngineOptions.DEFAULT, ports);
      }

      private List<Workflow<?, ?>> workflows() {
        return List.of(workflow("stress", 0), workflow("child", 1), workflow("leaf", 2));
      }

      private Workflow<Long, String> workflow(String name, int depth) {
        return Workflow.named(name)
            .timeout(Duration.ofSeconds(seed % 3 == 0 ? 3 : 600))
            .input(Long.class, 1L)
            .code(String.class, (plan, context) -> new Body(this, context, plan, depth).run());
      }

      String item(long plan, Step step) throws Exception {
        return work(plan, step);
      }

      /** What every step does: it looks whether it may, and fails now and then. */
      String work(long plan, Step step) throws InterruptedException {
        String key = step.idempotencyKey();
        check(step);
        if (!busy.add(key)) {
          violations.add("twice at once: " + key);
        }
        try {
          for (long turn = (plan & 3) == 0 ? (plan >>> 8) & 0xff : 0; turn > 0; turn--) {
            Thread.yield();
          }
          int roll = (int) ((plan >>> 20) & 15);
          if (roll == 0) {
            throw new FinalStepException("final");
          }
          if (roll < 5 && step.attempt() <= roll) {
            throw new IllegalStateException("attempt " + step.attempt());
          }
          step.log("done");
          step.progress(1, "done");
          return key;
        } finally {
          busy.remove(key);
        }
      }

      private void check(Step step) {
        String key = step.idempotencyKey();
        int at = key.lastIndexOf('-');
        var id = RunId.parse(key.substring(0, at)).orElseThrow();
        try {
          var stored = journal.reader().steps(id, List.of(Integer.parseInt(key.substring(at + 1))));
          var run = journal.reader().run(id).orElseThrow();
          boolean isLawful =
              run.status() == Status.RUNNING
                  && stored.size() == 1
                  && stored.getFirst().isInFlight()
                  && stored.getFirst().attempt() == step.attempt()
                  && stored.getFirst().name().equals(step.name());
          if (!isLawful && !over) {
            violations.add("runs " + key + " attempt " + step.attempt() + " over " + stored + run);
          }
        } catch (JournalException e) {
          // The process is gone; what still runs of it is the code's own affair.
        }
      }

      void end() {
        over = true;
        journal.crash();
        mortal.end();
        journal.close();
        writer.shutdownNow();
      }
    }

    void play() {
      begin();
      try {
        int starts = 1 + random.nextInt(3);
        for (int look = 0; look < LOOKS_MAX; look++) {
          if (runs.size() < starts) {
            ask(() ->
                runs.add(process.engine.startRun("stress", "" + random.nextLong(), null).id()));
          }
          if (runs.size() == starts && runs.stream().allMatch(this::isOver)) {
            finish();
            return;
          }
          act();
        }
        throw new AssertionError("seed " + seed + ": does not end: " + states());
      } finally {
        process.end();
        assertEquals(List.of(), List.copyOf(violations), "seed " + seed);
      }
    }

    private void begin() {
      processes++;
      boolean mayCrash = crashes < CRASHES_MAX && random.nextBoolean();
      process = new Process(mayCrash ? 3 + random.nextInt(60) : Integer.MAX_VALUE, processes);
      ask(process.engine::start);
    }

    private void act() {
      if (process.journal.crashed().isDone()
          || (crashes < CRASHES_MAX && random.nextInt(60) == 0)) {
        crashes++;
        process.end();
        begin();
        return;
      }
      switch (random.nextInt(12)) {
        case 0 -> signal("a");
        case 1 -> signal("b");
        case 2 -> {
          if (random.nextInt(12) == 0 && !runs.isEmpty()) {
            ask(() -> process.engine.cancelRun(runs.get(random.nextInt(runs.size()))));
          }
        }
        case 3 -> time.advance(Duration.ofMillis(random.nextInt(1_500)));
        default -> time.advance(Duration.ofMillis(random.nextInt(12)));
      }
      if (!runs.isEmpty()) {
        process.journal.commits().nextChangeOf(runs.getLast(), LOOK).join();
      }
    }

    private void signal(String name) {
      if (!runs.isEmpty()) {
        ask(() -> process.engine.signal(runs.get(random.nextInt(runs.size())), name, null, "1"));
      }
    }

    private void ask(Runnable request) {
      try {
        request.run();
      } catch (JournalException | StartException e) {
        if (!process.journal.crashed().isDone()) {
          throw e;
        }
      }
    }

    private JournalReader reader() {
      return store.open().reader();
    }

    private boolean isOver(RunId id) {
      return reader().run(id).map(run -> run.status().isTerminal()).orElse(true);
    }

    /** Nothing of a run that has ended is open, and it has waited for its children. */
    private void finish() {
      for (var id : runs) {
        reader().run(id).ifPresent(_ -> finish(reader().replay(id).orElseThrow()));
      }
    }

    private void finish(RunDetail run) {
      for (var step : run.steps()) {
        if (!step.status().isTerminal()) {
          violations.add("open in " + run.run() + ": " + step);
        }
        var child = step.child();
        if (child != null && step.kind().equals("child")) {
          var ended = reader().replay(child).orElseThrow();
          boolean isAlone = step.status() == Status.CANCELLED;
          if (!ended.run().status().isTerminal() && !isAlone) {
            violations.add("a child outlives its parent: " + ended.run() + " of " + run.run());
          }
        }
      }
    }

    private String states() {
      var text = new StringBuilder();
      for (var id : runs) {
        reader().run(id).ifPresent(_ -> describe(text, id));
      }
      return text.append("\n").append(time.asked()).toString();
    }

    private void describe(StringBuilder text, RunId id) {
      var run = reader().replay(id).orElseThrow();
      if (run.run().status().isTerminal()) {
        return;
      }
      text.append("\n").append(run.run());
      for (var step : run.steps()) {
        text.append("\n    ").append(step.ordinal()).append(' ').append(step.scope()).append('/');
        text.append(step.position()).append(' ').append(step.kind()).append(' ');
        text.append(step.name()).append(' ').append(step.status()).append(' ');
        WaitingFor waiting = step.waitingFor();
        text.append(step.attempt()).append(' ').append(waiting);
        if (step.child() != null) {
          describe(text, step.child());
        }
      }
    }
  }
}
