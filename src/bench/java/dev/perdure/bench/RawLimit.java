package dev.perdure.bench;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The raw limit as a process of its own, so that nothing of Perdure shares its heap or its compiled
 * code. It is told what to do by {@link Orders}.
 */
final class RawLimit {

  private RawLimit() {}

  /** Argument: the directory for its file. */
  public static void main(String[] arguments) throws Exception {
    var file = Path.of(arguments[0]).resolve("raw.db");
    Files.createDirectories(file.getParent());
    try (var journal = RawJournal.create(file)) {
      Orders.obey(order -> {
        var loop = new ClosedLoop(order.count());
        return loop.run(order.time(), _ -> journal::run).line();
      });
    }
  }
}
