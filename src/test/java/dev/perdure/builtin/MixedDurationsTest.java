package dev.perdure.builtin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.perdure.journal.Statistics.WorkflowRuns;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MixedDurationsTest {

  @Test
  void nothingEndedHasNoPercentiles() {
    assertNull(new MixedDurations(List.of()).percentile(50));
    assertNull(new MixedDurations(List.of(runs(0, null, null, null))).percentile(95));
  }

  @Test
  void oneWorkflowKeepsItsOwn() {
    var one = new MixedDurations(List.of(runs(10, 100L, 900L, 1_000L)));
    assertEquals(100, one.percentile(50));
    assertEquals(900, one.percentile(95));
  }

  @Test
  void equalWorkflowsMixToThemselves() {
    var same = runs(10, 100L, 900L, 1_000L);
    var mixed = new MixedDurations(List.of(same, same, same));
    assertEquals(100, mixed.percentile(50));
    assertEquals(900, mixed.percentile(95));
  }

  @Test
  void workflowsWeighByTheirRuns() {
    var quick = runs(990, 10L, 10L, 10L);
    var slow = runs(10, 60_000L, 60_000L, 60_000L);
    var mixed = new MixedDurations(List.of(quick, slow));
    assertEquals(10, mixed.percentile(50));
    assertEquals(10, mixed.percentile(95));
    var mostlySlow = new MixedDurations(List.of(slow, runs(1, 10L, 10L, 10L)));
    assertEquals(54_000, mostlySlow.percentile(50));
  }

  @Test
  void durationsOfNothingAreZero() {
    assertEquals(0, new MixedDurations(List.of(runs(3, 0L, 0L, 0L))).percentile(95));
  }

  private static WorkflowRuns runs(
      long completed, @Nullable Long p50Ms, @Nullable Long p95Ms, @Nullable Long maxMs) {
    return new WorkflowRuns("w", 0, 0, completed, 0, 0, 0, p50Ms, p95Ms, maxMs);
  }
}
