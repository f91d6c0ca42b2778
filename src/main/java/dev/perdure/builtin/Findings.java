package dev.perdure.builtin;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;

/**
 * What one look at the services found.
 *
 * @param at when it began
 */
record Findings(Instant at, List<Finding> services) {

  Findings {
    requireNonNull(at, "at");
    services = List.copyOf(services);
  }
}
