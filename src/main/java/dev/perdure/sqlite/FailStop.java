package dev.perdure.sqlite;

import dev.perdure.journal.JournalException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Whether the journal has failed, for good; and who wants to hear of it. Thread-safe. */
final class FailStop {

  private static final System.Logger LOG = System.getLogger(FailStop.class.getName());

  private final Executor callbacks;
  private volatile JournalException.@Nullable Failed failure;

  // Guarded by this.
  private final List<Consumer<JournalException.Failed>> listeners = new ArrayList<>();

  FailStop(Executor callbacks) {
    this.callbacks = callbacks;
  }

  JournalException.@Nullable Failed failure() {
    return failure;
  }

  void throwIfFailed() {
    var failed = failure;
    if (failed != null) {
      throw failed;
    }
  }

  /** Stops everything. The first failure counts; returns it. */
  JournalException.Failed fail(JournalException.Failed first) {
    List<Consumer<JournalException.Failed>> told;
    synchronized (this) {
      var before = failure;
      if (before != null) {
        return before;
      }
      failure = first;
      told = List.copyOf(listeners);
    }
    LOG.log(
        System.Logger.Level.ERROR,
        "The journal has failed and takes nothing more: " + first.getMessage(),
        first.getCause());
    told.forEach(listener -> tell(listener, first));
    return first;
  }

  void onFailure(Consumer<JournalException.Failed> listener) {
    JournalException.Failed before;
    synchronized (this) {
      listeners.add(listener);
      before = failure;
    }
    if (before != null) {
      tell(listener, before);
    }
  }

  private void tell(Consumer<JournalException.Failed> listener, JournalException.Failed failed) {
    callbacks.execute(() -> listener.accept(failed));
  }
}
