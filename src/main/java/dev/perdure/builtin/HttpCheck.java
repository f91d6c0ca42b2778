package dev.perdure.builtin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Asks an http or https address and looks at the status, the time until it came and the
 * certificate. Redirects are not followed; of the body at most 64 KiB are read and none is kept.
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

  private static final int BODY_READ_MAX = 64 * 1024;
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
    var builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER);
    if (!target.isSecure()) {
      return ask(builder.build());
    }
    var witness = new CertificateWitness(trust.get());
    var finding = ask(builder.sslContext(Trust.context(witness)).build());
    return withCertificate(finding, witness);
  }

  /** A client for one question, so that the latency holds the connecting and nothing is reused. */
  private Finding ask(HttpClient client) throws InterruptedException {
    try {
      long start = nanoTime.getAsLong();
      var answer = client.send(request(), BodyHandlers.ofInputStream());
      var latency = Duration.ofNanos(nanoTime.getAsLong() - start);
      readSome(answer.body());
      return judged(answer.statusCode(), latency);
    } catch (IOException e) {
      return Finding.down(this, WhyDown.sentence(e));
    } finally {
      // Not close(), which would wait for a name that does not resolve.
      client.shutdownNow();
    }
  }

  private HttpRequest request() {
    var request = HttpRequest.newBuilder(target.uri()).header("User-Agent", "Perdure").GET();
    var credentials = target.uri().getUserInfo();
    if (credentials != null) {
      var encoded = Base64.getEncoder().encodeToString(credentials.getBytes(UTF_8));
      request.header("Authorization", "Basic " + encoded);
    }
    return request.build();
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

  private static void readSome(InputStream body) throws IOException {
    try (body) {
      body.readNBytes(BODY_READ_MAX);
    }
  }
}
