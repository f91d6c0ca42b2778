package dev.perdure.torture.hostile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the steps of {@link TimeWorkflows} have noted. */
record Notes(Path file) {

  /** One line: what, of which run, when on the monotonic clock. */
  record Note(String what, String run, long nanos) {
    static Note of(String line) {
      var words = line.split(" ", -1);
      return new Note(words[0], words[1], Long.parseLong(words[2]));
    }
  }

  List<Note> all() throws IOException {
    return Files.exists(file)
        ? Files.readAllLines(file).stream().map(Note::of).toList()
        : List.of();
  }

  /** When the run did this: once is right, more often is not. */
  List<Long> times(String what, String run) throws IOException {
    return all().stream()
        .filter(note -> note.what().equals(what) && note.run().equals(run))
        .map(Note::nanos)
        .toList();
  }
}
