package dev.perdure.builtin;

import java.time.Duration;

/** One thing that a health check looks at. Safe to use from any thread. */
interface Check {

  String name();

  /** What it looks at, as people may see it. */
  String shown();

  /** After this the answer is not waited for any longer. */
  Duration timeout();

  /**
   * Looks once; may block longer than the timeout, {@link AllAtOnce} sees to that. That the target
   * is down is a finding, not an exception.
   */
  Finding look() throws InterruptedException;
}
