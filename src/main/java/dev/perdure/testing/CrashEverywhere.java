package dev.perdure.testing;

import dev.perdure.journal.Status;
import dev.perdure.testing.WorkflowTester.Scenario;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Plays a scenario with a crash behind each write to the journal. */
final class CrashEverywhere<I> {

  /** More than any sensible test, so that one that never ends is seen. */
  private static final int CRASHES_MAX = 10_000;

  /** How a run stands at the end of a scenario. */
  private record End(
      String workflow, Status status, @Nullable String output, @Nullable String error) {

    static End of(TestRun run) {
      var detail = run.detail();
      var output = detail.output();
      var error = detail.error();
      return new End(
          detail.run().workflow(),
          detail.run().status(),
          output == null ? null : output.json(),
          error == null ? null : error.code() + ": " + error.message());
    }
  }

  private final Scenario<I> scenario;
  private final IntFunction<WorkflowTester<I>> testers;

  /**
   * @param testers makes one whose engine dies behind the write of this number; 0 for none
   */
  CrashEverywhere(Scenario<I> scenario, IntFunction<WorkflowTester<I>> testers) {
    this.scenario = scenario;
    this.testers = testers;
  }

  /** How often it could crash. */
  int play() {
    var expected = play(0).ends();
    for (int write = 1; write <= CRASHES_MAX; write++) {
      var played = play(write);
      if (!played.ends().equals(expected)) {
        throw new AssertionError(
            "With a crash behind write %d the runs end otherwise.%nWithout: %s%nWith: %s"
                .formatted(write, expected, played.ends()));
      }
      if (!played.crashed()) {
        return write - 1;
      }
    }
    throw new AssertionError("The scenario writes more than " + CRASHES_MAX + " times.");
  }

  private record Played(List<End> ends, boolean crashed) {}

  private Played play(int crashBehind) {
    try (var test = testers.apply(crashBehind)) {
      scenario.run(test);
      test.checkCompletedOnce();
      return new Played(
          test.runs().stream().map(End::of).toList(), crashBehind > 0 && test.processes() > 1);
    } catch (Exception | AssertionError e) {
      throw crashBehind == 0
          ? new AssertionError("Without a crash: " + e.getMessage(), e)
          : new AssertionError("With a crash behind write " + crashBehind + ": " + e, e);
    }
  }
}
