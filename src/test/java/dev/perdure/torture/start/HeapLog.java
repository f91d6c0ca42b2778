package dev.perdure.torture.start;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * What the garbage collector has logged of the heap.
 *
 * @param mostMiB used, ever; looked at before each collection
 * @param keptMiB the most that was in use after one
 * @param lastMiB what was in use after the last one
 */
public record HeapLog(long mostMiB, long keptMiB, long lastMiB) {

  private static final Pattern COLLECTION = Pattern.compile("(\\d+)M->(\\d+)M\\(");

  /** Reads what is there. */
  public static HeapLog read(Path log) throws IOException {
    long most = 0;
    long kept = 0;
    long last = 0;
    var found = COLLECTION.matcher(Files.readString(log));
    while (found.find()) {
      most = Math.max(most, Long.parseLong(found.group(1)));
      last = Long.parseLong(found.group(2));
      kept = Math.max(kept, last);
    }
    return new HeapLog(most, kept, last);
  }
}
