package dev.perdure.engine;

import dev.perdure.journal.Command;
import dev.perdure.journal.JournalException;
import dev.perdure.journal.RunId;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntSupplier;

/**
 * Ends the work of an engine so that nothing is lost and no attempt is used up: records that the
 * shutdown has begun, lets steps finish for the grace period, interrupts the rest, and gives up on
 * what does not heed that.
 */
final class Shutdown {

  private static final Logger LOG = System.getLogger(Shutdown.class.getName());
  private static final Duration RECORD_WITHIN = Duration.ofSeconds(5);
  private static final Duration HEED_WITHIN = Duration.ofSeconds(2);
  private static final Duration POLL = Duration.ofMillis(10);

  private final EngineCore core;
  private final IntSupplier activeRuns;

  Shutdown(EngineCore core, IntSupplier activeRuns) {
    this.core = core;
    this.activeRuns = activeRuns;
  }

  void run(Duration grace) {
    var exitCallers = exitCallers();
    record(exitCallers);
    // Whoever called exit waits for this shutdown; waiting for it in turn would take all the grace.
    int stuck = exitCallers.size();
    if (!await(grace, () -> activeRuns.getAsInt() <= stuck)) {
      var rest = core.gate().inFlight();
      LOG.log(Level.INFO, "Interrupting {0} steps that did not end in time.", rest.size());
      rest.forEach(Attempt::cutOff);
      await(HEED_WITHIN, () -> activeRuns.getAsInt() <= stuck);
    }
    core.gate().inFlight().forEach(Attempt::giveUp);
    await(HEED_WITHIN, () -> activeRuns.getAsInt() <= stuck);
  }

  private void record(Map<RunId, Integer> exitCallers) {
    try {
      core.journal()
          .submit(new Command.BeginShutdown(exitCallers, core.time().instant()))
          .get(RECORD_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof JournalException)) {
        throw new IllegalStateException(e.getCause());
      }
      LOG.log(Level.WARNING, "The shutdown could not be recorded: {0}", e.getCause().getMessage());
    } catch (TimeoutException e) {
      LOG.log(Level.WARNING, "The shutdown could not be recorded in time.");
    }
  }

  /** The attempts whose own code called exit: their threads stand in it. */
  private Map<RunId, Integer> exitCallers() {
    var callers = new HashMap<RunId, Integer>();
    for (var attempt : core.gate().inFlight()) {
      var thread = attempt.thread();
      if (thread != null && isInExit(List.of(thread.getStackTrace()))) {
        callers.put(attempt.run(), attempt.ordinal());
      }
    }
    return callers;
  }

  private static boolean isInExit(List<StackTraceElement> stack) {
    return stack.stream()
        .anyMatch(frame ->
            Arrays.asList("java.lang.Runtime", "java.lang.Shutdown").contains(frame.getClassName())
                && frame.getMethodName().equals("exit"));
  }

  private boolean await(Duration atMost, java.util.function.BooleanSupplier condition) {
    long end = core.time().nanos() + atMost.toNanos();
    while (!condition.getAsBoolean()) {
      if (core.time().nanos() - end >= 0) {
        return false;
      }
      var over = new CompletableFuture<Void>();
      core.time().after(POLL, () -> over.complete(null));
      over.join();
    }
    return true;
  }
}
