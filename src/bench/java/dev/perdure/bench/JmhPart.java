package dev.perdure.bench;

import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Methods that matter, each by itself, by JMH. */
final class JmhPart implements Part {

  @Override
  public String name() {
    return "jmh";
  }

  @Override
  public List<Figure> measure(Bounds bounds) throws RunnerException {
    if (bounds.isTrial()) {
      // Two builds on one machine may see at the same time that it works.
      System.setProperty("jmh.ignoreLock", "true");
    }
    var figures = new ArrayList<Figure>();
    for (var result : new Runner(options(bounds)).run()) {
      figures.add(figure(result));
    }
    return figures;
  }

  /** In a process of its own, unless it is only to be seen that it works. */
  private static Options options(Bounds bounds) {
    var iteration = TimeValue.milliseconds(bounds.time().dividedBy(3).toMillis());
    return new OptionsBuilder()
        .include("dev\\.perdure\\..*Benchmark\\..*")
        .forks(bounds.isTrial() ? 0 : 1)
        .jvmArgs(Java.SERVER_FLAGS.toArray(String[]::new))
        .jvmArgsAppend("--sun-misc-unsafe-memory-access=allow")
        .warmupIterations(bounds.isTrial() ? 1 : 5)
        .warmupTime(iteration)
        .measurementIterations(bounds.rounds())
        .measurementTime(iteration)
        .verbosity(VerboseMode.SILENT)
        .build();
  }

  private static Figure figure(RunResult result) {
    var name = result.getParams().getBenchmark().replaceFirst(".*\\.(\\w+)Benchmark\\.", "$1.");
    Result<?> primary = result.getPrimaryResult();
    var values = new ArrayList<Double>();
    for (var one : result.getBenchmarkResults()) {
      one.getIterationResults().forEach(it -> values.add(it.getPrimaryResult().getScore()));
    }
    return Figure.note(name, primary.getScoreUnit(), new Series(values));
  }
}
