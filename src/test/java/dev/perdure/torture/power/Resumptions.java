package dev.perdure.torture.power;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Starts servers on some of the states, beside the replay that goes on meanwhile. */
final class Resumptions implements Replay.Visitor, AutoCloseable {

  /** One state in so many; and of those before the first promise one in so many. */
  private static final int EVERY = 2_000;

  private static final int EVERY_EARLY = 100;

  private final ExecutorService thread = Executors.newSingleThreadExecutor();
  private final List<Future<List<String>>> results = new ArrayList<>();
  private final Path directory;
  private final Trace trace;
  private final List<Promise> promises;
  private final int firstAck;
  private long states;

  Resumptions(Path directory, Trace trace, List<Promise> promises) {
    this.directory = directory;
    this.trace = trace;
    this.promises = promises;
    var acks = Promise.in(trace);
    this.firstAck = acks.isEmpty() ? Integer.MAX_VALUE : acks.getFirst().place();
  }

  @Override
  public void visit(Path state, int place, Survival survival) throws IOException {
    if (states++ % (place < firstAck ? EVERY_EARLY : EVERY) != EVERY_EARLY / 2) {
      return;
    }
    var name = "state-%d-%s-%d".formatted(place, survival.kind(), survival.seed());
    var resumption = Resumption.of(directory.resolve(name), state, trace, promises, place);
    Callable<List<String>> look =
        () -> resumption.violations().stream().map(it -> name + ": " + it).toList();
    results.add(thread.submit(look));
  }

  int count() {
    return results.size();
  }

  void awaitAll() throws InterruptedException, ExecutionException {
    for (var result : results) {
      result.get();
    }
  }

  List<String> violations() throws InterruptedException, ExecutionException {
    var all = new ArrayList<String>();
    for (var result : results) {
      all.addAll(result.get());
    }
    return all;
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
