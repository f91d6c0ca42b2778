/**
 * The journal in one SQLite file: one writer with group commit, read-only connections, migrations.
 *
 * <p>It imports {@code journal}. No other package runs SQL.
 */
@NullMarked
package dev.perdure.sqlite;

import org.jspecify.annotations.NullMarked;
