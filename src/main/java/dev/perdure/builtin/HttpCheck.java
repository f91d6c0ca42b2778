package dev.perdure.builtin;

import static java.util.Objects.requireNonNull;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Asks an http or https address and looks at the status, the time until it came and the
 * certificate. Redirects are not followed, and the body is not read.
 *
 * <p>The JDK's client would do, but each one brings three threads and some hundred classes: with 60
 * services on two cores it showed 26 to 150 ms where a socket shows 3 ms.
 *
 * @param trust whose certificates are trusted; asked only for https
 * @param clock the time against which certificates are held
 * @param nanoTime a monotonic clock in nanoseconds
 */
record HttpCheck(
    String name,
    Target.Http target,
    Supplier<X509ExtendedTrustManager> trust,
    InstantSource clock,
    LongSupplier nanoTime)
    implements Check {

  private static final int CERTIFICATE_DAYS_MIN = 14;

  HttpCheck {
    requireNonNull(name, "name");
    requireNonNull(target, "target");
    requireNonNull(trust, "trust");
    requireNonNull(clock, "clock");
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
    if (!target.isSecure()) {
      return ask(socket -> socket);
    }
    var witness = new CertificateWitness(trust.get());
    var factory = Trust.context(witness).getSocketFactory();
    return withCertificate(ask(socket -> secured(socket, factory)), witness);
  }

  private interface Layer {
    Socket over(Socket socket) throws IOException;
  }

  private Finding ask(Layer layer) throws InterruptedException {
    try (var socket = new Socket()) {
      long start = nanoTime.getAsLong();
      socket.connect(new InetSocketAddress(Lookup.of(target.host()), target.port()));
      try (var connection = layer.over(socket)) {
        connection.getOutputStream().write(HttpHead.request(target.uri()));
        int status = HttpHead.readStatus(new BufferedInputStream(connection.getInputStream()));
        return judged(status, Duration.ofNanos(nanoTime.getAsLong() - start));
      }
    } catch (IOException e) {
      return Finding.down(this, WhyDown.sentence(e));
    }
  }

  private Socket secured(Socket socket, SSLSocketFactory factory) throws IOException {
    var secured = (SSLSocket) factory.createSocket(socket, target.host(), target.port(), true);
    var parameters = secured.getSSLParameters();
    // Without this the certificate of any other host would do.
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    secured.setSSLParameters(parameters);
    secured.startHandshake();
    return secured;
  }

  private Finding judged(int status, Duration latency) {
    var answered = "Answered " + status + " in " + Humane.duration(latency);
    var slow = target.limits().slow();
    Finding finding;
    if (!target.expected().includes(status)) {
      finding =
          Finding.of(this, FindingStatus.WRONG_STATUS, latency, answered + expectation(status));
    } else if (latency.compareTo(slow) >= 0) {
      var detail = answered + "; slow is from " + Humane.duration(slow) + ".";
      finding = Finding.of(this, FindingStatus.SLOW, latency, detail);
    } else {
      finding = Finding.of(this, FindingStatus.UP, latency, answered + ".");
    }
    return finding.withHttpStatus(status);
  }

  private String expectation(int status) {
    return "; expected is "
        + target.expected()
        + "."
        + (status >= 300 && status <= 399 ? " Redirects are not followed." : "");
  }

  private Finding withCertificate(Finding finding, CertificateWitness witness) {
    var now = clock.instant();
    var days = witness.daysLeft(now);
    var problem = witness.problem(now);
    if (problem.isPresent()) {
      return Finding.down(this, problem.get()).withCertificateDaysLeft(days);
    }
    if (days != null && days < CERTIFICATE_DAYS_MIN && finding.status().isWorking()) {
      var soon = days < 1 ? "within a day" : "in " + Humane.count(days, "day", "days");
      return finding
          .withWarning("The certificate ends " + soon + ".")
          .withCertificateDaysLeft(days);
    }
    return finding.withCertificateDaysLeft(days);
  }
}
