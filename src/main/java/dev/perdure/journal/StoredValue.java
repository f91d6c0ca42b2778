package dev.perdure.journal;

import org.jspecify.annotations.Nullable;

/**
 * A JSON value in the journal, or only its size where it is longer than the reader asked for.
 *
 * @param json the text; null when it was left out
 * @param bytes its length in UTF-8
 */
public record StoredValue(@Nullable String json, long bytes) {}
