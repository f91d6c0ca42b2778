package dev.perdure.testing;

import dev.perdure.journal.Command;
import dev.perdure.journal.ForwardingJournal;
import dev.perdure.journal.Journal;
import dev.perdure.journal.JournalException;
import dev.perdure.journal.Transact;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * A journal whose writes are counted, and which dies behind one of them: that one is durable, but
 * nobody hears of it, and nothing more is carried out.
 */
final class WatchedJournal extends ForwardingJournal {

  private final Quiescence quiescence;
  private final int crashBehind;
  private final AtomicInteger writes = new AtomicInteger();

  /**
   * @param crashBehind the number of the write, from 1, that it dies behind; 0 for none
   */
  WatchedJournal(Journal inner, Quiescence quiescence, int crashBehind) {
    super(inner);
    this.quiescence = quiescence;
    this.crashBehind = crashBehind;
  }

  /** How many writes there have been. */
  int writes() {
    return writes.get();
  }

  boolean isCrashed() {
    return crashBehind > 0 && writes.get() >= crashBehind;
  }

  @Override
  public <R> CompletableFuture<R> submit(Command<R> command) {
    return write(() -> inner.submit(command));
  }

  @Override
  public CompletableFuture<Transact.Result> transact(Transact transact) {
    return write(() -> inner.transact(transact));
  }

  private <R> CompletableFuture<R> write(Supplier<CompletableFuture<R>> write) {
    int number = writes.incrementAndGet();
    if (crashBehind > 0 && number > crashBehind) {
      return CompletableFuture.failedFuture(new JournalException.Closed());
    }
    quiescence.writing();
    var told = new CompletableFuture<R>();
    var _ =
        write
            .get()
            .whenComplete((answer, error) -> {
              tell(told, answer, number == crashBehind ? new JournalException.Closed() : error);
              quiescence.written();
            });
    return told;
  }

  private static <R> void tell(CompletableFuture<R> told, R answer, Throwable error) {
    if (error == null) {
      told.complete(answer);
    } else {
      told.completeExceptionally(error);
    }
  }
}
