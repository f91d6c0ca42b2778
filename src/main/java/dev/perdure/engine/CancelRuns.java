package dev.perdure.engine;

import dev.perdure.journal.Command;
import dev.perdure.journal.Command.CancelResult;
import dev.perdure.journal.Ending;
import dev.perdure.journal.RunId;
import dev.perdure.journal.RunRecord;
import java.util.Map;

/** Writes down that runs are to be cancelled, and then tells them. Thread-safe. */
final class CancelRuns {

  private final EngineCore core;
  private final Admission admission;
  private final LiveRuns live;

  CancelRuns(EngineCore core, Admission admission, LiveRuns live) {
    this.core = core;
    this.admission = admission;
    this.live = live;
  }

  /** Asks once; whoever asks hears of it when the journal does not take it. */
  CancelResult cancel(RunId run) {
    var result = Futures.join(core.journal().submit(command(run)));
    follow(run, result);
    return result;
  }

  /** Waits until the journal takes it. */
  void cancelForSure(RunId run) {
    follow(run, core.await().write(command(run)));
  }

  private Command.CancelRun command(RunId run) {
    return new Command.CancelRun(
        run,
        Reasons.UNREPLAYABLE,
        Reasons.cancelled(),
        Reasons.cancelling(),
        core.time().instant());
  }

  /** The children first; and whoever waits for the end of the run itself. */
  private void follow(RunId run, CancelResult result) {
    if (!(result instanceof CancelResult.Accepted accepted)) {
      return;
    }
    admission.pendingAdded(-accepted.pending());
    accepted.ending().forEach(id -> live.end(id, new Unwind.Why.Ended(Ending.CANCELLED)));
    accepted.unblocked().forEach(id -> admission.resume(id, Map.of()));
    if (accepted.cancelled().contains(run)) {
      callParent(run);
    }
  }

  /** It is stored already: reads that are behind are no reason to leave the parent asleep. */
  private void callParent(RunId run) {
    core.await()
        .read(() -> core.journal().reader().run(run))
        .map(RunRecord::parent)
        .ifPresent(live::call);
  }
}
