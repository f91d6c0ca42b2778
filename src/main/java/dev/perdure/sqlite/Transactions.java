package dev.perdure.sqlite;

import dev.perdure.journal.Change;
import dev.perdure.journal.Command;
import dev.perdure.journal.Command.Advance;
import dev.perdure.journal.Command.SendSignal;
import dev.perdure.journal.Command.SignalResult;
import dev.perdure.journal.Command.StartResult;
import dev.perdure.journal.Command.StartRun;
import dev.perdure.journal.Command.Verdict;
import dev.perdure.journal.JournalException;
import dev.perdure.journal.Transact;
import dev.perdure.journal.Transact.Done;
import dev.perdure.journal.Transact.Result;
import dev.perdure.sqlite.SqlCheck.Use;
import java.sql.SQLException;
import java.util.List;

/**
 * Runs the code of a transactional step inside the writer's transaction, and completes the step.
 */
final class Transactions {

  private static final String IN_FLIGHT =
      """
      SELECT count(*) FROM runs r CROSS JOIN steps s ON s.step_key = (r.run_key << 20) + ?
      WHERE r.id = ? AND r.status = 'running' AND r.generation = ?
        AND s.status = 'running' AND s.waiting_kind IS NULL AND s.attempt = ?
      """;

  private static final String BEGIN = "BEGIN";

  private final Session session;
  private final SqlCheck check;

  Transactions(Session session, SqlCheck check) {
    this.session = session;
    this.check = check;
  }

  Solo.End<Result> carryOut(Transact transact, Commands commands) throws SQLException {
    if (!isInFlight(transact)) {
      return Solo.End.undone(new Result.Refused());
    }
    check.refresh();
    var name = "perdure-transaction-" + transact.id() + "-" + transact.ordinal();
    var code = new GuardedCode<>(name, session, check, Use.WRITE, transact.code());
    var end = code.run(transact.atMost());
    var failure = code.failure();
    if (failure != null && SqlErrors.of(failure).isOfStorage()) {
      throw failure;
    }
    return switch (end) {
      case GuardedCode.End.TimedOut<Done>(var stack) -> Solo.End.undone(new Result.TimedOut(stack));
      case GuardedCode.End.Stuck<Done>(var stack) ->
          throw new JournalException.Failed(
              "A statement of step "
                  + transact.ordinal()
                  + " of run "
                  + transact.id()
                  + " can not be ended, and keeps the journal from being written: "
                  + stack);
      case GuardedCode.End.Threw<Done>(var error) -> Solo.End.undone(new Result.RolledBack(error));
      case GuardedCode.End.Returned<Done>(var done) ->
          failure == null
              ? complete(transact, done, commands)
              : Solo.End.undone(new Result.RolledBack(failure));
    };
  }

  private boolean isInFlight(Transact transact) throws SQLException {
    return session.number(
            IN_FLIGHT,
            transact.ordinal(),
            Columns.ofId(transact.id()),
            transact.generation(),
            transact.attempt())
        == 1;
  }

  private Solo.End<Result> complete(Transact transact, Done done, Commands commands)
      throws SQLException {
    requireOpen();
    for (var command : done.commands()) {
      var why = whyNotStored(command, commands);
      if (!why.isEmpty()) {
        return Solo.End.undone(new Result.RolledBack(new NotStoredException(why)));
      }
    }
    var completed =
        new Change.StepCompleted(transact.ordinal(), transact.attempt(), done.output(), done.at());
    var verdict =
        commands.carryOut(new Advance(transact.id(), transact.generation(), List.of(completed)));
    return verdict == Verdict.APPLIED
        ? Solo.End.kept(new Result.Committed(done))
        : Solo.End.undone(new Result.Refused());
  }

  /** Nothing that the code did may have ended the transaction: what follows would be half of it. */
  private void requireOpen() throws SQLException {
    try {
      session.execute(BEGIN);
    } catch (SQLException e) {
      if (SqlErrors.of(e) == SqlErrors.OTHER) {
        return;
      }
      throw e;
    }
    throw new SQLException("The transaction of the step was ended by its code.");
  }

  /** Empty when it is stored. */
  private static String whyNotStored(Command<?> command, Commands commands) throws SQLException {
    return switch (command) {
      case StartRun start ->
          switch ((StartResult) commands.carryOut(start)) {
            case StartResult.Started _ -> "";
            case StartResult.Existing(var id) -> notStarted(start) + "run " + id + " has its key.";
            case StartResult.KeyReused(var id) -> notStarted(start) + "run " + id + " has its key.";
            case StartResult.SlotTaken(var id) ->
                notStarted(start) + "run " + id + " has its slot.";
          };
      case SendSignal signal ->
          switch ((SignalResult) commands.carryOut(signal)) {
            case SignalResult.Stored _, SignalResult.Known _ -> "";
            case SignalResult.RunEnded(var status) ->
                notSent(signal) + "that run is " + status.word() + ".";
            case SignalResult.NoSuchRun _ -> notSent(signal) + "there is no such run.";
            case SignalResult.InboxFull _ -> notSent(signal) + "too many signals wait there.";
          };
      default ->
          throw new BrokenCommandException(
              "A transaction can not carry out " + command.getClass().getSimpleName() + ".");
    };
  }

  private static String notStarted(StartRun start) {
    return "Everything is rolled back, because a run of "
        + start.workflow()
        + " could not be started: ";
  }

  private static String notSent(SendSignal signal) {
    return "Everything is rolled back, because the signal "
        + signal.name()
        + " could not be sent to run "
        + signal.run()
        + ": ";
  }
}
