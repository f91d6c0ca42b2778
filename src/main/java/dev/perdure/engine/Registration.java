package dev.perdure.engine;

import dev.perdure.workflow.Workflow;
import java.time.ZoneId;

/** What an engine asks of a workflow before it takes it. */
public final class Registration {

  private Registration() {}

  /**
   * Checks one workflow by itself, so that whoever loads many can leave out the unsound ones: an
   * engine refuses them all for one.
   *
   * @param zone where its schedule is read
   * @throws IllegalArgumentException when its example does not fit its type, its schedule can not
   *     be read, or its times can not fit
   */
  public static void check(Workflow<?, ?> workflow, ZoneId zone) {
    var _ = Definition.of(workflow, new Values());
    workflow
        .cron()
        .ifPresent(cron -> {
          var _ = CronRule.parse(workflow.name(), cron, zone);
        });
  }
}
