/**
 * The journal in one SQLite file: one writer with group commit, read-only connections, migrations. The
 * only place that runs SQL. May import {@code dev.perdure.journal} and nothing else of Perdure.
 */
@NullMarked
package dev.perdure.sqlite;

import org.jspecify.annotations.NullMarked;
