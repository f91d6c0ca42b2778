package dev.perdure.builtin;

import dev.perdure.workflow.Workflow;
import java.util.List;

/** The workflows that come with Perdure. */
public final class Builtin {

  private Builtin() {}

  /** {@code platform-health-check} and {@code nightly-summary}. */
  public static List<Workflow<?, ?>> workflows(BuiltinSettings settings) {
    return List.of(
        PlatformHealthCheck.workflow(settings, Machine::now),
        NightlySummary.workflow(settings, Machine::now));
  }
}
