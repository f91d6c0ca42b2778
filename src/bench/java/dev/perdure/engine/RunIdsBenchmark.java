package dev.perdure.engine;

import dev.perdure.journal.RunId;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** What an id of a run costs. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RunIdsBenchmark {

  private final SystemTime time = new SystemTime();
  private final RunIds ids =
      new RunIds(time, RandomGenerator.of("L64X128MixRandom"), Optional.empty());

  @Benchmark
  public RunId next() {
    return ids.next();
  }

  /** Ends the thread of the clock. */
  @TearDown
  public void close() {
    time.close();
  }
}
