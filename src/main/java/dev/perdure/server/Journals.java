package dev.perdure.server;

import dev.perdure.engine.Time;
import dev.perdure.journal.Journal;
import dev.perdure.sqlite.SqliteJournal;
import dev.perdure.sqlite.SqliteOptions;

/** Opens the journal of a configuration. */
final class Journals {

  private Journals() {}

  /**
   * Opens it in SQLite.
   *
   * @param holder who we are, in a few words, for the message that another engine gets
   */
  static Journal open(Config config, Time time, String holder) {
    var options = SqliteOptions.with(time, time::nanos).heldBy(holder);
    return SqliteJournal.open(config.data(), options);
  }
}
