/**
 * The journal in plain Java collections: what the one in SQLite does, without a file. The test kit
 * runs on it, and it is held to the one in SQLite by random commands.
 *
 * <p>It imports {@code journal} only.
 */
@NullMarked
package dev.perdure.testing.memory;

import org.jspecify.annotations.NullMarked;
