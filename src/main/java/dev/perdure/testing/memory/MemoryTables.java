package dev.perdure.testing.memory;

import dev.perdure.journal.AttemptRecord;
import dev.perdure.journal.RunId;
import dev.perdure.journal.SignalRecord;
import dev.perdure.journal.Status;
import dev.perdure.journal.StepLog;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a journal holds. Guarded by the store's lock. */
final class MemoryTables {

  /** A client's key: it belongs to the workflow. */
  record ClientKey(String workflow, String key) implements Comparable<ClientKey> {
    private static final Comparator<ClientKey> ORDER =
        Comparator.comparing(ClientKey::workflow).thenComparing(ClientKey::key);

    @Override
    public int compareTo(ClientKey other) {
      return ORDER.compare(this, other);
    }
  }

  /** Which run a client's key led to, and with what input. */
  record KeyRow(RunId run, String inputDigest) {}

  /** An instant of a workflow's schedule. */
  record Slot(String workflow, Instant at) implements Comparable<Slot> {
    private static final Comparator<Slot> ORDER =
        Comparator.comparing(Slot::workflow).thenComparing(Slot::at);

    @Override
    public int compareTo(Slot other) {
      return ORDER.compare(this, other);
    }
  }

  /** The rule that starts runs by itself. */
  record ScheduleRow(String cron, String zone, Instant since) {}

  /** The place of a message: the run's key and the message's number. */
  record MailKey(long run, long number) implements Comparable<MailKey> {
    private static final Comparator<MailKey> ORDER =
        Comparator.comparingLong(MailKey::run).thenComparingLong(MailKey::number);

    @Override
    public int compareTo(MailKey other) {
      return ORDER.compare(this, other);
    }
  }

  /**
   * A message in the inbox of a run. One that has been taken stays, for its id.
   *
   * @param takenBy the ordinal of the entry that took it; null when it has not been taken
   */
  record MailRow(@Nullable String id, SignalRecord signal, @Nullable Integer takenBy) {
    boolean isTaken() {
      return takenBy != null;
    }

    /** Its payload is of no more use. */
    MailRow takenBy(int ordinal) {
      return new MailRow(
          id, new SignalRecord(signal.number(), signal.name(), "", signal.sentAt()), ordinal);
    }
  }

  /** The run that an entry has started, and whether the entry waits for its end. */
  record ChildRow(long run, RunId id, boolean awaited) {}

  /** Who owns the journal. */
  record OwnerRow(long epoch, boolean shutdownBegan) {}

  final MemoryUndo undo = new MemoryUndo();
  final MemoryTable<RunId, Long> runKeys = new MemoryTable<>(undo);
  final MemoryTable<StepKey, StepRow> steps = new MemoryTable<>(undo);
  final MemoryTable<StepKey, List<AttemptRecord>> attempts = new MemoryTable<>(undo);
  final MemoryTable<StepKey, List<StepLog>> logs = new MemoryTable<>(undo);
  final MemoryTable<StepKey, ChildRow> children = new MemoryTable<>(undo);
  final MemoryTable<MailKey, MailRow> mail = new MemoryTable<>(undo);
  final MemoryTable<ClientKey, KeyRow> keys = new MemoryTable<>(undo);
  final MemoryTable<Slot, RunId> slots = new MemoryTable<>(undo);
  final MemoryTable<String, ScheduleRow> schedules = new MemoryTable<>(undo);

  private final MemoryTable<Long, RunRow> runs = new MemoryTable<>(undo);

  /** Those of {@link #runs} that have not ended, so that nobody has to look through the rest. */
  private final MemoryTable<Long, RunRow> alive = new MemoryTable<>(undo);

  OwnerRow owner = new OwnerRow(0, false);

  void setOwner(OwnerRow next) {
    var before = owner;
    owner = next;
    undo.add(() -> owner = before);
  }

  /** The run; null when there is none. */
  @Nullable RunRow run(RunId id) {
    var key = runKeys.get(id);
    return key == null ? null : runs.get(key);
  }

  @Nullable RunRow run(long key) {
    return runs.get(key);
  }

  Collection<RunRow> allRuns() {
    return runs.rows().values();
  }

  /** From new to old. */
  Collection<RunRow> runsBefore(long key) {
    return runs.rows().headMap(key, false).descendingMap().values();
  }

  long newestKey() {
    return runs.rows().isEmpty() ? 0 : runs.rows().lastKey();
  }

  void insert(RunRow run) {
    runKeys.insert(run.id, run.key);
    store(run);
  }

  void store(RunRow run) {
    run.check();
    runs.put(run.key, run);
    if (run.status.isTerminal()) {
      alive.remove(run.key);
    } else {
      alive.put(run.key, run);
    }
  }

  void store(StepRow step) {
    step.check();
    steps.put(step.key(), step);
  }

  /** Runs that have not ended, from old to new, as they were when this was asked. */
  List<RunRow> runsAlive() {
    return List.copyOf(alive.rows().values());
  }

  Stream<RunRow> runsOf(Status status) {
    return (status.isTerminal() ? runs : alive)
        .rows().values().stream().filter(run -> run.status == status);
  }

  /** The entries of a run, by ordinal, as they were when this was asked. */
  List<StepRow> stepsOf(long run) {
    return List.copyOf(stepsFrom(run, 0));
  }

  /** The entries of a run from an ordinal on. */
  Collection<StepRow> stepsFrom(long run, int ordinal) {
    return steps.rows().subMap(new StepKey(run, ordinal), true, StepKey.last(run), true).values();
  }

  /** The messages of a run, in the order in which they came. */
  List<MailRow> mailOf(long run) {
    return List.copyOf(
        mail.rows()
            .subMap(new MailKey(run, 0), true, new MailKey(run, Long.MAX_VALUE), true)
            .values());
  }

  /** What a run has started, by ordinal. */
  Collection<ChildRow> childrenOf(long run) {
    return children.rows().subMap(StepKey.first(run), true, StepKey.last(run), true).values();
  }
}
