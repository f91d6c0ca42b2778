package dev.perdure.engine;

import dev.perdure.journal.Journal;
import dev.perdure.journal.RunDetail;
import dev.perdure.journal.RunId;
import dev.perdure.journal.Status;
import dev.perdure.sqlite.SqliteJournal;
import dev.perdure.sqlite.SqliteOptions;
import dev.perdure.testing.CrashingJournal;
import dev.perdure.testing.ManualTime;
import dev.perdure.testing.ProcessTime;
import dev.perdure.workflow.Workflow;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** An engine on a real journal, with time by hand, that can be killed between any two writes. */
final class TestEngine implements AutoCloseable {

  static final Instant START = Instant.parse("2026-11-22T10:00:00Z");
  private static final Duration LOOK_AGAIN = Duration.ofMillis(50);
  private static final int LOOKS_MAX = 600;

  final Engine engine;
  final CrashingJournal journal;
  private final ProcessTime processTime;
  private final ManualTime time;

  private TestEngine(
      Engine engine, CrashingJournal journal, ProcessTime processTime, ManualTime time) {
    this.time = time;
    this.engine = engine;
    this.journal = journal;
    this.processTime = processTime;
  }

  /** Everything a test may want to be different. */
  record Setup(
      Path directory,
      ManualTime time,
      EngineOptions options,
      int writes,
      StepThreads threads,
      UnaryOperator<Journal> around) {

    static Setup in(Path directory, ManualTime time) {
      return new Setup(
          directory,
          time,
          EngineOptions.DEFAULT,
          Integer.MAX_VALUE,
          StepThreads.VIRTUAL,
          UnaryOperator.identity());
    }

    Setup activeRuns(int max) {
      return new Setup(
          directory,
          time,
          new EngineOptions(max, options.pendingRunsMax(), options.shutdownGrace(), options.zone()),
          writes,
          threads,
          around);
    }

    Setup pendingRuns(long max) {
      return new Setup(
          directory,
          time,
          new EngineOptions(options.activeRunsMax(), max, options.shutdownGrace(), options.zone()),
          writes,
          threads,
          around);
    }

    Setup crashAfter(int writesLeft) {
      return new Setup(directory, time, options, writesLeft, threads, around);
    }

    Setup around(UnaryOperator<Journal> wrapping) {
      return new Setup(directory, time, options, writes, threads, wrapping);
    }

    Setup threads(StepThreads other) {
      return new Setup(directory, time, options, writes, other, around);
    }

    /** An engine that is not started. */
    TestEngine open(Workflow<?, ?>... workflows) {
      // How long a read takes is real time: a clock that jumps by hand would make it too slow.
      var sqlite = SqliteJournal.open(directory, SqliteOptions.with(time, System::nanoTime));
      var journal = new CrashingJournal(around.apply(sqlite), writes);
      var processTime = new ProcessTime(time);
      var ports = new Ports(processTime, new Random(7), new Random(7), threads);
      return new TestEngine(
          new Engine(journal, List.of(workflows), options, ports), journal, processTime, time);
    }

    TestEngine start(Workflow<?, ?>... workflows) {
      var opened = open(workflows);
      opened.engine.start();
      return opened;
    }
  }

  /** Lets time pass that other runs wait for. */
  void advance(Duration duration) {
    time.advance(duration);
  }

  RunId run(String workflow, @Nullable String input) {
    return engine.startRun(workflow, input, null).id();
  }

  RunDetail detail(RunId id) {
    return journal.reader().detail(id, 0, 1_000, 1 << 20).orElseThrow();
  }

  /** Waits for commits until the run is as it should be. */
  RunDetail await(RunId id, Predicate<RunDetail> condition) {
    for (int looks = 0; looks < LOOKS_MAX; looks++) {
      var change = journal.commits().nextChangeOf(id, LOOK_AGAIN);
      var detail = detail(id);
      if (condition.test(detail)) {
        return detail;
      }
      if (!change.join()) {
        // Somebody may wait since a moment ago for what was due before that.
        time.advance(Duration.ZERO);
      }
    }
    throw new AssertionError("Nothing changed any more: " + detail(id));
  }

  RunDetail await(RunId id, Status status) {
    return await(id, detail -> detail.run().status() == status);
  }

  /** Waits until the run is parked for the retry after this attempt. */
  RunDetail awaitRetry(RunId id, int failedAttempt) {
    return await(
        id,
        detail ->
            detail.run().waitingFor() != null
                && detail.steps().getLast().attempt() == failedAttempt
                && detail.steps().getLast().nextDueAt() != null);
  }

  /** Dies as if killed: nothing more is written, and the directory is free for the next. */
  void crash() {
    journal.crash();
    processTime.end();
    journal.close();
  }

  /** The end of a test. A shutdown would wait for time that nobody moves any more. */
  @Override
  public void close() {
    crash();
  }
}
