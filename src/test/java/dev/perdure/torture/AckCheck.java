package dev.perdure.torture;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Whether what clients were told is so, and stays so: I1, I2, I7, I8. */
final class AckCheck {

  private final Evidence evidence;
  private final Stored stored;
  private final List<Violation> violations = new ArrayList<>();

  AckCheck(Evidence evidence) {
    this.evidence = evidence;
    this.stored = evidence.stored();
  }

  List<Violation> violations() {
    checkRuns();
    checkKeys();
    checkRefused();
    evidence.acks("signal").forEach(ack -> checkSignal(ack.get(1), ack.get(3)));
    evidence.acks("cancel").forEach(ack -> checkCancel(ack.get(1)));
    evidence.acks("ended").forEach(seen -> checkEnd(seen.get(1), seen.get(2), seen.get(3)));
    evidence.acks("completed").forEach(this::checkCompleted);
    return violations;
  }

  private void found(String invariant, String sentence) {
    violations.add(new Violation(invariant, sentence));
  }

  private Stored.Run run(String id) {
    return stored.runs().get(Stored.plain(id));
  }

  private void checkRuns() {
    for (var ack : evidence.acks("run")) {
      var run = run(ack.get(1));
      if (run == null) {
        found("I1", "The run " + ack.get(1) + " was acknowledged and is not stored.");
      } else if (!run.workflow().equals(ack.get(2)) || !run.nonce().equals(ack.get(3))) {
        found("I1", "The run " + ack.get(1) + " is stored as another one: " + run);
      }
    }
  }

  private void checkKeys() {
    var perNonce = runsPerNonce();
    var runOfKey = new HashMap<String, String>();
    for (var ack : evidence.acks("run")) {
      var key = ack.get(4);
      if (key.equals("-")) {
        continue;
      }
      var id = Stored.plain(ack.get(1));
      var before = runOfKey.putIfAbsent(key, id);
      if (before != null && !before.equals(id)) {
        found("I2", "The key " + key + " led to two runs: " + before + " and " + id);
      }
      if (!id.equals(stored.keys().get(key))) {
        found(
            "I2", "The key " + key + " of run " + id + " is stored for " + stored.keys().get(key));
      }
      if (perNonce.getOrDefault(ack.get(3), 0L) > 1) {
        found("I2", "The request " + ack.get(3) + " with a key has started more than one run.");
      }
    }
  }

  private void checkRefused() {
    var perNonce = runsPerNonce();
    for (var ack : evidence.acks("refused")) {
      if (perNonce.containsKey(ack.get(1))) {
        found("I1", "The request " + ack.get(1) + " was refused and is stored.");
      }
    }
  }

  private Map<String, Long> runsPerNonce() {
    return stored.runs().values().stream().collect(groupingBy(Stored.Run::nonce, counting()));
  }

  private void checkSignal(String id, String signal) {
    if (!stored.signals().contains(Stored.plain(id) + " " + signal)) {
      found("I1", "A signal to run " + id + " was acknowledged and is not stored.");
    }
  }

  /**
   * A cancellation may come too late: a run whose last step is at work may complete or fail by
   * itself. But if something was undone, it was for the cancellation. One that is asked to end and
   * never does has not lost that it was asked.
   */
  private void checkCancel(String id) {
    var run = run(id);
    if (run == null || run.isBlocked() || run.status().equals("cancelled")) {
      return;
    }
    boolean isAsked = !run.isOver() && run.ending().equals("cancelled");
    if (isAsked && evidence.isSettled()) {
      found("I8", "The cancelling of run " + id + " does not come to its end: " + run);
    } else if (!isAsked && (!run.isOver() || stored.hasCompensations(run))) {
      found("I1", "The cancelling of run " + id + " was acknowledged, but it is " + run);
    }
  }

  private void checkEnd(String id, String status, String output) {
    var run = run(id);
    if (run == null) {
      found("I1", "The run " + id + " was seen to have ended and is not stored.");
    } else if (!run.status().equals(status) || !run.output().equals(output)) {
      found("I7", "The run " + id + " was seen as " + status + " and is now " + run);
    }
  }

  private void checkCompleted(List<String> seen) {
    var run = run(seen.get(1));
    var step = run == null ? null : stored.step(run, Integer.parseInt(seen.get(2)));
    if (step == null || !step.isCompleted()) {
      found("I3", "A completed step was seen that is none now: " + seen + ", " + step);
    } else if (step.attempt() != Integer.parseInt(seen.get(3))) {
      found("I3", "A step ran again after it was seen to have completed: " + seen + ", " + step);
    } else if (!step.output().equals(seen.get(4))) {
      found("I7", "The output of a step has changed after it was seen: " + seen + ", " + step);
    }
  }
}
