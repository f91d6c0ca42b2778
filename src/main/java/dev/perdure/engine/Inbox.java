package dev.perdure.engine;

import dev.perdure.journal.RunId;
import dev.perdure.journal.SignalRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/**
 * The messages of an active run that have not been taken. Read when somebody looks for one, and
 * again after each look that found nothing. Thread-safe: a message is given to one who looks.
 */
final class Inbox {

  private final EngineCore core;
  private final RunId run;

  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by lock.
  private final List<SignalRecord> waiting = new ArrayList<>();
  private long lastNumber;

  Inbox(EngineCore core, RunId run) {
    this.core = core;
    this.run = run;
  }

  /** Takes the oldest message that fits; whoever takes it must write that down. */
  Optional<SignalRecord> take(Predicate<SignalRecord> fits) {
    lock.lock();
    try {
      return takeKnown(fits).or(() -> takeNew(fits));
    } finally {
      lock.unlock();
    }
  }

  private Optional<SignalRecord> takeNew(Predicate<SignalRecord> fits) {
    var more = core.await().read(() -> core.journal().reader().inbox(run, lastNumber));
    if (more.isEmpty()) {
      return Optional.empty();
    }
    lastNumber = more.getLast().number();
    waiting.addAll(more);
    return takeKnown(fits);
  }

  private Optional<SignalRecord> takeKnown(Predicate<SignalRecord> fits) {
    var found = waiting.stream().filter(fits).findFirst();
    found.ifPresent(waiting::remove);
    return found;
  }
}
