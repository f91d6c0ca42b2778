package dev.perdure.engine;

import dev.perdure.journal.Command;
import dev.perdure.journal.JournalException;
import dev.perdure.journal.SqlConnection;
import dev.perdure.journal.Transact;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Starts attempts where they belong: on a thread of their own, or inside the writer. */
final class AttemptStarter {

  /** What a transactional step may take when its options do not say, and at most. */
  static final Duration TRANSACTION_DEFAULT = Duration.ofSeconds(5);

  static final Duration TRANSACTION_MAX = Duration.ofSeconds(60);

  private static final Duration RETRY_AFTER = Duration.ofMillis(500);

  private final ActiveRun run;
  private final EngineCore core;

  AttemptStarter(ActiveRun run) {
    this.run = run;
    this.core = run.core();
  }

  void start(StepCall call, Attempt attempt, @Nullable Duration limit) {
    attempt.noteIn(
        new StepNotes(call.ordinal(), attempt.attempt(), core.time(), run.journal()::handOver));
    switch (call.work()) {
      case StepCall.Work.Plain(var code) -> attempt.start(core.threads(), code, limit);
      case StepCall.Work.InTransaction(var code) -> {
        attempt.beginElsewhere();
        if (!attempt.isOverUnbegun()) {
          transact(call, attempt, code, limit == null ? TRANSACTION_DEFAULT : atMost(limit));
        }
      }
    }
  }

  private static Duration atMost(Duration limit) {
    return limit.compareTo(TRANSACTION_MAX) > 0 ? TRANSACTION_MAX : limit;
  }

  private void transact(
      StepCall call, Attempt attempt, StepCall.TransactionCode code, Duration limit) {
    var transact =
        new Transact(
            run.id(),
            run.loaded().generation(),
            call.ordinal(),
            attempt.attempt(),
            limit,
            connection -> run(code, connection, attempt));
    var _ =
        core.journal()
            .transact(transact)
            .whenComplete((result, error) -> {
              if (error == null) {
                follow(result);
                attempt.end(outcome(attempt, result, limit));
              } else {
                refused(error, attempt, () -> transact(call, attempt, code, limit));
              }
            });
  }

  private static Transact.Done run(
      StepCall.TransactionCode code, SqlConnection connection, Attempt attempt) throws Exception {
    try {
      return code.run(connection, attempt);
    } catch (Throwable error) {
      var _ = attempt.threw(error);
      throw error;
    }
  }

  /** What was stored with the step is there for everybody now. */
  private void follow(Transact.Result result) {
    if (result instanceof Transact.Result.Committed(var done)) {
      for (var command : done.commands()) {
        switch (command) {
          case Command.StartRun _ -> core.others().pendingAdded(1);
          case Command.SendSignal signal -> core.others().call(signal.run());
          default -> throw new IllegalStateException("not lawful here: " + command);
        }
      }
    }
  }

  private static Attempt.Outcome outcome(Attempt attempt, Transact.Result result, Duration limit) {
    return switch (result) {
      case Transact.Result.Committed(var done) -> new Attempt.Outcome.Committed(done.output());
      case Transact.Result.RolledBack(var error) -> attempt.threw(error);
      case Transact.Result.TimedOut(var stack) -> new Attempt.Outcome.TimedOut(limit, stack);
      case Transact.Result.Refused() -> new Attempt.Outcome.CutOff();
    };
  }

  /** Nothing was stored: a full disk is waited for, anything else is the end of this engine. */
  private void refused(Throwable error, Attempt attempt, Runnable again) {
    var cause = error instanceof CompletionException wrapped ? wrapped.getCause() : error;
    boolean isPassing =
        cause instanceof JournalException.Full || cause instanceof JournalException.Overloaded;
    if (isPassing && !core.stopping().getAsBoolean()) {
      core.time().after(RETRY_AFTER, again);
    } else {
      attempt.end(new Attempt.Outcome.CutOff());
    }
  }
}
