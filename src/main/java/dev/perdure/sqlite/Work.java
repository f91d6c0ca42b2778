package dev.perdure.sqlite;

import static java.util.Objects.requireNonNull;

import dev.perdure.journal.JournalException;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Something to be written, and whom to tell. Filled by the writer's thread, settled by it or by the
 * thread that acknowledges.
 */
final class Work<R> {

  /** What is to be done inside a transaction. */
  interface Task<R> {
    R carryOut(Commands commands) throws SQLException;
  }

  private final @Nullable Task<R> task;
  private final @Nullable Solo<R> solo;
  private final CompletableFuture<R> future = new CompletableFuture<>();
  private final long weight;
  private @Nullable R result;

  /**
   * @param weight about how much memory it takes up
   */
  Work(Task<R> task, long weight) {
    this.task = task;
    this.solo = null;
    this.weight = weight;
  }

  Work(Solo<R> solo, long weight) {
    this.task = null;
    this.solo = solo;
    this.weight = weight;
  }

  long weight() {
    return weight;
  }

  /** Whether it needs a transaction of its own. */
  boolean isSolo() {
    return solo != null;
  }

  CompletableFuture<R> future() {
    return future;
  }

  /** Returns whether what it did is to be kept; only a solo may answer no. */
  boolean carryOut(Commands commands) throws SQLException {
    if (solo != null) {
      var end = solo.carryOut(commands);
      result = end.answer();
      return end.kept();
    }
    result = requireNonNull(task).carryOut(commands);
    return true;
  }

  /** Its transaction could not be committed, because of what it did. */
  void undo(SQLException e) {
    result = requireNonNull(solo).uncommittable(e);
  }

  /** Tells that it is durable. */
  void acknowledge() {
    future.complete(result);
  }

  void refuse(JournalException why) {
    future.completeExceptionally(why);
  }
}
