/**
 * Runs workflows against a journal: admission, replay, attempts, timers, schedules, recovery and
 * shutdown.
 *
 * <p>It imports {@code workflow} and {@code journal}, and does not know where the journal is kept.
 */
@NullMarked
package dev.perdure.engine;

import org.jspecify.annotations.NullMarked;
