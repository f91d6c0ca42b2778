package dev.perdure.web.dashboard;

import dev.perdure.journal.JournalReader;
import dev.perdure.journal.RunDetail;
import dev.perdure.journal.RunFilter;
import dev.perdure.journal.RunId;
import dev.perdure.journal.RunPage;
import dev.perdure.journal.RunRecord;
import dev.perdure.journal.SignalRecord;
import dev.perdure.journal.SqlCode;
import dev.perdure.journal.Status;
import dev.perdure.journal.StepLog;
import dev.perdure.journal.StepRecord;
import dev.perdure.journal.UnfinishedRun;
import dev.perdure.journal.ValueRef;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The read side of a journal that a test fills. */
final class SeededReader implements JournalReader {

  private final ConcurrentSkipListMap<RunId, RunDetail> runs =
      new ConcurrentSkipListMap<>(Comparator.reverseOrder());

  private final Map<String, List<StepLog>> logs = new ConcurrentHashMap<>();

  RunId put(RunDetail detail) {
    runs.put(detail.run().id(), detail);
    return detail.run().id();
  }

  void remove(RunId id) {
    runs.remove(id);
  }

  @Override
  public Optional<RunRecord> run(RunId id) {
    return Optional.ofNullable(runs.get(id)).map(RunDetail::run);
  }

  @Override
  public Optional<Status> status(RunId id) {
    return run(id).map(RunRecord::status);
  }

  @Override
  public Optional<RunDetail> detail(RunId id, int fromOrdinal, int stepsMax, int valueBytesMax) {
    return Optional.ofNullable(runs.get(id)).map(run -> page(run, fromOrdinal, stepsMax));
  }

  private static RunDetail page(RunDetail run, int from, int max) {
    var steps = run.steps().stream().filter(step -> step.ordinal() >= from).toList();
    boolean more = steps.size() > max;
    return new RunDetail(
        run.run(),
        run.plan(),
        run.input(),
        run.output(),
        run.error(),
        more ? steps.subList(0, max) : steps,
        more ? steps.get(max).ordinal() : null);
  }

  /** A step has written these lines. */
  void log(RunId id, int ordinal, List<StepLog> lines) {
    logs.put(id + "/" + ordinal, lines);
  }

  @Override
  public RunPage runs(RunFilter filter, int limit, @Nullable RunId before) {
    var found =
        runs.values().stream()
            .map(RunDetail::run)
            .filter(run -> filter.workflow() == null || filter.workflow().equals(run.workflow()))
            .filter(run -> filter.status() == null || filter.status() == run.status())
            .filter(run -> before == null || run.id().compareTo(before) < 0)
            .limit(limit + 1L)
            .toList();
    return found.size() > limit
        ? new RunPage(found.subList(0, limit), found.get(limit - 1).id())
        : new RunPage(found, null);
  }

  @Override
  public long pending() {
    return counts(Long.MAX_VALUE).getOrDefault(Status.PENDING, 0L);
  }

  @Override
  public Map<Status, Long> counts(long atMost) {
    return runs.values().stream()
        .map(detail -> detail.run().status())
        .filter(status -> status != Status.COMPLETED)
        .collect(Collectors.groupingBy(status -> status, Collectors.counting()));
  }

  @Override
  public Optional<RunDetail> replay(RunId id) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<String> value(RunId id, ValueRef ref) {
    throw new UnsupportedOperationException();
  }

  @Override
  public RunPage unfinished(int limit, @Nullable RunId after) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Map<RunId, List<StepRecord>> struck(List<RunId> ids) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<StepRecord> steps(RunId id, Collection<Integer> ordinals) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<SignalRecord> inbox(RunId id, long after) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<UnfinishedRun> running(int limit, @Nullable RunId after) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<RunDetail> child(RunId parent, int ordinal) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<StepLog> log(RunId id, int ordinal) {
    return logs.getOrDefault(id + "/" + ordinal, List.of());
  }

  @Override
  public <T> T query(SqlCode<T> code) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<RunId> newestId() {
    throw new UnsupportedOperationException();
  }
}
