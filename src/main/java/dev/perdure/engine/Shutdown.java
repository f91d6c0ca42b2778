package dev.perdure.engine;

import dev.perdure.journal.Command;
import dev.perdure.journal.JournalException;
import dev.perdure.journal.StepRef;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Ends the work of an engine so that nothing is lost and no attempt is used up: records that the
 * shutdown has begun, lets steps finish for the grace period, interrupts the rest, and gives up on
 * what does not heed that.
 */
final class Shutdown {

  private static final Logger LOG = System.getLogger(Shutdown.class.getName());
  private static final Duration RECORD_WITHIN = Duration.ofSeconds(5);
  private static final Duration HEED_WITHIN = Duration.ofSeconds(2);

  private final EngineCore core;
  private final Admission admission;

  Shutdown(EngineCore core, Admission admission) {
    this.core = core;
    this.admission = admission;
  }

  void run(Duration grace) {
    var exitCallers = exitCallers();
    record(exitCallers);
    // Whoever called exit waits for this shutdown; waiting for it in turn would take all the grace.
    int stuck = (int) exitCallers.stream().map(StepRef::run).distinct().count();
    if (!awaitQuiet(grace, stuck)) {
      var rest = core.gate().inFlight();
      LOG.log(Level.INFO, "Interrupting {0} steps that did not end in time.", rest.size());
      rest.forEach(Attempt::cutOff);
      awaitQuiet(HEED_WITHIN, stuck);
    }
    core.gate().inFlight().forEach(Attempt::giveUp);
    awaitQuiet(HEED_WITHIN, stuck);
  }

  private void record(Set<StepRef> exitCallers) {
    var recorded =
        core.journal()
            .submit(new Command.BeginShutdown(exitCallers, core.time().instant()))
            .thenApply(_ -> true);
    var patience = core.time().after(RECORD_WITHIN, () -> recorded.complete(false));
    try {
      if (!Futures.join(recorded)) {
        LOG.log(Level.WARNING, "The shutdown could not be recorded in time.");
      }
    } catch (JournalException e) {
      LOG.log(Level.WARNING, "The shutdown could not be recorded: {0}", e.getMessage());
    } finally {
      patience.cancel();
    }
  }

  /** The attempts whose own code called exit: their threads stand in it. */
  private Set<StepRef> exitCallers() {
    var callers = new HashSet<StepRef>();
    for (var attempt : core.gate().inFlight()) {
      var thread = attempt.thread();
      if (thread != null && isInExit(List.of(thread.getStackTrace()))) {
        callers.add(attempt.ref());
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

  /** Waits until nobody is active but the stuck ones, and says whether that came in time. */
  private boolean awaitQuiet(Duration atMost, int stuck) {
    var quiet = admission.whenActiveAtMost(stuck);
    var timer = core.time().after(atMost, () -> quiet.complete(null));
    quiet.join();
    timer.cancel();
    return admission.active() <= stuck;
  }
}
