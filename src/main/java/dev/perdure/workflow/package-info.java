/**
 * What the author of a workflow sees: definitions, steps, retries and errors.
 *
 * <p>It imports nothing of Perdure. {@code java.sql.Connection} appears here only as what a
 * transactional step is handed.
 */
@NullMarked
package dev.perdure.workflow;

import org.jspecify.annotations.NullMarked;
