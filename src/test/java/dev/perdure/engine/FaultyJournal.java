package dev.perdure.engine;

import dev.perdure.journal.Command;
import dev.perdure.journal.ForwardingJournal;
import dev.perdure.journal.Journal;
import dev.perdure.journal.JournalException;
import dev.perdure.journal.JournalReader;
import dev.perdure.journal.Transact;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** A journal in which a test plants failures: nothing of a command that fails is stored. */
final class FaultyJournal extends ForwardingJournal {

  static final JournalException FULL = new JournalException.Full("no space", new Exception());
  static final JournalException BROKEN = new JournalException.Broken("planted", new Exception());

  volatile Predicate<Command<?>> full = command -> false;
  volatile boolean fullForTransactions;
  volatile Predicate<Command<?>> broken = command -> false;
  private final JournalReader reader;

  FaultyJournal(Journal inner) {
    this(inner, UnaryOperator.identity());
  }

  FaultyJournal(Journal inner, UnaryOperator<JournalReader> reading) {
    super(inner);
    this.reader = reading.apply(inner.reader());
  }

  @Override
  public <R> CompletableFuture<R> submit(Command<R> command) {
    if (full.test(command)) {
      return CompletableFuture.failedFuture(FULL);
    }
    return broken.test(command) ? CompletableFuture.failedFuture(BROKEN) : inner.submit(command);
  }

  @Override
  public CompletableFuture<Transact.Result> transact(Transact transact) {
    return fullForTransactions ? CompletableFuture.failedFuture(FULL) : inner.transact(transact);
  }

  @Override
  public JournalReader reader() {
    return reader;
  }
}
