package dev.perdure.simulation;

import dev.perdure.journal.AttemptRecord;
import dev.perdure.journal.Status;
import dev.perdure.journal.StepRecord;
import org.jspecify.annotations.Nullable;

/** Holds the code of attempts against what is stored when it begins. */
final class EffectChecks {

  private final World world;
  private final Faults faults;
  private final EffectLedger ledger = new EffectLedger();

  EffectChecks(World world, Faults faults) {
    this.world = world;
    this.faults = faults;
  }

  EffectLedger ledger() {
    return ledger;
  }

  /**
   * The code of an attempt begins.
   *
   * @param step as it is stored
   */
  EffectLedger.Interval begins(
      @Nullable StepRecord step,
      Life life,
      Program.Node node,
      Program.Code code,
      String key,
      int attempt) {
    world.require(
        "I4",
        step != null && step.attempt() >= attempt,
        () -> "The effect of " + key + " attempt " + attempt + " is ahead of its record: " + step);
    world.require(
        "I3",
        step == null || step.status() != Status.COMPLETED,
        () -> "The effect of " + key + " attempt " + attempt + " follows its completion: " + step);
    boolean isTransaction = node instanceof Program.Transact;
    world.require(
        "I4",
        step == null || (step.isInFlight() && step.attempt() == attempt),
        () -> "The effect of " + key + " attempt " + attempt + " is not in flight: " + step);
    world.require(
        "I3",
        isTransaction || !ledger.hasBegun(key, attempt),
        () -> key + " attempt " + attempt + " has begun twice");
    checkAlone(step, code, key, attempt, isTransaction);
    checkBackoff(life, code, key);
    return ledger.begin(life, key, attempt, world.nanos());
  }

  private void checkAlone(
      @Nullable StepRecord step,
      Program.Code code,
      String key,
      int attempt,
      boolean isTransaction) {
    for (var other : ledger.open(key)) {
      world.require(
          "I9",
          isTransaction || isZombie(step, code, other),
          () -> key + " attempt " + attempt + " began beside attempt " + other.attempt);
    }
  }

  /** Whether its time and its grace are over. A stall can use up time before its code begins. */
  private boolean isZombie(
      @Nullable StepRecord step, Program.Code code, EffectLedger.Interval other) {
    var timeout = code.options().timeout();
    if (timeout.isEmpty()) {
      return false;
    }
    var grace = code.options().zombieGrace();
    if (!faults.stall()) {
      return world.nanos() - other.beganNanos >= timeout.get().plus(grace).toNanos();
    }
    if (step == null || step.attempts().size() < other.attempt) {
      return false;
    }
    var record = step.attempts().get(other.attempt - 1);
    return record.outcome() == AttemptRecord.Outcome.FAILED
        && record.finishedAt() != null
        && (faults.setsClock() || !world.instant().isBefore(record.finishedAt().plus(grace)));
  }

  /** Whatever the clocks show: in one life a retry comes no sooner than its delay says. */
  private void checkBackoff(Life life, Program.Code code, String key) {
    var last = ledger.latest(key);
    if (last == null || last.life != life || !last.failed || faults.stall()) {
      return;
    }
    long delay = code.options().retry().delay().toNanos();
    world.require(
        "G10",
        world.nanos() - last.endedNanos >= delay,
        () -> key + " was tried again after " + (world.nanos() - last.endedNanos) + " ns");
  }
}
