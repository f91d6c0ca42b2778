package dev.perdure.web;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Who is signed in with a browser. Sessions live in memory: a restart ends them. One lasts for 12
 * hours at most, and for 30 minutes without a request. Thread-safe.
 */
final class Sessions {

  static final Duration AGE_MAX = Duration.ofHours(12);
  private static final Duration IDLE_MAX = Duration.ofMinutes(30);
  private static final int COUNT_MAX = 1_000;
  private static final int ID_BYTES = 16;

  private record Session(Instant since, Instant seen) {
    boolean isAlive(Instant now) {
      return now.isBefore(since.plus(AGE_MAX)) && now.isBefore(seen.plus(IDLE_MAX));
    }
  }

  private final InstantSource clock;
  private final RandomGenerator random;

  // Guarded by this; the session that was seen longest ago makes room first.
  private final Map<String, Session> sessions =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Session> eldest) {
          return size() > COUNT_MAX;
        }
      };

  Sessions(InstantSource clock, RandomGenerator random) {
    this.clock = clock;
    this.random = random;
  }

  /** Begins a session; the answer is its id, 128 random bits. */
  synchronized String begin() {
    var id = randomId(random);
    var now = clock.instant();
    sessions.put(id, new Session(now, now));
    return id;
  }

  /** Whether this is a session that is alive; asking keeps it from falling idle. */
  synchronized boolean touch(String id) {
    var session = sessions.get(id);
    if (session == null) {
      return false;
    }
    var now = clock.instant();
    if (!session.isAlive(now)) {
      sessions.remove(id);
      return false;
    }
    sessions.put(id, new Session(session.since(), now));
    return true;
  }

  synchronized void end(String id) {
    sessions.remove(id);
  }

  /** 128 random bits in letters that suit cookies and URLs. */
  static String randomId(RandomGenerator random) {
    var bytes = new byte[ID_BYTES];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
