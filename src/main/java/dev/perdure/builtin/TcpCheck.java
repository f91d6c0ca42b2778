package dev.perdure.builtin;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Connects to a TCP port.
 *
 * @param nanoTime a monotonic clock in nanoseconds
 */
record TcpCheck(String name, Target.Tcp target, LongSupplier nanoTime) implements Check {

  TcpCheck {
    requireNonNull(name, "name");
    requireNonNull(target, "target");
    requireNonNull(nanoTime, "nanoTime");
  }

  @Override
  public String shown() {
    return target.shown();
  }

  @Override
  public Duration timeout() {
    return target.limits().timeout();
  }

  @Override
  public Finding look() throws InterruptedException {
    try (var socket = new Socket()) {
      long start = nanoTime.getAsLong();
      socket.connect(new InetSocketAddress(Lookup.of(target.host()), target.port()));
      return judged(Duration.ofNanos(nanoTime.getAsLong() - start));
    } catch (IOException e) {
      return Finding.down(this, WhyDown.sentence(e));
    }
  }

  private Finding judged(Duration latency) {
    var took = "Accepted a connection after " + Humane.duration(latency);
    var slow = target.limits().slow();
    return latency.compareTo(slow) >= 0
        ? Finding.of(
            this,
            FindingStatus.SLOW,
            latency,
            took + "; slow is from " + Humane.duration(slow) + ".")
        : Finding.of(this, FindingStatus.UP, latency, took + ".");
  }
}
