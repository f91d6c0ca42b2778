package dev.perdure.journal;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The read side of a journal. Sees what is committed and nothing else; a read that starts after a
 * command's future has completed sees what that command did. Calls block; they are safe from any
 * thread and do not hold up a virtual thread's carrier.
 *
 * <p>Every method throws {@link JournalException} when the journal can not be read, {@link
 * JournalException.Overloaded} when too many reads wait or this one took longer than its bound.
 */
public interface JournalReader {

  /** The run without its values. */
  Optional<RunRecord> run(RunId id);

  /** The status of the run; costs less than the run. */
  Optional<Status> status(RunId id);

  /**
   * The run with its values and steps from an ordinal on, with all their attempts.
   *
   * @param stepsMax how many steps at most, 1 to 1,000
   * @param valueBytesMax longer values come as their size only
   */
  Optional<RunDetail> detail(RunId id, int fromOrdinal, int stepsMax, int valueBytesMax);

  /**
   * All that is needed to go on with a run: every step with its output, without its input and
   * without old attempts.
   */
  Optional<RunDetail> replay(RunId id);

  /**
   * Some steps of a run as {@link #replay} gives them, by ordinal.
   *
   * @param ordinals at most 100,000
   */
  List<StepRecord> steps(RunId id, Collection<Integer> ordinals);

  /**
   * The signals in a run's inbox that have not been taken, in the order in which they came.
   *
   * @param after only those with a higher number; 0 for all
   */
  List<SignalRecord> inbox(RunId id, long after);

  /** How a child run stands; empty when the entry has none. With its output or error. */
  Optional<RunDetail> child(RunId parent, int ordinal);

  /** The lines of a step, oldest first. */
  List<StepLog> log(RunId id, int ordinal);

  /**
   * Runs code on a connection that only reads the tables of workflows.
   *
   * @throws Exception what the code throws
   */
  <T> T query(SqlCode<T> code) throws Exception;

  /** One value in full; empty when there is no such run, step or value. */
  Optional<String> value(RunId id, ValueRef ref);

  /**
   * Runs from new to old.
   *
   * @param limit 1 to 200
   * @param before only runs older than this one; null for the newest
   */
  RunPage runs(RunFilter filter, int limit, @Nullable RunId before);

  /**
   * Runs that are running or blocked, from old to new.
   *
   * @param after only runs newer than this one; null for the oldest
   */
  RunPage unfinished(int limit, @Nullable RunId after);

  /**
   * Runs that are running, from old to new: what recovery goes through. Fewer than the limit are
   * the last.
   *
   * @param limit 1 to 10,000
   * @param after only runs newer than this one; null for the oldest
   */
  List<UnfinishedRun> running(int limit, @Nullable RunId after);

  /** Which of these runs have an attempt in flight or cut off with strikes. */
  Map<RunId, List<StepRecord>> struck(List<RunId> runs);

  /** How many runs are in each status that is not completed, counting at most so many of each. */
  Map<Status, Long> counts(long atMost);

  /**
   * How many runs are pending, however many that are. They are counted piece by piece, so it is
   * exact only while nobody adds or admits any.
   */
  long pending();

  /** The newest id that was ever given to a run; empty in an empty journal. */
  Optional<RunId> newestId();
}
