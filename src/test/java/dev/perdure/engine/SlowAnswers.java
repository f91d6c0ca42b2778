package dev.perdure.engine;

import dev.perdure.journal.Command;
import dev.perdure.journal.ForwardingJournal;
import dev.perdure.journal.Journal;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/** A journal that stores commands of one kind at once, but answers when a test lets it. */
final class SlowAnswers extends ForwardingJournal {

  private final Class<?> slow;
  private final CountDownLatch stored;
  private final CompletableFuture<Void> answer;

  SlowAnswers(Journal inner, Class<?> slow, CountDownLatch stored, CompletableFuture<Void> answer) {
    super(inner);
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
}
