/**
 * The workflows that come with Perdure: platform-health-check and nightly-summary.
 *
 * <p>It imports {@code workflow}, and {@code journal} for the statistics of the platform.
 */
@NullMarked
package dev.perdure.builtin;

import org.jspecify.annotations.NullMarked;
