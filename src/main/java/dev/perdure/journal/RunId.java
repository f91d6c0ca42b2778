package dev.perdure.journal;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * The id of a run: a UUID of version 7 (RFC 9562), so that ids sort by the time of their making.
 * They compare as unsigned numbers, which is the order of their text.
 */
public record RunId(UUID value) implements Comparable<RunId> {

  private static final Pattern TEXT =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");

  public RunId {
    requireNonNull(value, "value");
  }

  /** Reads the canonical lower-case text; empty when it is anything else. */
  public static Optional<RunId> parse(String text) {
    return TEXT.matcher(text).matches()
        ? Optional.of(new RunId(UUID.fromString(text)))
        : Optional.empty();
  }

  @Override
  public int compareTo(RunId other) {
    int high =
        Long.compareUnsigned(value.getMostSignificantBits(), other.value.getMostSignificantBits());
    return high != 0
        ? high
        : Long.compareUnsigned(
            value.getLeastSignificantBits(), other.value.getLeastSignificantBits());
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
