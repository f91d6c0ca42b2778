package dev.perdure.testing.memory;

import dev.perdure.journal.Change;
import dev.perdure.journal.Command.SendSignal;
import dev.perdure.journal.Command.SignalResult;
import dev.perdure.journal.SignalRecord;
import dev.perdure.testing.memory.MemoryTables.MailKey;
import dev.perdure.testing.memory.MemoryTables.MailRow;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What is sent to runs: signals, and the news that a child has ended. */
final class MemoryInbox {

  private final MemoryTables tables;
  private final MemoryTouched touched;

  MemoryInbox(MemoryTables tables, MemoryTouched touched) {
    this.tables = tables;
    this.touched = touched;
  }

  /** A repeated request gets the same answer also when the run has ended or its inbox is full. */
  SignalResult send(SendSignal command) {
    BrokenRuleException.require(
        !command.name().equals(SignalRecord.CHILD_ENDED),
        "No signal can have the name " + command.name() + ".");
    var run = tables.run(command.run());
    if (run == null) {
      return new SignalResult.NoSuchRun();
    }
    var all = tables.mailOf(run.key);
    if (command.id() != null && all.stream().anyMatch(row -> command.id().equals(row.id()))) {
      return new SignalResult.Known();
    }
    if (run.status.isTerminal()) {
      return new SignalResult.RunEnded(run.status);
    }
    if (all.stream().filter(MemoryInbox::isSignalThatWaits).count() >= command.inboxMax()) {
      return new SignalResult.InboxFull();
    }
    put(run, command.id(), command.name(), command.payload(), command.at());
    touched.add(run.id);
    return new SignalResult.Stored();
  }

  private static boolean isSignalThatWaits(MailRow row) {
    return !row.isTaken() && !row.signal().name().equals(SignalRecord.CHILD_ENDED);
  }

  boolean take(long run, Change.SignalTaken c) {
    var key = new MailKey(run, c.number());
    var row = tables.mail.get(key);
    if (row == null || row.isTaken()) {
      return false;
    }
    tables.mail.put(key, row.takenBy(c.ordinal()));
    return true;
  }

  /** Tells the run that waits for the end of this one, if there is one. */
  void childEnded(RunRow child) {
    var parent = child.parent;
    if (parent == null) {
      return;
    }
    var link = tables.children.get(parent);
    var run = tables.run(parent.run());
    if (link != null && link.awaited() && run != null && !run.status.isTerminal()) {
      var ordinal = Integer.toString(parent.ordinal());
      put(run, null, SignalRecord.CHILD_ENDED, ordinal, Objects.requireNonNull(child.finishedAt));
    }
  }

  private void put(RunRow run, @Nullable String id, String name, String payload, Instant at) {
    var mail = tables.mailOf(run.key);
    long number = mail.isEmpty() ? 1 : mail.getLast().signal().number() + 1;
    var signal = new SignalRecord(number, name, payload, MemoryTimes.of(at));
    tables.mail.insert(new MailKey(run.key, number), new MailRow(id, signal, null));
  }
}
