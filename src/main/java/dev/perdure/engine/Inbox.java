package dev.perdure.engine;

import dev.perdure.journal.RunId;
import dev.perdure.journal.SignalRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The messages of an active run that have not been taken. Read when somebody looks for one, and
 * again after each look that found nothing. Thread-safe: a message is given to one who looks.
 */
final class Inbox {

  private final EngineCore core;
  private final RunId run;

  // Guarded by this.
  private final List<SignalRecord> waiting = new ArrayList<>();
  private long lastNumber;

  Inbox(EngineCore core, RunId run) {
    this.core = core;
    this.run = run;
  }

  /** Takes the oldest message that fits; whoever takes it must write that down. */
  synchronized Optional<SignalRecord> take(Predicate<SignalRecord> fits) {
    var known = takeKnown(fits);
    if (known.isPresent()) {
      return known;
    }
    var more = core.await().read(() -> core.journal().reader().inbox(run, lastNumber));
    if (more.isEmpty()) {
      return known;
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
