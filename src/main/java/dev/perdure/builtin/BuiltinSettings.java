package dev.perdure.builtin;

import static java.util.Objects.requireNonNull;

import dev.perdure.journal.Statistics;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What the built-in workflows stand on.
 *
 * @param services what platform-health-check pings; where there are none, Perdure checks itself
 * @param clock the time that reports say
 * @param nanoTime a monotonic clock in nanoseconds, for latencies
 * @param ownLiveAddress where this process answers {@code /health/live}, asked at each check; empty
 *     while it does not, or when the port is not its own
 */
public record BuiltinSettings(
    List<Service> services,
    Statistics statistics,
    InstantSource clock,
    LongSupplier nanoTime,
    Supplier<Optional<URI>> ownLiveAddress) {

  public BuiltinSettings {
    services = List.copyOf(services);
    requireNonNull(statistics, "statistics");
    requireNonNull(clock, "clock");
    requireNonNull(nanoTime, "nanoTime");
    requireNonNull(ownLiveAddress, "ownLiveAddress");
  }
}
