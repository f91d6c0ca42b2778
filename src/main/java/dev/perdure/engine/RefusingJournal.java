package dev.perdure.engine;

import dev.perdure.journal.Change;
import dev.perdure.journal.Command;
import dev.perdure.journal.Ending;
import dev.perdure.journal.ForwardingJournal;
import dev.perdure.journal.Journal;
import dev.perdure.journal.JournalException;
import dev.perdure.journal.Reason;
import dev.perdure.journal.Transact;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A journal for the replay of one run that can be read and never written. Every write is refused as
 * by a closed journal, at which a run stops: no attempt begins before its beginning is recorded, so
 * no step runs. That a run is blocked is taken note of by whoever replays it; its record is
 * answered as if it were written.
 */
final class RefusingJournal extends ForwardingJournal {

  private static final String BODY_FAILED = "run-failed";

  private final AtomicReference<@Nullable Reason> failure = new AtomicReference<>();

  RefusingJournal(Journal inner) {
    super(inner);
  }

  @Override
  public <R> CompletableFuture<R> submit(Command<R> command) {
    if (command instanceof Command.Advance(var _, var _, List<Change> changes)) {
      changes.forEach(this::note);
      if (changes.stream().allMatch(RefusingJournal::isBlocking)) {
        return applied();
      }
    }
    return CompletableFuture.failedFuture(new JournalException.Closed());
  }

  private void note(Change change) {
    Reason reason =
        switch (change) {
          case Change.RunFailed failed -> failed.reason();
          case Change.RunEnding ending
              when ending.ending() == Ending.FAILED
                  && ending.error() != null
                  && ending.failingStep() == null ->
              Reasons.bodyFailed(ending.error());
          default -> null;
        };
    if (reason != null && reason.code().equals(BODY_FAILED)) {
      failure.set(reason);
    }
  }

  private static boolean isBlocking(Change change) {
    return change instanceof Change.RunBlocked || change instanceof Change.StepBlocked;
  }

  /** An advance is answered by a verdict; that a command was one has been seen. */
  @SuppressWarnings("unchecked")
  private static <R> CompletableFuture<R> applied() {
    return (CompletableFuture<R>) CompletableFuture.completedFuture(Command.Verdict.APPLIED);
  }

  /** The error by which the body itself would have failed the run; not one that a step had. */
  Optional<Reason> failure() {
    return Optional.ofNullable(failure.get());
  }

  @Override
  public CompletableFuture<Transact.Result> transact(Transact transact) {
    return CompletableFuture.failedFuture(new JournalException.Closed());
  }

  /** Leaves the journal behind it open: other runs are replayed against it. */
  @Override
  public void close() {}
}
