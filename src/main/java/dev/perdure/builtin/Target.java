package dev.perdure.builtin;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.time.Duration;

/** Where a service is, and what is expected of it. */
public sealed interface Target {

  /** The address as people may see it: without credentials and without a query. */
  String shown();

  Limits limits();

  /**
   * How fast a target must answer.
   *
   * @param slow from this latency on it counts as slow; default 1 s, or the timeout if that is less
   * @param timeout after this it counts as down, 10 ms to 60 s; default 5 s
   */
  record Limits(Duration slow, Duration timeout) {

    static final Duration SLOW_DEFAULT = Duration.ofSeconds(1);
    static final Duration TIMEOUT_DEFAULT = Duration.ofSeconds(5);
    static final Duration TIMEOUT_MIN = Duration.ofMillis(10);
    static final Duration TIMEOUT_MAX = Duration.ofSeconds(60);

    /** Slow from 1 s, down after 5 s. */
    public static final Limits DEFAULT = new Limits(SLOW_DEFAULT, TIMEOUT_DEFAULT);

    public Limits {
      requireNonNull(slow, "slow");
      requireNonNull(timeout, "timeout");
      if (timeout.compareTo(TIMEOUT_MIN) < 0 || timeout.compareTo(TIMEOUT_MAX) > 0) {
        throw new IllegalArgumentException("timeout must be 10 ms to 60 s, not " + timeout);
      }
      if (!slow.isPositive() || slow.compareTo(timeout) > 0) {
        throw new IllegalArgumentException("slow must be more than 0 and at most " + timeout);
      }
    }
  }

  /**
   * A GET of an http or https address.
   *
   * @param uri without a fragment; credentials in it are sent as basic authentication
   */
  record Http(URI uri, ExpectedStatus expected, Limits limits) implements Target {

    public Http {
      requireNonNull(uri, "uri");
      requireNonNull(expected, "expected");
      requireNonNull(limits, "limits");
      if (uri.getHost() == null || uri.getFragment() != null) {
        throw new IllegalArgumentException("The URI needs a host and must have no fragment.");
      }
    }

    /** The host as it is looked up: an IPv6 address without its brackets. */
    String host() {
      var host = uri.getHost();
      return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    int port() {
      return uri.getPort() >= 0 ? uri.getPort() : isSecure() ? 443 : 80;
    }

    boolean isSecure() {
      return "https".equalsIgnoreCase(uri.getScheme());
    }

    @Override
    public String shown() {
      return uri.getScheme()
          + "://"
          + uri.getHost()
          + (uri.getPort() < 0 ? "" : ":" + uri.getPort())
          + uri.getRawPath();
    }

    /** The whole address may hold secrets, so a record that is printed does not say it. */
    @Override
    public String toString() {
      return "Http[" + shown() + ", " + expected + ", " + limits + "]";
    }
  }

  /** A TCP connection that is made and closed. */
  record Tcp(String host, int port, Limits limits) implements Target {

    public Tcp {
      requireNonNull(host, "host");
      requireNonNull(limits, "limits");
      if (port < 1 || port > 65_535) {
        throw new IllegalArgumentException("port must be 1 to 65535, not " + port);
      }
    }

    @Override
    public String shown() {
      return "tcp://" + host + ":" + port;
    }
  }
}
