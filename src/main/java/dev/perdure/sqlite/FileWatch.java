package dev.perdure.sqlite;

import dev.perdure.journal.JournalException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Notices that the database or its log has been deleted, renamed or replaced: SQLite does not, and
 * would go on to acknowledge writes to a file that nobody will find. Looks at names only and opens
 * nothing.
 */
final class FileWatch {

  private record Seen(Path path, Map<String, Object> identity) {
    static Seen of(Path path) {
      return new Seen(path, identityOf(path));
    }

    void assertStillThere() {
      if (!identity.equals(identityOf(path))) {
        throw new JournalException.Failed(
            path
                + " has been replaced while Perdure was running. Stop what did it, then start"
                + " Perdure again; nothing is written any more.");
      }
    }

    private static Map<String, Object> identityOf(Path path) {
      try {
        return Files.readAttributes(path, "unix:ino,dev");
      } catch (IOException e) {
        throw new JournalException.Failed(
            path
                + " has been deleted, renamed or made unreachable while Perdure was running;"
                + " nothing is written any more.",
            e);
      }
    }
  }

  private final Seen database;
  private final Seen log;

  /** Remembers what is there; the log exists as long as a connection is open. */
  FileWatch(DatabaseFile file) {
    this.database = Seen.of(file.path());
    this.log = Seen.of(file.log());
  }

  /** Throws {@link JournalException.Failed} when the names no longer lead to the same files. */
  void assertSame() {
    database.assertStillThere();
    log.assertStillThere();
  }
}
