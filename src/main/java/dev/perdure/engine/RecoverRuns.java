package dev.perdure.engine;

import dev.perdure.journal.Change;
import dev.perdure.journal.Command;
import dev.perdure.journal.JournalException;
import dev.perdure.journal.RunId;
import dev.perdure.journal.StepRecord;
import dev.perdure.journal.UnfinishedRun;
import dev.perdure.journal.WaitingFor;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Makes every unfinished run go on after a start: those that were parked when they are due, those
 * that were cut off at once, those with a suspect step last, and blocks those that can not. Page by
 * page; trouble with one run stays with that run.
 */
final class RecoverRuns {

  private static final Logger LOG = System.getLogger(RecoverRuns.class.getName());
  private static final int PAGE_MAX = 1_000;
  private static final int BATCH = 1_000;

  /** A step that was in flight at this many unclean ends in a row has crashed the process alone. */
  private static final int STRIKES_OUT = 3;

  /** A key of no entry: which one waits is not in the run's row. */
  private static final int FIRST = Integer.MIN_VALUE;

  private final EngineCore core;
  private final AwaitJournal await;
  private final Admission admission;
  private final ParkedRuns parked;
  private final Suspects suspects;
  private final Timers timers;

  /** How many runs are asked for at once; fewer when that has taken too long. */
  private int pageMost = PAGE_MAX;

  RecoverRuns(
      EngineCore core,
      AwaitJournal await,
      Admission admission,
      ParkedRuns parked,
      Suspects suspects) {
    this.core = core;
    this.await = await;
    this.admission = admission;
    this.parked = parked;
    this.suspects = suspects;
    this.timers = new Timers(core.time(), core.clocks(), Map.of());
  }

  void recover() {
    matchWorkflows();
    int count = 0;
    @Nullable RunId last = null;
    List<UnfinishedRun> page;
    do {
      page = pageAfter(last);
      recover(page);
      count += page.size();
      last = page.isEmpty() ? last : page.getLast().id();
    } while (page.size() == pageMost);
    if (count > 0) {
      LOG.log(Level.INFO, "Unfinished runs that go on: {0}.", count);
    }
  }

  /** What took too long will do so again: the half of it is asked for then. */
  private List<UnfinishedRun> pageAfter(@Nullable RunId last) {
    return await.read(() -> {
      try {
        return core.journal().reader().running(pageMost, last);
      } catch (JournalException.Overloaded e) {
        LOG.log(
            Level.WARNING, "{0} unfinished runs could not be read: {1}", pageMost, e.getMessage());
        pageMost = Math.max(1, pageMost / 2);
        throw e;
      }
    });
  }

  /** Blocks what has no workflow here, and lets go on what was blocked and now may fit again. */
  private void matchWorkflows() {
    var installed = core.definitions().names();
    Instant now = core.time().instant();
    untilEmpty(limit -> new Command.Unblock(Reasons.MISSING, installed, limit, now));
    untilEmpty(limit -> new Command.Unblock(Reasons.MISMATCH, installed, limit, now));
    untilEmpty(limit -> new Command.BlockMissing(installed, Reasons.missing(), limit, now));
  }

  private void untilEmpty(IntFunction<Command<List<RunId>>> command) {
    while (!await.write(command.apply(BATCH)).isEmpty()) {}
  }

  private void recover(List<UnfinishedRun> page) {
    var last = new ArrayList<RunId>();
    for (var run : page) {
      if (run.strikes() >= STRIKES_OUT) {
        block(run, worst(run));
      } else if (run.strikes() >= StepRunner.STRIKES_SUSPECT) {
        last.add(run.id());
      } else {
        goOn(run);
      }
    }
    suspects.add(last);
  }

  private StepRecord worst(UnfinishedRun run) {
    var id = run.id();
    var struck = await.read(() -> core.journal().reader().struck(List.of(id)));
    return struck.getOrDefault(id, List.of()).stream()
        .max(Comparator.comparingInt(StepRecord::strikes))
        .orElseThrow();
  }

  private void goOn(UnfinishedRun run) {
    var waitingFor = run.waitingFor();
    if (waitingFor == null || run.hasMail() || run.isEnding()) {
      admission.resume(run.id(), Map.of());
      return;
    }
    switch (waitingFor.kind()) {
      case RETRY, TIMER, SIGNAL, CHILD -> parked.park(run.id(), park(run, waitingFor));
      case SLOT, ZOMBIE, PAUSED -> admission.resume(run.id(), Map.of());
    }
  }

  /**
   * What the run's row says. With several waits under way it speaks of the first; a timer may
   * follow either clock, which only the body knows. Whatever wakes the run, its body looks again.
   */
  private Park park(UnfinishedRun run, WaitingFor waitingFor) {
    boolean isTimer = waitingFor.kind() == WaitingFor.Kind.TIMER;
    Instant until = waitingFor.until();
    return new Park(waitingFor, deadlines(run, until), isTimer ? until : null, List.of(), true);
  }

  private Map<Integer, Long> deadlines(UnfinishedRun run, @Nullable Instant until) {
    Instant deadline = run.deadline();
    if (until == null) {
      return deadline == null
          ? Map.of()
          : Map.of(Timers.RUN, timers.deadline(Timers.RUN, deadline));
    }
    long first = timers.deadline(FIRST, until);
    return deadline == null
        ? Map.of(FIRST, first)
        : Map.of(FIRST, first, Timers.RUN, timers.deadline(Timers.RUN, deadline));
  }

  private void block(UnfinishedRun run, StepRecord step) {
    Instant now = core.time().instant();
    var reason = Reasons.strikes(step);
    var blocked =
        await.write(
            new Command.Advance(
                run.id(),
                run.generation(),
                List.of(
                    new Change.StepBlocked(step.ordinal(), step.attempt(), reason, now),
                    new Change.RunBlocked(reason, now))));
    LOG.log(Level.WARNING, "Run {0} is blocked: {1} ({2})", run.id(), reason.message(), blocked);
  }
}
