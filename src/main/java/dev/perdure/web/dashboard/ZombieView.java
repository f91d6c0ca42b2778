package dev.perdure.web.dashboard;

import dev.perdure.engine.Zombie;
import dev.perdure.journal.RunId;
import java.time.Instant;
import java.util.List;

/** A timed-out attempt that still runs, and where its thread is. */
public record ZombieView(int attempt, Instant since, String stack) {

  static List<ZombieView> of(List<Zombie> zombies, RunId run, String step) {
    return zombies.stream()
        .filter(zombie -> zombie.runId().equals(run) && zombie.step().equals(step))
        .map(ZombieView::of)
        .toList();
  }

  private static ZombieView of(Zombie zombie) {
    return new ZombieView(zombie.attempt(), zombie.since(), String.join("\n", zombie.stack()));
  }
}
