package dev.perdure.server;

import java.util.Optional;

/** Which build this is. */
final class Build {

  /** The version in the manifest of the jar; outside of a jar {@code dev}. */
  static final String NAME =
      Optional.ofNullable(Build.class.getPackage().getImplementationVersion()).orElse("dev");

  private Build() {}
}
