package dev.perdure.builtin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class HttpsCheckTest {

  @TempDir private static Path directory;

  /** Its certificate is for 127.0.0.1 and lasts 40 days from now on. */
  private static KeyStore loopback;

  private final LocalServers servers = new LocalServers();
  private InstantSource clock = InstantSource.system();

  @BeforeAll
  static void makeCertificate() throws Exception {
    loopback = Certificates.selfSigned(directory, "-ext", "san=ip:127.0.0.1", "-validity", "40");
  }

  @AfterEach
  void stopServers() {
    servers.close();
  }

  @Test
  void countsTheDaysOfATrustedCertificate() throws Exception {
    var finding = look(loopback, Certificates.authority(loopback));
    assertEquals(FindingStatus.UP, finding.status(), finding::toString);
    assertEquals(200, finding.httpStatus());
    assertEquals(39, finding.certificateDaysLeft());
  }

  @Test
  void warnsOfACertificateThatEndsSoon() throws Exception {
    clock = clockAfterDays(26);
    var finding = look(loopback, Certificates.authority(loopback));
    assertEquals(FindingStatus.WARNING, finding.status(), finding::toString);
    assertTrue(finding.detail().endsWith(" The certificate ends in 13 days."), finding::toString);
    assertEquals(13, finding.certificateDaysLeft());
  }

  @Test
  void refusesACertificateThatNobodyVouchesForAndStillCountsItsDays() throws Exception {
    var finding = look(loopback, null);
    assertDown(finding, "no authority that this machine trusts vouches for it.");
    assertEquals(39, finding.certificateDaysLeft());
  }

  @Test
  void refusesACertificateThatHasEndedAndStillCountsItsDays() throws Exception {
    clock = clockAfterDays(45);
    for (var authorities : Arrays.asList(null, Certificates.authority(loopback))) {
      var finding = look(loopback, authorities);
      assertDown(finding, "it ended on ");
      assertEquals(-6, finding.certificateDaysLeft());
    }
  }

  @Test
  void refusesACertificateThatHasNotBegun() throws Exception {
    clock = clockAfterDays(-2);
    assertDown(look(loopback, Certificates.authority(loopback)), "it is valid only from ");
  }

  @Test
  void refusesACertificateOfAnotherHost() throws Exception {
    var other =
        Certificates.selfSigned(directory, "-ext", "san=dns:shop.example", "-validity", "40");
    var finding = look(other, Certificates.authority(other));
    assertDown(finding, "it does not belong to this host name.");
    assertEquals(39, finding.certificateDaysLeft());
  }

  @Test
  void saysWhenTheOtherSideSpeaksNoTls() throws Exception {
    var finding = look("https://" + servers.greeting("220 mail.example ready\r\n"), null);
    assertEquals(FindingStatus.DOWN, finding.status());
    assertEquals("The TLS handshake failed.", finding.detail());
  }

  private Finding look(KeyStore server, @Nullable KeyStore authorities) throws Exception {
    var context = Certificates.serving(server);
    return look(servers.https(context, LocalServers.answering(200)), authorities);
  }

  private Finding look(String address, @Nullable KeyStore authorities) throws Exception {
    var target =
        new Target.Http(URI.create(address), ExpectedStatus.SUCCESS, Target.Limits.DEFAULT);
    // Latencies are not what is tested here, and a busy machine may be slow.
    return new HttpCheck("https", target, () -> Trust.of(authorities), clock, () -> 0).look();
  }

  private static InstantSource clockAfterDays(int days) {
    return () -> InstantSource.system().instant().plus(Duration.ofDays(days));
  }

  private static void assertDown(Finding finding, String why) {
    assertEquals(FindingStatus.DOWN, finding.status(), finding::toString);
    assertTrue(
        finding.detail().startsWith("There is a certificate problem: " + why), finding::toString);
  }
}
