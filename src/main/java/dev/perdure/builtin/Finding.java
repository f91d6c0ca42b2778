package dev.perdure.builtin;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a check found.
 *
 * @param name the service
 * @param target its address as people may see it
 * @param latencyMs how long it took; null when there was no answer or nothing to measure
 * @param httpStatus null unless HTTP was answered
 * @param certificateDaysLeft full days until its certificate ends, negative afterwards; null when
 *     none was seen
 * @param detail a sentence for people, without secrets
 */
record Finding(
    String name,
    String target,
    FindingStatus status,
    @Nullable Long latencyMs,
    @Nullable Integer httpStatus,
    @Nullable Integer certificateDaysLeft,
    String detail) {

  Finding {
    requireNonNull(name, "name");
    requireNonNull(target, "target");
    requireNonNull(status, "status");
    requireNonNull(detail, "detail");
  }

  static Finding of(Check check, FindingStatus status, @Nullable Duration latency, String detail) {
    return new Finding(
        check.name(),
        check.shown(),
        status,
        latency == null ? null : latency.toMillis(),
        null,
        null,
        detail);
  }

  static Finding down(Check check, String detail) {
    return of(check, FindingStatus.DOWN, null, detail);
  }

  Finding withHttpStatus(int status) {
    return new Finding(name, target, this.status, latencyMs, status, certificateDaysLeft, detail);
  }

  Finding withCertificateDaysLeft(@Nullable Integer days) {
    return new Finding(name, target, status, latencyMs, httpStatus, days, detail);
  }

  /** With one more sentence; a target that was up is up with a warning. */
  Finding withWarning(String sentence) {
    return new Finding(
        name,
        target,
        status == FindingStatus.UP ? FindingStatus.WARNING : status,
        latencyMs,
        httpStatus,
        certificateDaysLeft,
        detail + " " + sentence);
  }
}
