package dev.perdure.testing.memory;

import dev.perdure.journal.SqlConnection;

/** The connection of a journal that has none. */
final class NoSql implements SqlConnection {

  @Override
  public <T> T as(Class<T> type) {
    throw new UnsupportedOperationException(MemoryCommands.NO_SQL);
  }
}
