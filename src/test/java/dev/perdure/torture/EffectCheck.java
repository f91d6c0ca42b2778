package dev.perdure.torture;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import dev.perdure.torture.EffectLedger.Line;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Whether what steps did is what the journal says: I3, I4, I9, I11. */
final class EffectCheck {

  private static final Set<String> WITH_EFFECTS = Set.of("step", "transaction", "compensation");

  private final Evidence evidence;
  private final Stored stored;
  private final List<Violation> violations = new ArrayList<>();

  EffectCheck(Evidence evidence) {
    this.evidence = evidence;
    this.stored = evidence.stored();
  }

  List<Violation> violations() {
    var lines = evidence.effects().lines();
    lines.stream()
        .collect(groupingBy(Line::key, LinkedHashMap::new, toList()))
        .values()
        .forEach(this::checkStep);
    lines.stream()
        .collect(groupingBy(Line::run, LinkedHashMap::new, toList()))
        .forEach(this::checkOrder);
    checkEveryCompletedStepRan();
    return violations;
  }

  private void found(String invariant, String sentence) {
    violations.add(new Violation(invariant, sentence));
  }

  /** The lines of one step, in order. */
  private void checkStep(List<Line> lines) {
    int last = 0;
    Line open = null;
    Line undone = null;
    for (var line : lines) {
      if (!line.isStart()) {
        undone = open != null && open.attempt() == line.attempt() ? open : null;
        open = undone != null ? null : open;
        continue;
      }
      checkIsStored(line);
      if (line.attempt() <= last && !isTransactionOnceMore(line, undone)) {
        found("I4", "An attempt began that was not the next one, after " + last + ": " + line);
      }
      if (open != null && open.pid() == line.pid() && !isZombie(line)) {
        found("I9", "Two attempts at a step ran at once: " + open + " and " + line);
      }
      last = line.attempt();
      open = line;
    }
    checkNothingAfterTheEnd(lines, last);
  }

  /**
   * A transaction that could not be stored for want of space or of the lock is rolled back with all
   * that it did, and the same attempt carries it out once more.
   */
  private boolean isTransactionOnceMore(Line line, Line before) {
    var step = stored.step(line.key());
    return before != null
        && step != null
        && step.kind().equals("transaction")
        && before.attempt() == line.attempt()
        && before.pid() == line.pid();
  }

  /** Each attempt that began stands in the journal under its number. */
  private void checkIsStored(Line line) {
    var step = stored.step(line.key());
    if (step == null) {
      found("I4", "An attempt began that the journal does not know: " + line);
    } else if (line.attempt() > step.attempt() || !line.step().equals(step.name())) {
      found("I4", "An attempt began that the journal does not know: " + line + ", but " + step);
    }
  }

  private void checkNothingAfterTheEnd(List<Line> lines, int last) {
    var step = stored.step(lines.getFirst().key());
    if (step != null && step.isCompleted() && step.attempt() != last) {
      found("I3", "A step completed at another attempt than its last: " + last + ", " + step);
    }
  }

  private boolean isZombie(Line line) {
    var run = stored.runs().get(Stored.plain(line.run()));
    return run != null && run.workflow().equals(TortureWorkflows.ZOMBIE);
  }

  /** Where steps follow one another, none begins before the one before it has ended, or again. */
  private void checkOrder(String id, List<Line> lines) {
    var run = stored.runs().get(Stored.plain(id));
    if (run == null || !TortureWorkflows.ONE_BY_ONE.contains(run.workflow())) {
      return;
    }
    var latest = new TreeMap<Integer, Line>();
    var ended = new HashSet<String>();
    for (var line : lines) {
      if (!line.isStart()) {
        ended.add(line.key() + " " + line.attempt());
        continue;
      }
      if (!latest.isEmpty() && latest.lastKey() > line.ordinal()) {
        found("I3", "A step ran after its successor: " + line + " after " + latest.lastEntry());
      }
      latest.headMap(line.ordinal()).values().stream()
          .filter(before -> !ended.contains(before.key() + " " + before.attempt()))
          .filter(before -> isCompleted(before))
          .forEach(before -> found("I11", line + " began before the end of " + before));
      latest.put(line.ordinal(), line);
    }
  }

  private boolean isCompleted(Line line) {
    var step = stored.step(line.key());
    return step != null && step.isCompleted();
  }

  private void checkEveryCompletedStepRan() {
    var ran = new HashMap<String, Integer>();
    for (var line : evidence.effects().lines()) {
      if (!line.isStart()) {
        ran.put(Stored.plain(line.run()) + " " + line.ordinal(), line.attempt());
      }
    }
    Map<Long, Stored.Run> runs = new HashMap<>();
    stored.runs().values().forEach(run -> runs.put(run.key(), run));
    for (var step : stored.steps().values()) {
      var run = runs.get(step.runKey());
      if (run != null && run.workflow().startsWith("torture-") && isOfOurs(step)) {
        var attempt = ran.get(run.id() + " " + step.ordinal());
        if (attempt == null) {
          found("I11", "A step is completed that never ran to its end: " + run + ", " + step);
        }
      }
    }
  }

  private static boolean isOfOurs(Stored.Step step) {
    return step.isCompleted() && step.attempt() > 0 && WITH_EFFECTS.contains(step.kind());
  }
}
