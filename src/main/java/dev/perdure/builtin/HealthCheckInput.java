package dev.perdure.builtin;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;

/**
 * Which of the configured services a health check looks at.
 *
 * @param services their names; empty means all of them
 */
record HealthCheckInput(List<String> services) {

  static final HealthCheckInput ALL = new HealthCheckInput(List.of());

  HealthCheckInput {
    // JSON without the member arrives here as null.
    services = services == null ? List.of() : services;
    if (services.stream().anyMatch(Objects::isNull)) {
      throw new IllegalArgumentException("services must hold names of services, not null.");
    }
    if (services.size() > Services.SERVICES_MAX) {
      throw new IllegalArgumentException(
          "services must hold at most " + Services.SERVICES_MAX + " names.");
    }
    services = List.copyOf(new LinkedHashSet<>(services));
  }
}
