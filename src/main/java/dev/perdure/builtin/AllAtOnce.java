package dev.perdure.builtin;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Carries out checks at once, each within its timeout. */
final class AllAtOnce {

  /** How many checks are under way at once. */
  static final int AT_ONCE = 32;

  private AllAtOnce() {}

  /**
   * The findings, in the order of the checks. A check that does not end within its timeout is
   * interrupted and left behind: it is down.
   *
   * @throws InterruptedException at once when the thread is interrupted; so are all checks
   */
  static List<Finding> look(List<Check> checks) throws InterruptedException {
    var guards = Executors.newFixedThreadPool(AT_ONCE, Thread.ofVirtual().factory());
    try {
      var tasks = checks.stream().<Callable<Finding>>map(check -> () -> guarded(check)).toList();
      var findings = new ArrayList<Finding>(checks.size());
      for (var finding : guards.invokeAll(tasks)) {
        findings.add(finding.get());
      }
      return findings;
    } catch (ExecutionException e) {
      throw new IllegalStateException("A health check is broken: " + e.getCause(), e.getCause());
    } finally {
      guards.shutdownNow();
    }
  }

  /** How long {@link #look} takes at most: none waits while a place is free. */
  static Duration timeMax(List<Duration> timeouts) {
    var sum = timeouts.stream().reduce(Duration.ZERO, Duration::plus);
    var longest = timeouts.stream().max(Duration::compareTo).orElse(Duration.ZERO);
    return sum.dividedBy(AT_ONCE).plus(longest);
  }

  private static Finding guarded(Check check) throws InterruptedException, ExecutionException {
    var look = new FutureTask<>(check::look);
    // Virtual, because only there an interrupt ends what waits for a socket.
    Thread.ofVirtual().name("perdure-check-" + check.name()).start(look);
    try {
      return look.get(check.timeout().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return Finding.down(
          check, "No complete answer within " + Humane.duration(check.timeout()) + ".");
    } finally {
      look.cancel(true);
    }
  }
}
