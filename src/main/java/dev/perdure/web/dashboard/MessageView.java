package dev.perdure.web.dashboard;

import dev.perdure.journal.Reason;
import dev.perdure.journal.RunRecord;
import dev.perdure.journal.WaitingFor;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The one line that says why a run stands where it stands.
 *
 * @param lead the step it is about, in front; null when there is none or the text names it
 * @param due when it goes on by itself; null when that is not known
 * @param more what stands behind that; empty when there is nothing
 */
public record MessageView(
    @Nullable String lead, String text, @Nullable Instant due, String more) {

  static final MessageView NONE = new MessageView(null, "", null, "");

  static MessageView of(RunRecord run, @Nullable WaitingFor waitingFor) {
    return switch (run.status()) {
      case COMPLETED -> NONE;
      case PENDING, RUNNING ->
          waitingFor == null ? reason(run, null) : waiting(waitingFor, run.reason());
      case FAILED, CANCELLED, BLOCKED -> reason(run, run.failingStep());
    };
  }

  /** The wait, and behind it what has been recorded about it. */
  private static MessageView waiting(WaitingFor waiting, @Nullable Reason reason) {
    return new MessageView(
        null, sentence(waiting), waiting.until(), reason == null ? "" : reason.message());
  }

  private static String sentence(WaitingFor waiting) {
    var name = waiting.name();
    return switch (waiting.kind()) {
      case TIMER -> "Sleeps" + (name == null ? "" : " in " + name);
      case RETRY -> "Waits to retry" + (name == null ? "" : " " + name);
      case SIGNAL -> "Waits for the signal" + (name == null ? "" : " " + name);
      case CHILD -> "Waits for the run" + (name == null ? "" : " " + name);
      case SLOT -> "Waits for a place among the active runs";
      case ZOMBIE -> "Waits for a timed-out attempt" + (name == null ? "" : " of " + name);
      case PAUSED -> "Paused";
    };
  }

  private static MessageView reason(RunRecord run, @Nullable String step) {
    var reason = run.reason();
    var text = reason == null ? "" : reason.message();
    return new MessageView(step == null || text.contains(step) ? null : step, text, null, "");
  }
}
