package dev.perdure.testing.memory;

import dev.perdure.journal.Command;
import dev.perdure.journal.Command.MigrateResult;
import dev.perdure.journal.Command.MigrateTables;
import dev.perdure.journal.Command.RegisterSchedule;
import dev.perdure.journal.Command.Schedule;
import dev.perdure.testing.memory.MemoryTables.ScheduleRow;
import dev.perdure.testing.memory.MemoryTables.Slot;
import java.time.Instant;

/** Carries out commands. Guarded by the store's lock. */
final class MemoryCommands {

  static final String NO_SQL =
      "A journal in memory has no tables. Workflows with tables of their own, or with SQL in their"
          + " transactional steps, need the journal in a file.";

  private final MemoryTables tables;
  private final MemoryAdvances advances;
  private final MemoryOwner owner;
  private final MemoryBlocks blocks;
  private final MemoryCancels cancels;

  MemoryCommands(MemoryTables tables, MemoryTouched touched) {
    this.tables = tables;
    this.advances = new MemoryAdvances(tables, touched);
    this.owner = new MemoryOwner(tables, touched);
    this.blocks = new MemoryBlocks(tables, touched);
    this.cancels = new MemoryCancels(tables, touched, advances.inbox());
  }

  Object carryOut(Command<?> command) {
    BrokenRuleException.require(
        tables.owner.epoch() > 0 || command instanceof Command.TakeOver,
        "The journal has not been taken over yet.");
    return switch (command) {
      case Command.StartRun c -> advances.starts().start(c);
      case Command.AdmitRuns c -> advances.starts().admit(c);
      case Command.Advance c -> advances.advance(c);
      case Command.TakeOver c -> owner.takeOver(c);
      case Command.BeginShutdown c -> owner.beginShutdown(c);
      case Command.Probe c -> Command.Verdict.APPLIED;
      case Command.ClearStrikes c -> owner.clearStrikes(c);
      case Command.Unblock c -> blocks.unblock(c);
      case Command.BlockMissing c -> blocks.blockMissing(c);
      case Command.RegisterSchedule c -> register(c);
      case Command.SendSignal c -> advances.inbox().send(c);
      case Command.CancelRun c -> cancels.cancel(c);
      case Command.MigrateTables c -> migrate(c);
    };
  }

  /** A rule that stays the same keeps its beginning, so that slots during downtime are not lost. */
  private Schedule register(RegisterSchedule command) {
    var before = tables.schedules.get(command.workflow());
    boolean isSame =
        before != null
            && before.cron().equals(command.cron())
            && before.zone().equals(command.zone());
    var since = before != null && isSame ? before.since() : MemoryTimes.of(command.at());
    tables.schedules.put(
        command.workflow(), new ScheduleRow(command.cron(), command.zone(), since));
    var last = tables.slots.rows().floorKey(new Slot(command.workflow(), Instant.MAX));
    return new Schedule(
        command.workflow(),
        command.cron(),
        since,
        last == null || !last.workflow().equals(command.workflow()) ? null : last.at());
  }

  private static MigrateResult migrate(MigrateTables command) {
    return command.migrations().isEmpty()
        ? new MigrateResult.Migrated(0)
        : new MigrateResult.Refused(1, NO_SQL);
  }
}
