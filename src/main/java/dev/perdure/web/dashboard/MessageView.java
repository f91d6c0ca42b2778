package dev.perdure.web.dashboard;

import dev.perdure.journal.Ending;
import dev.perdure.journal.Reason;
import dev.perdure.journal.RunRecord;
import dev.perdure.journal.WaitingFor;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The one line that says why a run stands where it stands.
 *
 * @param lead the step it is about; empty when there is none or the text names it
 * @param text without the end of a sentence; empty when there is nothing to say
 * @param then what happens at {@code due}, in front of that time
 * @param due when it goes on by itself; null when that is not known
 * @param more what stands behind that; empty when there is nothing
 */
public record MessageView(
    String lead, String text, String then, @Nullable Instant due, String more) {

  static MessageView of(RunRecord run, @Nullable WaitingFor waitingFor) {
    return switch (run.status()) {
      case COMPLETED -> said("", "");
      case PENDING -> waitingFor == null ? reason(run) : waiting(run, waitingFor);
      case RUNNING -> running(run, waitingFor);
      case FAILED -> failed(run);
      case CANCELLED, BLOCKED -> reason(run);
    };
  }

  private static MessageView running(RunRecord run, @Nullable WaitingFor waiting) {
    var ending = run.ending();
    if (ending != null) {
      var due = waiting == null ? null : waiting.until();
      var then = waiting == null || due == null ? "" : thenOfEnding(waiting.kind());
      return new MessageView("", ending(ending), then, due, sentence(run.reason()));
    }
    return waiting == null ? reason(run) : waiting(run, waiting);
  }

  private static String thenOfEnding(WaitingFor.Kind kind) {
    return kind == WaitingFor.Kind.RETRY ? ", next try" : then(kind);
  }

  /** How a run ends that is still running. */
  static String ending(Ending ending) {
    return switch (ending) {
      case CANCELLED -> "Cancelling";
      case FAILED -> "Compensating after a failure";
      case TIMED_OUT -> "Compensating, its time was up";
    };
  }

  private static MessageView said(String lead, String text) {
    return new MessageView(lead, text, "", null, "");
  }

  private static MessageView reason(RunRecord run) {
    return said("", sentence(run.reason()));
  }

  /** The step and its error: how often it was tried stands in the detail. */
  private static MessageView failed(RunRecord run) {
    var step = run.failingStep();
    var text = sentence(run.reason());
    if (step == null) {
      return said("", text);
    }
    int colon = text.indexOf(": ");
    boolean named = colon >= 0 && text.substring(0, colon).contains(step);
    return said(step, named ? text.substring(colon + 2) : text);
  }

  private static MessageView waiting(RunRecord run, WaitingFor waiting) {
    boolean known = waiting.until() != null;
    var step = waiting.kind() == WaitingFor.Kind.RETRY ? waiting.name() : null;
    var reason = sentence(run.reason());
    return new MessageView(
        step == null ? "" : step,
        what(waiting.kind(), waiting.name(), known),
        known ? then(waiting.kind()) : "",
        waiting.until(),
        step == null ? reason : reason.replace(" of step \"" + step + "\"", ""));
  }

  private static String what(WaitingFor.Kind kind, @Nullable String name, boolean endKnown) {
    var whose = name == null ? "" : " " + name;
    return switch (kind) {
      case TIMER -> "Sleeps";
      case RETRY -> endKnown ? "" : "Waits for its next attempt";
      case SIGNAL -> "Waits for the signal" + whose;
      case CHILD -> "Waits for the run" + whose;
      case SLOT -> "Waits for a place among the active runs";
      case ZOMBIE -> "Waits for a timed-out attempt" + (name == null ? "" : " of " + name);
      case PAUSED -> "Paused";
    };
  }

  private static String then(WaitingFor.Kind kind) {
    return switch (kind) {
      case TIMER -> ", wakes";
      case RETRY -> "next try";
      case SIGNAL, CHILD -> ", gives up";
      case SLOT, ZOMBIE, PAUSED -> ", goes on";
    };
  }

  private static String sentence(@Nullable Reason reason) {
    return reason == null ? "" : reason.message();
  }
}
