/**
 * The durable record: runs, steps, attempts, signals and slots, their lawful transitions, and the
 * one interface through which the engine writes them.
 *
 * <p>It imports nothing of Perdure.
 */
@NullMarked
package dev.perdure.journal;

import org.jspecify.annotations.NullMarked;
