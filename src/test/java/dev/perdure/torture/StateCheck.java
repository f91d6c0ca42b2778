package dev.perdure.torture;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Whether what the database holds is lawful in itself: I5, I6, I8, I10, G8, G9. */
final class StateCheck {

  private static final int STRIKES_OUT = 3;
  private static final Set<String> OPEN = Set.of("running", "blocked");

  private final Evidence evidence;
  private final Stored stored;
  private final Map<Long, Stored.Run> runs = new HashMap<>();
  private final List<Violation> violations = new ArrayList<>();

  StateCheck(Evidence evidence) {
    this.evidence = evidence;
    this.stored = evidence.stored();
    stored.runs().values().forEach(run -> runs.put(run.key(), run));
  }

  List<Violation> violations() {
    stored.integrity().forEach(problem -> found("I10", problem));
    stored.steps().values().forEach(this::checkAttempts);
    stored.steps().values().forEach(this::checkOpen);
    stored.runs().values().forEach(this::checkEnd);
    checkBooks();
    checkStartedByTransactions();
    checkAtMostOnce();
    return violations;
  }

  private void found(String invariant, String sentence) {
    violations.add(new Violation(invariant, sentence));
  }

  private List<Stored.Attempt> attempts(Stored.Step step) {
    return stored.attempts().getOrDefault(step.key(), List.of());
  }

  /** From 1 on without a gap, each that did not complete with its outcome, and not too many. */
  private void checkAttempts(Stored.Step step) {
    var attempts = attempts(step);
    for (int i = 0; i < attempts.size(); i++) {
      if (attempts.get(i).number() != i + 1) {
        found("I5", "The attempts of a step have a gap: " + attempts + ", " + step);
        return;
      }
    }
    int missing = step.attempt() - attempts.size();
    boolean fits =
        switch (step.status()) {
          case "completed" -> missing == (step.attempt() == 0 ? 0 : 1);
          case "failed", "blocked" -> missing == 0;
          default -> missing == 0 || missing == 1;
        };
    long interrupted = attempts.stream().filter(Stored.Attempt::isInterrupted).count();
    if (!fits || interrupted != step.interrupted()) {
      found("I5", "Attempts are missing or too many: " + attempts + ", " + step);
    }
    if (step.attempt() - step.interrupted() > step.attemptsMax() && step.attempt() > 0) {
      found("I5", "A step was tried more often than it may be: " + step);
    }
  }

  private void checkOpen(Stored.Step step) {
    var run = runs.get(step.runKey());
    if (run == null) {
      found("I6", "A step has no run: " + step);
    } else if (run.isOver() && OPEN.contains(step.status())) {
      found("I6", "A run has ended and a step of it has not: " + run + ", " + step);
    }
  }

  private void checkEnd(Stored.Run run) {
    if (run.isBlocked()) {
      checkBlocked(run);
    } else if (evidence.isSettled() && !run.isOver() && !waitsForBlocked(run)) {
      found("I8", "A run does not come to its end: " + run);
    }
  }

  private void checkBlocked(Stored.Run run) {
    boolean explained =
        switch (run.reason()) {
          case "strikes" -> stepsOf(run).anyMatch(this::hasThreeStrikes);
          case "outcome-unknown" ->
              run.workflow().equals(TortureWorkflows.ONCE)
                  && stepsOf(run).anyMatch(step -> step.name().equals("once") && isCutOff(step));
          default -> false;
        };
    if (!explained) {
      found("I8", "A run is blocked, and nothing that happened says why: " + run);
    }
  }

  private boolean waitsForBlocked(Stored.Run run) {
    return run.waiting().equals("child")
        && stored.runs().values().stream()
            .anyMatch(child -> child.parent() == run.key() && child.isBlocked());
  }

  private Stream<Stored.Step> stepsOf(Stored.Run run) {
    return stored.steps().values().stream().filter(step -> step.runKey() == run.key());
  }

  /**
   * Three attempts were cut off, the last one among them. An attempt that failed between two of
   * them clears nothing: only a completion does, or 30 s alive.
   */
  private boolean hasThreeStrikes(Stored.Step step) {
    long cutOff = attempts(step).stream().filter(Stored.Attempt::isInterrupted).count();
    return cutOff >= STRIKES_OUT && isCutOff(step);
  }

  private boolean isCutOff(Stored.Step step) {
    var attempts = attempts(step);
    return !attempts.isEmpty() && attempts.getLast().isInterrupted();
  }

  // Exactly once in the database, and at most once outside

  /** Its row is there once, from the attempt that completed; of no other attempt there is one. */
  private void checkBooks() {
    var expected = new HashMap<String, Long>();
    for (var step : stored.steps().values()) {
      var run = runs.get(step.runKey());
      if (run != null
          && run.workflow().startsWith("torture-")
          && step.kind().equals("transaction")
          && step.isCompleted()) {
        expected.put(hyphened(run.id()) + "-" + step.ordinal() + " " + step.attempt(), 1L);
      }
    }
    if (!expected.equals(stored.books())) {
      var more = new HashMap<>(stored.books());
      expected.keySet().forEach(more::remove);
      expected.keySet().removeAll(stored.books().keySet());
      found("G9", "Rows without their step: " + more + "; steps without their row: " + expected);
    }
  }

  private static String hyphened(String id) {
    return id.replaceFirst("(.{8})(.{4})(.{4})(.{4})(.{12})", "$1-$2-$3-$4-$5");
  }

  /** A transaction that did not commit has started nothing, and one that did has done it once. */
  private void checkStartedByTransactions() {
    var started = new HashMap<String, Integer>();
    for (var run : stored.runs().values()) {
      if (run.nonce().matches("[0-9a-f-]{36}-\\d+")) {
        started.merge(run.nonce(), 1, Integer::sum);
      }
    }
    started.forEach((key, count) -> {
      var step = stored.step(key);
      if (count != 1 || step == null || !step.isCompleted()) {
        found("G9", "A transaction has started " + count + " runs: " + key + ", " + step);
      }
    });
  }

  /** Another attempt follows only one that is known to have failed. */
  private void checkAtMostOnce() {
    for (var step : stored.steps().values()) {
      var run = runs.get(step.runKey());
      if (run != null
          && run.workflow().equals(TortureWorkflows.ONCE)
          && step.name().equals("once")
          && attempts(step).stream()
              .anyMatch(a -> a.isInterrupted() && a.number() < step.attempt())) {
        found("G8", "A step that may run at most once was tried again: " + step);
      }
    }
  }
}
