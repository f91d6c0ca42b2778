package dev.perdure.torture.storage;

import dev.perdure.journal.JournalException;

/** What the journal said to a command. */
enum Told {
  /** It is stored. */
  STORED,
  /** It is not, and may be asked for again: no space, or too much to do. */
  NOT_STORED,
  /** It may be or not; the journal has failed. */
  UNKNOWN;

  static Told by(JournalException refusal) {
    return switch (refusal) {
      case JournalException.Full _,
          JournalException.Overloaded _,
          JournalException.Closed _,
          JournalException.Owned _,
          JournalException.Broken _ ->
          NOT_STORED;
      case JournalException.Failed _ -> UNKNOWN;
    };
  }
}
