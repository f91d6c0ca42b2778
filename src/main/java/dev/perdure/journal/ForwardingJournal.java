package dev.perdure.journal;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** A journal in front of another one, which does all that it does not do itself. */
public abstract class ForwardingJournal implements Journal {

  /** The journal behind this one. */
  protected final Journal inner;

  protected ForwardingJournal(Journal inner) {
    this.inner = requireNonNull(inner, "inner");
  }

  @Override
  public <R> CompletableFuture<R> submit(Command<R> command) {
    return inner.submit(command);
  }

  @Override
  public CompletableFuture<Transact.Result> transact(Transact transact) {
    return inner.transact(transact);
  }

  @Override
  public JournalReader reader() {
    return inner.reader();
  }

  @Override
  public Statistics statistics() {
    return inner.statistics();
  }

  @Override
  public Commits commits() {
    return inner.commits();
  }

  @Override
  public void onFailure(Consumer<JournalException.Failed> listener) {
    inner.onFailure(listener);
  }

  @Override
  public void close() {
    inner.close();
  }
}
