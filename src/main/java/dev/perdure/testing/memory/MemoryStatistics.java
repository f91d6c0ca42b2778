package dev.perdure.testing.memory;

import dev.perdure.journal.Statistics;
import dev.perdure.journal.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/** Numbers about the work. Writes and reads take no time here; the space is the heap. */
final class MemoryStatistics implements Statistics {

  private static final int LIST_MAX = 1_000;

  private final MemoryStore store;
  private final Runnable requireOpen;

  MemoryStatistics(MemoryStore store, Runnable requireOpen) {
    this.store = store;
    this.requireOpen = requireOpen;
  }

  @Override
  public Activity activity(Instant from, Instant to, int listMax) {
    requireLimit(listMax);
    requireOpen.run();
    return store.read(tables ->
        new MemoryActivity(tables, MemoryTimes.of(from), MemoryTimes.of(to), listMax).read());
  }

  @Override
  public List<Output> outputs(String workflow, Instant from, Instant to, int limit) {
    requireLimit(limit);
    requireOpen.run();
    var span = new MemoryActivity.Span(MemoryTimes.of(from), MemoryTimes.of(to));
    return store.read(tables ->
        tables.runsBefore(Long.MAX_VALUE).stream()
            .filter(run -> run.workflow.equals(workflow) && run.status == Status.COMPLETED)
            .filter(run -> span.holds(run.finishedAt))
            .limit(limit)
            .map(run ->
                new Output(
                    run.id,
                    Objects.requireNonNull(run.finishedAt),
                    Objects.requireNonNull(run.output)))
            .toList());
  }

  @Override
  public Duration probeWrite() {
    requireOpen.run();
    return Duration.ZERO;
  }

  @Override
  public Duration probeRead() {
    requireOpen.run();
    return Duration.ZERO;
  }

  @Override
  public Space space() {
    var heap = Runtime.getRuntime();
    long used = heap.totalMemory() - heap.freeMemory();
    return new Space(used, 0, heap.maxMemory() - used, heap.maxMemory());
  }

  private static void requireLimit(int limit) {
    if (limit < 1 || limit > LIST_MAX) {
      throw new IllegalArgumentException("The limit must be 1 to " + LIST_MAX + ", not " + limit);
    }
  }
}
