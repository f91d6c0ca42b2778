package dev.perdure.journal;

import java.util.Locale;

/** How a run is going to end once its compensations are done. */
public enum Ending {
  CANCELLED,
  /** Its body has failed. */
  FAILED,
  /** Its time was up; it will have failed. */
  TIMED_OUT;

  /** The word for this in SQL and JSON. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
