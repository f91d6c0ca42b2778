package dev.perdure.web.dashboard;

import dev.perdure.journal.StepRecord;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The line below a step's name: what it waits for, or how far it is.
 *
 * @param text empty when there is nothing but the progress
 * @param due when it gives up waiting; null when it does not, or does not wait
 * @param percent how much is done; null when the step has not said
 */
public record NoteView(String text, @Nullable Instant due, @Nullable Integer percent) {

  static Optional<NoteView> of(StepRecord step) {
    if (step.status().isTerminal()) {
      return ended(step);
    }
    var waiting = step.waitingFor();
    var wait = waiting == null ? "" : EntryWords.wait(waiting);
    if (waiting != null && !wait.isEmpty()) {
      return Optional.of(new NoteView(wait, waiting.until(), null));
    }
    var progress = step.progress();
    return progress == null
        ? Optional.empty()
        : Optional.of(
            new NoteView(progress.text(), null, (int) Math.floor(progress.fraction() * 100)));
  }

  /** What has no attempts has no other place to say why it ended as it did. */
  private static Optional<NoteView> ended(StepRecord step) {
    return step.attempt() > 0 || step.reason() == null
        ? Optional.empty()
        : Optional.of(new NoteView(step.reason().message(), null, null));
  }
}
