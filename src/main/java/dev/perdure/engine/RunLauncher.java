package dev.perdure.engine;

import dev.perdure.journal.JournalException;
import dev.perdure.journal.RunId;
import dev.perdure.journal.Status;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Gives a run that may go on its thread, and sees to what becomes of it when it leaves that:
 * parked, ended, or to be read again. Thread-safe.
 */
final class RunLauncher {

  private static final Logger LOG = System.getLogger(RunLauncher.class.getName());
  private static final Duration OVERLOADED_LOOK_AGAIN = Duration.ofSeconds(1);
  private static final Duration UNREADABLE_LOOK_AGAIN = Duration.ofSeconds(30);

  private final EngineCore core;
  private final Admission admission;
  private final LiveRuns live;
  private final Suspects suspects;

  RunLauncher(EngineCore core, Admission admission, LiveRuns live, Suspects suspects) {
    this.core = core;
    this.admission = admission;
    this.live = live;
    this.suspects = suspects;
  }

  /** Makes a run go that is in memory already. */
  void launch(LoadedRun run) {
    core.threads().start("perdure-run-" + run.id(), () -> proceed(run));
  }

  /** Makes a run go that has to be read first. */
  void launchStored(Admission.Ready ready) {
    live.expect(ready.id());
    core.threads()
        .start(
            "perdure-run-" + ready.id(),
            () -> {
              var run = load(ready);
              if (run == null) {
                live.giveUp(ready.id());
                ended(ready.id());
              } else {
                proceed(run);
              }
            });
  }

  private @Nullable LoadedRun load(Admission.Ready ready) {
    try {
      var detail = core.journal().reader().replay(ready.id()).orElseThrow();
      if (detail.run().status() != Status.RUNNING) {
        return null;
      }
      var definition = core.definitions().require(detail.run().workflow());
      return LoadedRun.of(detail, definition, ready.deadlines());
    } catch (JournalException.Overloaded e) {
      lookAgain(ready, OVERLOADED_LOOK_AGAIN);
      return null;
    } catch (RuntimeException e) {
      if (!core.stopping().getAsBoolean()) {
        LOG.log(Level.ERROR, "Run " + ready.id() + " could not be read; it is tried again.", e);
        lookAgain(ready, UNREADABLE_LOOK_AGAIN);
      }
      return null;
    }
  }

  /** The run stays as due as it was: it may have been about to find out that it is not. */
  private void lookAgain(Admission.Ready ready, Duration after) {
    core.time().after(after, () -> admission.resume(ready.id(), ready.deadlines()));
  }

  private void proceed(LoadedRun run) {
    var active = new ActiveRun(core, run);
    Unwind.Why why = new Unwind.Why.Stopped();
    var hasPlace = new AtomicBoolean(true);
    live.begin(active);
    try {
      why = new RunExecution(active, output -> completed(active, output, hasPlace)).proceed();
    } finally {
      if (why instanceof Unwind.Why.Parked(var park)) {
        live.park(active, park);
      } else {
        live.leave(active);
      }
      if (hasPlace.get()) {
        ended(run.id());
      }
    }
  }

  /** Its place is free before anybody hears of it, who may want that for the next run. */
  private void completed(ActiveRun run, String output, AtomicBoolean hasPlace) {
    hasPlace.set(false);
    ended(run.id());
    live.completed(run, output);
  }

  private void ended(RunId run) {
    cleared(run);
    admission.leave();
  }

  /** The run is no threat any longer, or holds no thread: the next suspect may follow. */
  void cleared(RunId run) {
    if (suspects.done(run)) {
      nextSuspect();
    }
  }

  void nextSuspect() {
    suspects.next().ifPresent(run -> admission.resume(run, Map.of()));
  }
}
