package dev.perdure.web.dashboard;

import dev.perdure.engine.InstalledWorkflow;
import dev.perdure.journal.StepPlan;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A workflow that can be started.
 *
 * @param runsHref its runs
 * @param schedule when it starts by itself, in words; null when it does not
 * @param cron the same as a rule
 * @param input what stands in the form: the example, or what the person had written
 * @param key the idempotency key of the form
 * @param error why the last start failed, shown in the form; null when it did not
 */
public record WorkflowView(
    String name,
    int version,
    String description,
    List<PlanView> steps,
    String runsHref,
    @Nullable String schedule,
    @Nullable String cron,
    @Nullable Instant nextAt,
    String example,
    String input,
    String key,
    @Nullable String error) {

  private static final int ROWS_MAX = 14;

  public WorkflowView {
    steps = List.copyOf(steps);
  }

  /** A step as it is planned: its name and its limits in words. */
  public record PlanView(String name, String limits) {

    static PlanView of(StepPlan step) {
      var retries =
          step.maxRetries() == 0 ? "no retry" : Words.count(step.maxRetries(), "retry", "retries");
      return new PlanView(
          step.name(),
          step.timeoutMs() == null ? retries : retries + ", " + Words.ofLimit(step.timeoutMs()));
    }
  }

  static WorkflowView of(
      InstalledWorkflow workflow, @Nullable StartForm sent, String runsHref, String freshKey) {
    var form = sent != null && sent.workflow().equals(workflow.name()) ? sent : null;
    var example = JsonText.indented(workflow.inputExample());
    return new WorkflowView(
        workflow.name(),
        workflow.version(),
        workflow.description(),
        workflow.steps().stream().map(PlanView::of).toList(),
        runsHref,
        workflow.cron() == null ? null : CronWords.of(workflow.cron()),
        workflow.cron(),
        workflow.nextAt(),
        example,
        form == null ? example : form.input(),
        form == null ? freshKey : form.key(),
        form == null ? null : form.error());
  }

  /** A part of ids in the page. */
  public String anchor() {
    return name.toLowerCase(Locale.ROOT);
  }

  /** How high the field for the input is. */
  public int rows() {
    return Math.clamp(input.lines().count() + 1, 3, ROWS_MAX);
  }
}
