package dev.perdure.bench;

import dev.perdure.server.Perdure;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * An engine that has very many runs to begin, as a process of its own. For each of {@link Orders}
 * it answers how many steps a second it carries out in that time.
 */
final class Drain {

  /** The time is all that is waited for. */
  private static final CountDownLatch NEVER = new CountDownLatch(1);

  private Drain() {}

  /** Argument: the directory of the database. */
  public static void main(String[] arguments) throws Exception {
    try (var _ = Perdure.open(Path.of(arguments[0]), BenchWorkflows.counted())) {
      Orders.obey(order -> {
        long before = BenchWorkflows.COUNT.sum();
        var _ = NEVER.await(order.time().toMillis(), TimeUnit.MILLISECONDS);
        double seconds = order.time().toNanos() / 1e9;
        return Double.toString((BenchWorkflows.COUNT.sum() - before) / seconds);
      });
    }
  }
}
