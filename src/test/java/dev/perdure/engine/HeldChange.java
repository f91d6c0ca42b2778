package dev.perdure.engine;

import dev.perdure.journal.Change;
import dev.perdure.journal.Command;
import dev.perdure.journal.ForwardingJournal;
import dev.perdure.journal.Journal;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/** A journal that holds back commands with a change of one kind until a test lets them go on. */
final class HeldChange extends ForwardingJournal {

  final CountDownLatch arrived = new CountDownLatch(1);
  final CompletableFuture<Void> goOn = new CompletableFuture<>();
  private final Class<? extends Change> held;

  HeldChange(Journal inner, Class<? extends Change> held) {
    super(inner);
    this.held = held;
  }

  @Override
  public <R> CompletableFuture<R> submit(Command<R> command) {
    boolean isHeld =
        command instanceof Command.Advance advance
            && advance.changes().stream().anyMatch(held::isInstance);
    if (!isHeld) {
      return super.submit(command);
    }
    arrived.countDown();
    return goOn.thenCompose(_ -> super.submit(command));
  }
}
