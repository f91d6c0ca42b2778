package dev.perdure.sqlite;

import dev.perdure.journal.Command;
import dev.perdure.journal.Command.MigrateResult;
import dev.perdure.journal.Command.MigrateTables;
import dev.perdure.journal.Command.Verdict;
import dev.perdure.journal.Transact;
import java.sql.SQLException;

/**
 * Carries out commands on one connection, inside a transaction that the writer has begun. Made anew
 * with each connection. Belongs to the writer's thread.
 */
final class Commands {

  private static final String PROBE = "UPDATE engine SET probes = probes + 1";

  private final Session session;
  private final ActiveRuns active;
  private final NewRuns newRuns;
  private final InboxWrites inbox;
  private final StartWrites starts;
  private final CancelWrites cancels;
  private final Advances advances;
  private final OwnerWrites owner;
  private final BlockWrites blocks;
  private final ScheduleWrites schedules;
  private final Transactions transactions;
  private final TableMigrations tables;
  private Touched touched = new Touched();
  private Ownership ownership;

  Commands(Session session, Ownership ownership, OwnTables own, Seams seams) throws SQLException {
    this.session = session;
    this.ownership = ownership;
    this.active = new ActiveRuns(session);
    this.newRuns = new NewRuns(session);
    this.inbox = new InboxWrites(session);
    var children = new ChildWrites(session, newRuns, inbox);
    this.advances = new Advances(session, active, children, inbox);
    this.starts = new StartWrites(session, active, advances, newRuns);
    this.cancels = new CancelWrites(session, active, children);
    this.owner = new OwnerWrites(session, active, seams);
    this.blocks = new BlockWrites(session, active);
    this.schedules = new ScheduleWrites(session);
    var check = new SqlCheck(session.connection(), own);
    this.transactions = new Transactions(session, check);
    this.tables = new TableMigrations(session, check, own);
  }

  /** Begins to collect what a transaction changes, and compares who owns the journal. */
  void begin(Ownership expected) throws SQLException {
    touched = new Touched();
    ownership = expected;
    long stored = owner.storedEpoch();
    if (ownership.isTaken() && ownership.epoch() != stored) {
      throw new LostOwnershipException(ownership.epoch(), stored);
    }
  }

  /** Forgets what was learnt in a transaction that has been rolled back. */
  void forget() {
    active.forgetAll();
    newRuns.forgetAll();
  }

  Touched touched() {
    return touched;
  }

  /** Whose the journal is, as of this transaction. */
  Ownership ownership() {
    return ownership;
  }

  Object carryOut(Command<?> command) throws SQLException {
    if (!(command instanceof Command.TakeOver)) {
      requireTaken();
    }
    return switch (command) {
      case Command.StartRun c -> starts.start(c, touched);
      case Command.AdmitRuns c -> starts.admit(c, touched);
      case Command.Advance c -> advances.advance(c, touched);
      case Command.TakeOver c -> takeOver(c);
      case Command.BeginShutdown c -> owner.beginShutdown(c);
      case Command.Probe c -> probed();
      case Command.ClearStrikes c -> owner.clearStrikes(c, touched);
      case Command.Unblock c -> blocks.unblock(c, touched);
      case Command.BlockMissing c -> blocks.blockMissing(c, touched);
      case Command.RegisterSchedule c -> schedules.register(c);
      case Command.SendSignal c -> inbox.send(c, touched);
      case Command.CancelRun c -> cancels.cancel(c, touched);
      case Command.MigrateTables c ->
          throw new BrokenCommandException("Migrations need a transaction of their own.");
    };
  }

  Solo.End<Transact.Result> transact(Transact transact) throws SQLException {
    requireTaken();
    return transactions.carryOut(transact, this);
  }

  Solo.End<MigrateResult> migrate(MigrateTables command) throws SQLException {
    requireTaken();
    touched.addOther();
    return tables.migrate(command);
  }

  private void requireTaken() {
    if (!ownership.isTaken()) {
      throw new BrokenCommandException("The journal has not been taken over yet.");
    }
  }

  /** A real write that changes nothing anybody sees. */
  void probe() throws SQLException {
    session.update(PROBE);
  }

  private Verdict probed() throws SQLException {
    probe();
    return Verdict.APPLIED;
  }

  private Command.TakenOver takeOver(Command.TakeOver command) throws SQLException {
    var taken = owner.takeOver(command, touched);
    ownership = new Ownership(taken.epoch());
    return taken;
  }
}
