package dev.perdure.testing;

import dev.perdure.journal.Command;
import dev.perdure.journal.ForwardingJournal;
import dev.perdure.journal.Journal;
import dev.perdure.journal.JournalException;
import dev.perdure.journal.Transact;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A journal that dies between any two writes: from the crash on it takes no command any more, as if
 * the process had been killed there. What was committed before stays.
 */
public final class CrashingJournal extends ForwardingJournal {

  private final AtomicInteger writesLeft;
  private final CompletableFuture<Void> crashed = new CompletableFuture<>();

  /**
   * @param writes how many commands are still carried out
   */
  public CrashingJournal(Journal inner, int writes) {
    super(inner);
    this.writesLeft = new AtomicInteger(writes);
  }

  @Override
  public <R> CompletableFuture<R> submit(Command<R> command) {
    if (writesLeft.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      return inner.submit(command);
    }
    crashed.complete(null);
    return CompletableFuture.failedFuture(new JournalException.Closed());
  }

  /** Dies now. */
  public void crash() {
    writesLeft.set(0);
    crashed.complete(null);
  }

  /** Completes when a command has been turned away. */
  public CompletableFuture<Void> crashed() {
    return crashed;
  }

  @Override
  public CompletableFuture<Transact.Result> transact(Transact transact) {
    if (writesLeft.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      return inner.transact(transact);
    }
    crashed.complete(null);
    return CompletableFuture.failedFuture(new JournalException.Closed());
  }
}
