package dev.perdure.sqlite;

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

  private final Task<R> task;
  private final CompletableFuture<R> future = new CompletableFuture<>();
  private @Nullable R result;

  Work(Task<R> task) {
    this.task = task;
  }

  CompletableFuture<R> future() {
    return future;
  }

  void carryOut(Commands commands) throws SQLException {
    result = task.carryOut(commands);
  }

  /** Tells that it is durable. */
  void acknowledge() {
    future.complete(result);
  }

  void refuse(JournalException why) {
    future.completeExceptionally(why);
  }
}
