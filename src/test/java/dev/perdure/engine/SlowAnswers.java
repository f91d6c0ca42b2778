package dev.perdure.engine;

import dev.perdure.journal.Command;
import dev.perdure.journal.Commits;
import dev.perdure.journal.Journal;
import dev.perdure.journal.JournalException;
import dev.perdure.journal.JournalReader;
import dev.perdure.journal.Statistics;
import dev.perdure.journal.Transact;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/** A journal that stores commands of one kind at once, but answers when a test lets it. */
final class SlowAnswers implements Journal {

  private final Journal inner;
  private final Class<?> slow;
  private final CountDownLatch stored;
  private final CompletableFuture<Void> answer;

  SlowAnswers(Journal inner, Class<?> slow, CountDownLatch stored, CompletableFuture<Void> answer) {
    this.inner = inner;
    this.slow = slow;
    this.stored = stored;
    this.answer = answer;
  }

  @Override
  public <R> CompletableFuture<R> submit(Command<R> command) {
    var result = inner.submit(command);
    if (!slow.isInstance(command)) {
      return result;
    }
    var _ = result.whenComplete((_, _) -> stored.countDown());
    return result.thenCombine(answer, (value, _) -> value);
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
