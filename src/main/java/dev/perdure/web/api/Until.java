package dev.perdure.web.api;

import dev.perdure.journal.Commits;
import dev.perdure.journal.RunId;
import dev.perdure.journal.Status;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** What a request for a run may wait for. */
enum Until {
  /** Anything about the run changes. */
  CHANGE,

  /** The run has ended, or is blocked and needs a person. What changes before costs nothing. */
  END;

  CompletableFuture<Boolean> listen(Commits commits, RunId id, Duration atMost) {
    return switch (this) {
      case CHANGE -> commits.nextChangeOf(id, atMost);
      case END -> commits.endOf(id, atMost);
    };
  }

  /** Whether it can still come. */
  boolean isAhead(Status status) {
    return !status.isTerminal() && (this == CHANGE || status != Status.BLOCKED);
  }
}
