package dev.perdure.sqlite;

import dev.perdure.journal.Change;
import dev.perdure.journal.Command;
import dev.perdure.journal.ErrorRecord;

/**
 * About how much of memory a command takes up while it waits to be written: the characters of what
 * users give, and a lump for the rest.
 */
final class Weight {

  /** What anything takes up besides its values. */
  static final int LUMP = 500;

  private Weight() {}

  static long of(Command<?> command) {
    return LUMP
        + switch (command) {
          case Command.StartRun c -> c.input().length() + ofAll(c.changes());
          case Command.Advance c -> ofAll(c.changes());
          case Command.SendSignal c -> c.payload().length();
          case Command.MigrateTables c -> c.migrations().stream().mapToLong(String::length).sum();
          case Command.AdmitRuns _,
              Command.TakeOver _,
              Command.BeginShutdown _,
              Command.Probe _,
              Command.ClearStrikes _,
              Command.Unblock _,
              Command.BlockMissing _,
              Command.RegisterSchedule _,
              Command.CancelRun _ ->
              0;
        };
  }

  private static long ofAll(Iterable<Change> changes) {
    long sum = 0;
    for (var change : changes) {
      sum += LUMP + of(change);
    }
    return sum;
  }

  private static long of(ErrorRecord error) {
    var trace = error.trace();
    return (long) error.message().length() + (trace == null ? 0 : trace.length());
  }

  private static long of(Change change) {
    return switch (change) {
      case Change.EntryBegun c -> c.input().length();
      case Change.EntryRecorded c -> c.input().length() + c.output().length();
      case Change.EntryCompleted c -> c.output().length();
      case Change.ChildStarted c -> of(c.run());
      case Change.StepLogged c -> c.line().length();
      case Change.AttemptStarted c -> c.input().length();
      case Change.StepCompleted c -> c.output().length();
      case Change.RunCompleted c -> c.output().length();
      case Change.EntryFailed c -> of(c.error());
      case Change.AttemptFailed c -> of(c.error());
      case Change.StepFailed c -> of(c.error());
      case Change.RunFailed c -> of(c.error());
      case Change.StepProgressed _,
          Change.SignalTaken _,
          Change.AttemptInterrupted _,
          Change.StepWaiting _,
          Change.StepCancelled _,
          Change.StepBlocked _,
          Change.RunWaiting _,
          Change.RunEnding _,
          Change.RunCancelled _,
          Change.RunBlocked _ ->
          0;
    };
  }
}
