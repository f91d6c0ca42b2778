package dev.perdure.builtin;

import dev.perdure.journal.RunId;
import dev.perdure.journal.Statistics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;

/** Statistics that a test sets. */
final class FakeStatistics implements Statistics {

  static final Activity NO_ACTIVITY = new Activity(List.of(), 0, List.of(), List.of(), false, null);

  Activity activity = NO_ACTIVITY;
  Supplier<Duration> write = () -> Duration.ofMillis(2);
  Supplier<Duration> read = () -> Duration.ofMillis(1);
  Space space = new Space(5L << 20, 1L << 20, 50L << 30, 100L << 30);
  private final List<Output> outputs = new ArrayList<>();

  void addHealthReport(Instant finishedAt, String json) {
    long number = outputs.size();
    outputs.add(new Output(new RunId(new UUID(0x7000L, number)), finishedAt, json));
  }

  @Override
  public Activity activity(Instant from, Instant to, int listMax) {
    return activity;
  }

  @Override
  public List<Output> outputs(String workflow, Instant from, Instant to, int limit) {
    return outputs.stream()
        .filter(_ -> workflow.equals("platform-health-check"))
        .filter(output -> !output.finishedAt().isBefore(from) && output.finishedAt().isBefore(to))
        .sorted(Comparator.comparing(Output::finishedAt).reversed())
        .limit(limit)
        .toList();
  }

  @Override
  public Duration probeWrite() {
    return write.get();
  }

  @Override
  public Duration probeRead() {
    return read.get();
  }

  @Override
  public Space space() {
    return space;
  }
}
