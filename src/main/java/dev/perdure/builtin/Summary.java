package dev.perdure.builtin;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The output of nightly-summary.
 *
 * @param headline one sentence that says the most important
 * @param successPercent see {@link RunStats}
 * @param markdown the summary for people
 */
record Summary(
    Instant from,
    Instant to,
    String headline,
    long runs,
    long completed,
    long failed,
    long retries,
    @Nullable Double successPercent,
    String markdown) {

  Summary {
    requireNonNull(from, "from");
    requireNonNull(to, "to");
    requireNonNull(headline, "headline");
    requireNonNull(markdown, "markdown");
  }

  static Summary of(PlatformStats stats) {
    var runs = stats.overall();
    var headline = Headline.of(stats);
    return new Summary(
        stats.from(),
        stats.to(),
        headline,
        runs.total(),
        runs.completed(),
        runs.failed(),
        stats.retries(),
        runs.successPercent(),
        SummaryMarkdown.of(headline, stats));
  }
}
