package dev.perdure.sqlite;

import java.sql.SQLException;

/** Work that has a transaction of its own, because it may want to undo what it did. */
interface Solo<R> {

  /**
   * What it has come to.
   *
   * @param kept false rolls back what was done
   */
  record End<R>(R answer, boolean kept) {

    static <R> End<R> kept(R answer) {
      return new End<>(answer, true);
    }

    static <R> End<R> undone(R answer) {
      return new End<>(answer, false);
    }
  }

  End<R> carryOut(Commands commands) throws SQLException;

  /** The answer when a constraint that is checked at the commit has not held. */
  R uncommittable(SQLException e);
}
