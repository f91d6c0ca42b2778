package dev.perdure.builtin;

import java.net.Socket;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Leaves it to another whether a server is trusted, and remembers the certificate that the server
 * showed and why it was refused. One for each connection.
 */
final class CertificateWitness extends X509ExtendedTrustManager {

  private final X509ExtendedTrustManager judge;
  private volatile @Nullable X509Certificate certificate;
  private volatile @Nullable CertificateException refusal;

  CertificateWitness(X509ExtendedTrustManager judge) {
    this.judge = judge;
  }

  /** Full days until the certificate ends, negative afterwards; null when none was seen. */
  @Nullable Integer daysLeft(Instant now) {
    var seen = certificate;
    if (seen == null) {
      return null;
    }
    long seconds = Duration.between(now, seen.getNotAfter().toInstant()).toSeconds();
    return Math.toIntExact(Math.floorDiv(seconds, Duration.ofDays(1).toSeconds()));
  }

  /**
   * What is wrong with the certificate, as a sentence; empty when nothing is. Java does not ask for
   * the end of a certificate that is itself among the trusted ones, so it is looked at here.
   */
  Optional<String> problem(Instant now) {
    var seen = certificate;
    if (seen == null) {
      return Optional.empty();
    }
    var begin = seen.getNotBefore().toInstant();
    var end = seen.getNotAfter().toInstant();
    if (end.isBefore(now)) {
      return problem("it ended on " + date(end));
    }
    if (begin.isAfter(now)) {
      return problem("it is valid only from " + date(begin) + " on");
    }
    var why = refusal;
    if (why == null) {
      return Optional.empty();
    }
    return problem(
        isAboutTheChain(why)
            ? "no authority that this machine trusts vouches for it"
            : "it does not belong to this host name");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    witness(chain, () -> judge.checkServerTrusted(chain, authType, engine));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    witness(chain, () -> judge.checkServerTrusted(chain, authType, socket));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    witness(chain, () -> judge.checkServerTrusted(chain, authType));
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    judge.checkClientTrusted(chain, authType, engine);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    judge.checkClientTrusted(chain, authType, socket);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    judge.checkClientTrusted(chain, authType);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return judge.getAcceptedIssuers();
  }

  private interface Judgement {
    void pass() throws CertificateException;
  }

  private void witness(X509Certificate[] chain, Judgement judgement) throws CertificateException {
    certificate = chain[0];
    try {
      judgement.pass();
    } catch (CertificateException e) {
      refusal = e;
      throw e;
    }
  }

  private static boolean isAboutTheChain(CertificateException refusal) {
    return refusal.getCause() instanceof CertPathValidatorException
        || refusal.getCause() instanceof CertPathBuilderException;
  }

  private static Optional<String> problem(String what) {
    return Optional.of("There is a certificate problem: " + what + ".");
  }

  private static LocalDate date(Instant instant) {
    return LocalDate.ofInstant(instant, ZoneOffset.UTC);
  }
}
