package dev.perdure.journal;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * An error as it is recorded.
 *
 * @param code what kind of failure: {@code error}, {@code final}, {@code timeout}, {@code value},
 *     {@code interrupted}
 * @param type the name of the exception's class
 * @param message its message, bounded; never null
 * @param trace its stack trace with causes, bounded; null where there is none
 */
public record ErrorRecord(String code, String type, String message, @Nullable String trace) {

  public ErrorRecord {
    requireNonNull(code, "code");
    requireNonNull(type, "type");
    requireNonNull(message, "message");
  }
}
