/**
 * The engine with time moved by hand and crashes at will, for the authors of workflows and for us.
 *
 * <p>It imports {@code workflow}, {@code journal}, {@code sqlite} and {@code engine}.
 */
@NullMarked
package dev.perdure.testing;

import org.jspecify.annotations.NullMarked;
