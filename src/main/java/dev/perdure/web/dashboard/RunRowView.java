package dev.perdure.web.dashboard;

import dev.perdure.journal.RunRecord;
import dev.perdure.journal.WaitingFor;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A run as one row of the list.
 *
 * @param href the same page with this row open, or closed when it is open
 * @param duration null until it has ended
 * @param runningSince null unless it has begun and not ended
 * @param detail what is shown below the row; null while it is closed
 */
public record RunRowView(
    String id,
    String workflow,
    Badge badge,
    MessageView message,
    String href,
    Instant createdAt,
    @Nullable String duration,
    @Nullable Instant runningSince,
    @Nullable RunView detail) {

  static RunRowView of(
      RunRecord run, @Nullable WaitingFor waitingFor, String href, @Nullable RunView detail) {
    var badge = Badge.of(run.status(), waitingFor);
    return new RunRowView(
        run.id().toString(),
        run.workflow(),
        badge,
        MessageView.of(run, waitingFor),
        href,
        run.createdAt(),
        run.duration().map(Words::of).orElse(null),
        badge.isLive() ? run.startedAt() : null,
        detail);
  }

  /** The end of the id, which differs between runs of one moment. */
  public String shortId() {
    return "…" + id.substring(id.length() - 6);
  }

  public boolean isOpen() {
    return detail != null;
  }
}
