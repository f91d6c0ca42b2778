package dev.perdure.journal;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * A message in the inbox of a run that has not been taken.
 *
 * @param number rises with the order in which messages came
 * @param payload JSON; of a child's end the child's ordinal in this run
 */
public record SignalRecord(long number, String name, String payload, Instant sentAt) {

  /** The name of the message that a child has ended. No signal can have it. */
  public static final String CHILD_ENDED = "/child-ended";

  public SignalRecord {
    requireNonNull(name, "name");
    requireNonNull(payload, "payload");
    requireNonNull(sentAt, "sentAt");
  }
}
