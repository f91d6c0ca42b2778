package dev.perdure.engine;

import dev.perdure.journal.Change;
import dev.perdure.journal.RunId;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A run that holds a thread, and what its bodies share: the pen, what the journal holds of it, its
 * timers, inbox and compensations. Thread-safe.
 */
final class ActiveRun {

  private final EngineCore core;
  private final LoadedRun loaded;
  private final RunJournal journal;
  private final Entries entries;
  private final Timers timers;
  private final Inbox inbox;
  private final Compensations compensations = new Compensations();
  private final Scope root = Scope.root();
  private final Set<Runnable> listeners = new CopyOnWriteArraySet<>();
  private final AtomicLong calls = new AtomicLong();

  ActiveRun(EngineCore core, LoadedRun loaded) {
    this.core = core;
    this.loaded = loaded;
    this.journal =
        new RunJournal(
            core.journal(), core.time(), core.stopping(), loaded.id(), loaded.generation());
    this.entries = new Entries(loaded.recorded());
    this.timers = new Timers(core.time(), core.clocks(), loaded.deadlines());
    this.inbox = new Inbox(core, loaded.id());
  }

  EngineCore core() {
    return core;
  }

  LoadedRun loaded() {
    return loaded;
  }

  RunId id() {
    return loaded.id();
  }

  RunJournal journal() {
    return journal;
  }

  Entries entries() {
    return entries;
  }

  Timers timers() {
    return timers;
  }

  Inbox inbox() {
    return inbox;
  }

  Compensations compensations() {
    return compensations;
  }

  /** The run's own list of entries. */
  Scope root() {
    return root;
  }

  /**
   * Something has happened outside that the run may wait for: a message is in its inbox, or it is
   * to end.
   */
  void call() {
    calls.incrementAndGet();
    listeners.forEach(Runnable::run);
  }

  /** How often it was called since it became active. */
  long calls() {
    return calls.get();
  }

  /** Ends the run as soon as that is possible, and interrupts what it does. */
  void end(Unwind.Why why) {
    root.end(why);
    call();
  }

  /** Tells this one of calls. */
  void listen(Runnable listener) {
    listeners.add(listener);
  }

  void unlisten(Runnable listener) {
    listeners.remove(listener);
  }

  /**
   * Takes in what the journal holds of this place and of all within it. What has been handed over
   * comes first: a step whose end is on its way must not be taken for one that was cut off.
   */
  void refresh(String scope, int position) {
    refresh(entries.open(scope, position));
  }

  /** Takes in what the journal holds of everything. */
  void refresh() {
    refresh(entries.open());
  }

  private void refresh(List<Integer> open) {
    if (!open.isEmpty()) {
      journal.commit();
      entries.refresh(core.await().read(() -> core.journal().reader().steps(id(), open)));
    }
  }

  /**
   * Leaves a scope that waits, for which this was the reason. What the run's own list has to write
   * goes with the parking of the run; others write here.
   */
  Unwind parked(Scope scope, Change change, Park park) {
    if (scope.isRoot()) {
      journal.hold(change);
    } else {
      journal.commit(change);
    }
    return Unwind.parked(park);
  }
}
