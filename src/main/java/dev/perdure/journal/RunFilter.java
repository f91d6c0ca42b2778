package dev.perdure.journal;

import org.jspecify.annotations.Nullable;

/** Which runs a list shows; null means any. */
public record RunFilter(@Nullable String workflow, @Nullable Status status) {

  public static final RunFilter ALL = new RunFilter(null, null);
}
