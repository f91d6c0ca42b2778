package dev.perdure.web;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Counts wrong tokens: ten within a minute, and an address is not listened to for the rest of that
 * minute, not even with the right token. Thread-safe; remembers a bounded number of addresses.
 */
final class Attempts {

  private static final int WRONG_MAX = 10;
  private static final int ADDRESSES_MAX = 10_000;
  private static final Duration WINDOW = Duration.ofMinutes(1);

  private record Count(Instant since, int wrong) {}

  private final InstantSource clock;

  // Guarded by this; the address that was wrong longest ago is forgotten first.
  private final Map<String, Count> counts =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Count> eldest) {
          return size() > ADDRESSES_MAX;
        }
      };

  Attempts(InstantSource clock) {
    this.clock = clock;
  }

  /** Takes note of an attempt; the answer is for how long the address is shut out, if it is. */
  synchronized Optional<Duration> record(String address, boolean right) {
    var now = clock.instant();
    var network = networkOf(address);
    var count = counts.get(network);
    if (count == null || !isWithin(count, now)) {
      counts.remove(network);
      count = new Count(now, 0);
    }
    if (count.wrong() >= WRONG_MAX) {
      return Optional.of(Duration.between(now, count.since().plus(WINDOW)));
    }
    if (!right) {
      counts.put(network, new Count(count.since(), count.wrong() + 1));
    }
    return Optional.empty();
  }

  private static boolean isWithin(Count count, Instant now) {
    return !now.isBefore(count.since()) && now.isBefore(count.since().plus(WINDOW));
  }

  /** One holder of IPv6 addresses has at least 2^64 of them, a /64; they count as one. */
  private static String networkOf(String address) {
    try {
      return InetAddress.ofLiteral(HostRules.bare(address)) instanceof Inet6Address six
          ? HexFormat.of().formatHex(six.getAddress(), 0, 8)
          : address;
    } catch (IllegalArgumentException e) {
      return address;
    }
  }
}
