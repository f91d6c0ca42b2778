package dev.perdure.web.dashboard;

import dev.perdure.journal.Ending;
import dev.perdure.journal.RunDetail;
import dev.perdure.journal.RunRecord;
import dev.perdure.journal.Status;
import dev.perdure.journal.StepRecord;
import dev.perdure.journal.WaitingFor;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What must be read first about a run that did not simply go well.
 *
 * @param badge whose colours it wears
 * @param due when it goes on by itself; null when that is not known
 */
public record NoticeView(
    Badge badge, String title, String text, @Nullable Instant due, @Nullable ErrorView error) {

  static Optional<NoticeView> of(RunDetail detail, @Nullable WaitingFor waitingFor) {
    var run = detail.run();
    return switch (run.status()) {
      case COMPLETED, PENDING -> Optional.empty();
      case FAILED -> Optional.of(failed(detail));
      case CANCELLED, BLOCKED -> Optional.of(stopped(run));
      case RUNNING -> waiting(detail, waitingFor);
    };
  }

  private static NoticeView failed(RunDetail detail) {
    var run = detail.run();
    var step = failing(detail);
    var title =
        step.map(found ->
                "Step "
                    + found.name()
                    + " failed after "
                    + Words.count(found.attemptCount(), "attempt", "attempts"))
            .orElseGet(() ->
                run.failingStep() == null ? "The run failed" : "Failed in " + run.failingStep());
    var error = detail.error();
    return new NoticeView(
        Badge.FAILED,
        title,
        error == null ? reason(run) : "",
        null,
        error == null ? null : ErrorView.of(error));
  }

  private static NoticeView stopped(RunRecord run) {
    boolean blocked = run.status() == Status.BLOCKED;
    return new NoticeView(
        blocked ? Badge.BLOCKED : Badge.CANCELLED,
        blocked ? "This run needs a person" : "This run was cancelled",
        reason(run),
        null,
        null);
  }

  private static Optional<NoticeView> waiting(RunDetail detail, @Nullable WaitingFor waitingFor) {
    var run = detail.run();
    var badge = Badge.of(run.status(), waitingFor);
    if (run.ending() != null) {
      return Optional.of(ending(detail, run.ending(), MessageView.of(run, waitingFor)));
    }
    if (badge == Badge.RUNNING) {
      return Optional.empty();
    }
    var message = MessageView.of(run, waitingFor);
    var failing = failing(detail).filter(step -> badge == Badge.RETRYING);
    var error = failing.map(StepRecord::error).map(ErrorView::of).orElse(null);
    var text = error == null ? message.more() : failing.map(NoticeView::tried).orElse("");
    return Optional.of(new NoticeView(badge, title(message), text, message.due(), error));
  }

  private static NoticeView ending(RunDetail detail, Ending ending, MessageView message) {
    var error = detail.error();
    return new NoticeView(
        ending == Ending.CANCELLED ? Badge.CANCELLED : Badge.FAILED,
        title(message),
        error == null ? reason(detail.run()) : "",
        message.due(),
        error == null ? null : ErrorView.of(error));
  }

  private static String title(MessageView message) {
    var title = message.text() + message.then();
    return message.lead().isEmpty() ? title : message.lead() + ": " + title;
  }

  private static String tried(StepRecord step) {
    return "Attempt %d of %d of step %s failed:"
        .formatted(step.attemptCount(), step.maxAttempts(), step.name());
  }

  private static Optional<StepRecord> failing(RunDetail detail) {
    var name = detail.run().failingStep();
    return detail.steps().stream()
        .filter(step -> step.name().equals(name) && step.error() != null)
        .max(Comparator.comparingInt(StepRecord::ordinal));
  }

  private static String reason(RunRecord run) {
    return run.reason() == null ? "" : run.reason().message();
  }
}
