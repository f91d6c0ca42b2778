package dev.perdure.torture;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Compares what clients were told and what steps did with what the database holds. The database is
 * copied while no server runs, and the copy is read by another program: the file itself is never
 * opened.
 *
 * @param data the directory of the database; nobody may have it open
 * @param acks the file of an {@link AckLedger}
 * @param effects what the steps of {@link TortureWorkflows} wrote
 */
public record Audit(Path data, Path acks, Path effects) {

  /**
   * What an audit found and how much it looked at.
   *
   * @param cutOff attempts that were interrupted, also by a cancellation
   * @param repeated those of them that another attempt followed
   */
  public record Report(
      List<Violation> violations, int runs, int steps, int blocked, long cutOff, long repeated) {

    Report with(List<Violation> more) {
      var all = new ArrayList<>(more);
      all.addAll(violations);
      return new Report(all, runs, steps, blocked, cutOff, repeated);
    }

    /** How many violations there are of one of these invariants. */
    public long count(List<String> invariants) {
      return violations.stream().filter(v -> invariants.contains(v.invariant())).count();
    }
  }

  /** After every run had time to come to its end: one that has not is a violation. */
  public Report afterTheEnd() throws Exception {
    return report(true);
  }

  /** At any moment: runs may be on their way. */
  public Report inBetween() throws Exception {
    return report(false);
  }

  private Report report(boolean isSettled) throws Exception {
    var evidence = new Evidence(stored(), EffectLedger.read(effects), Append.read(acks), isSettled);
    var violations = new ArrayList<Violation>();
    violations.addAll(new AckCheck(evidence).violations());
    violations.addAll(new EffectCheck(evidence).violations());
    violations.addAll(new StateCheck(evidence).violations());
    var stored = evidence.stored();
    return new Report(
        List.copyOf(violations),
        stored.runs().size(),
        stored.steps().size(),
        (int) stored.runs().values().stream().filter(Stored.Run::isBlocked).count(),
        stored.attempts().values().stream()
            .flatMap(List::stream)
            .filter(Stored.Attempt::isInterrupted)
            .count(),
        repeated(stored));
  }

  private static long repeated(Stored stored) {
    return stored.steps().values().stream()
        .mapToLong(step ->
            stored.attempts().getOrDefault(step.key(), List.of()).stream()
                .filter(it -> it.isInterrupted() && it.number() < step.attempt())
                .count())
        .sum();
  }

  private Stored stored() throws Exception {
    var copy = Files.createTempDirectory(data.toAbsolutePath().getParent(), "audit");
    try {
      return Stored.read(OtherReader.copyOf(data, copy));
    } finally {
      Trees.delete(copy);
    }
  }
}
