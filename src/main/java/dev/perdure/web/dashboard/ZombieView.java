package dev.perdure.web.dashboard;

import dev.perdure.engine.Zombie;
import dev.perdure.journal.RunId;
import dev.perdure.journal.StepRecord;
import java.time.Instant;
import java.util.List;

/** A timed-out attempt that still runs, and where its thread is. */
public record ZombieView(int attempt, Instant since, String stack) {

  private static final String TIMEOUT = "timeout";

  static List<ZombieView> of(List<Zombie> zombies, RunId run, StepRecord step) {
    return zombies.stream()
        .filter(zombie -> zombie.runId().equals(run) && isOf(zombie, step))
        .map(ZombieView::of)
        .toList();
  }

  /** Items of a map have one name, so their attempts decide. */
  private static boolean isOf(Zombie zombie, StepRecord step) {
    return zombie.step().equals(step.name())
        && Attempts.of(step).stream()
            .anyMatch(tried ->
                tried.attempt() == zombie.attempt()
                    && tried.error() != null
                    && tried.error().code().equals(TIMEOUT));
  }

  private static ZombieView of(Zombie zombie) {
    return new ZombieView(zombie.attempt(), zombie.since(), String.join("\n", zombie.stack()));
  }
}
