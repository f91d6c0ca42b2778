package dev.perdure.engine;

import dev.perdure.journal.RunId;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;

/** The attempts that timed out and whose code has not ended yet. Thread-safe. */
final class Zombies {

  private static final int STACK_FRAMES_MAX = 50;

  private final Set<Attempt> unended = new CopyOnWriteArraySet<>();
  private final int carriers;

  /**
   * @param carriers how many threads carry virtual threads; zombies that compute hold one each
   */
  Zombies(int carriers) {
    this.carriers = carriers;
  }

  /** Keeps an eye on a timed-out attempt until its code ends. */
  void watch(Attempt attempt) {
    unended.add(attempt);
    var _ = attempt.ended().thenRun(() -> unended.remove(attempt));
  }

  /** The timed-out attempt of this step that the next one still has to wait for. */
  Optional<Attempt> inTheWayOf(RunId run, int ordinal) {
    return unended.stream()
        .filter(attempt -> attempt.run().equals(run) && attempt.ordinal() == ordinal)
        .filter(attempt -> !attempt.graceLeft().isZero())
        .findFirst();
  }

  /** Whether zombies compute on half of the carriers or more: then nothing new may start. */
  boolean holdTooMuch() {
    return !unended.isEmpty() && unended.stream().filter(Zombies::computes).count() * 2 >= carriers;
  }

  private static boolean computes(Attempt attempt) {
    var thread = attempt.thread();
    return thread != null
        && thread.getState() == Thread.State.RUNNABLE
        && attempt.graceLeft().isZero();
  }

  /** Those whose grace is over, for people to see. */
  List<Zombie> list() {
    return unended.stream()
        .filter(attempt -> attempt.graceLeft().isZero() && !attempt.ended().isDone())
        .map(Zombies::describe)
        .flatMap(Optional::stream)
        .toList();
  }

  private static Optional<Zombie> describe(Attempt attempt) {
    var thread = attempt.thread();
    var since = attempt.overdueAt();
    if (thread == null || since == null) {
      return Optional.empty();
    }
    var stack =
        Arrays.stream(thread.getStackTrace())
            .limit(STACK_FRAMES_MAX)
            .map(StackTraceElement::toString)
            .toList();
    return Optional.of(
        new Zombie(
            attempt.run(), attempt.ordinal(), attempt.name(), attempt.attempt(), since, stack));
  }
}
