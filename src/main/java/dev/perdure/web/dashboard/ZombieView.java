package dev.perdure.web.dashboard;

import dev.perdure.engine.Zombie;
import dev.perdure.journal.RunId;
import dev.perdure.journal.StepRecord;
import java.time.Instant;
import java.util.List;

/** A timed-out attempt that still runs, and where its thread is. */
public record ZombieView(int attempt, Instant since, String stack) {

  static List<ZombieView> of(List<Zombie> zombies, RunId run, StepRecord step) {
    return zombies.stream()
        .filter(zombie -> zombie.runId().equals(run) && zombie.ordinal() == step.ordinal())
        .map(ZombieView::of)
        .toList();
  }

  private static ZombieView of(Zombie zombie) {
    return new ZombieView(zombie.attempt(), zombie.since(), String.join("\n", zombie.stack()));
  }
}
