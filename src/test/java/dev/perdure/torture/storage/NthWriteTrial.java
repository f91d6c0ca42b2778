package dev.perdure.torture.storage;

import dev.perdure.torture.Figures;
import dev.perdure.torture.NativeLibrary;
import dev.perdure.torture.Target;
import dev.perdure.torture.storage.FaultControl.Action;
import dev.perdure.torture.storage.FaultControl.Fault;
import dev.perdure.torture.storage.FaultControl.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Single writes of a server at work fall short or find no space, one after the other. It goes on
 * each time by itself, and nothing is lost, there twice or there in part.
 */
final class NthWriteTrial {

  private static final Duration HIT_WITHIN = Duration.ofSeconds(60);
  private static final Duration GOES_ON_WITHIN = Duration.ofSeconds(10);
  private static final List<Action> ACTIONS = List.of(Action.SHORT, Action.ENOSPC);

  private NthWriteTrial() {}

  /** At each of these writes, counted from when work goes on after the one before. */
  static void fail(Path directory, List<Integer> writes, Figures.Tally tally) throws Exception {
    var data = Files.createDirectories(directory.resolve("data"));
    var control = FaultControl.at(directory.resolve("control"));
    var server =
        Target.in(directory).env(control.environment(NativeLibrary.compile("faults.c"), data));
    try (var work = AtWork.begin(directory, "writes", server, tally)) {
      for (int nth : writes) {
        for (var action : ACTIONS) {
          control.arm(new Fault(Kind.WRITE, FaultControl.DATABASE_AND_LOG, nth, action, false));
          work.expect(isHit(control), "it did not come to write " + nth);
          work.expectAcks(1, GOES_ON_WITHIN);
          tally.add(action + " at a write of a server", 1);
        }
      }
      work.expectAllWell();
    }
  }

  private static boolean isHit(FaultControl control) throws InterruptedException {
    long end = System.nanoTime() + HIT_WITHIN.toNanos();
    var pause = new CountDownLatch(1);
    while (control.hits() == 0 && System.nanoTime() < end) {
      var _ = pause.await(5, TimeUnit.MILLISECONDS);
    }
    return control.hits() > 0;
  }
}
