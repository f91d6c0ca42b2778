package dev.perdure.builtin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** Certificates that sign themselves, made by the keytool of this JDK. */
final class Certificates {

  private static final String PASSWORD = "changeit";

  private Certificates() {}

  /**
   * A store with a key and its certificate, which is its own authority.
   *
   * @param more further arguments of {@code keytool -genkeypair}
   */
  static KeyStore selfSigned(Path directory, String... more)
      throws IOException, GeneralSecurityException, InterruptedException {
    var file = Files.createTempDirectory(directory, "certificate").resolve("store.p12");
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of("-genkeypair", "-alias", "test", "-keyalg", "EC"));
    command.addAll(List.of("-dname", "CN=test", "-storetype", "PKCS12"));
    command.addAll(List.of("-keystore", file.toString(), "-storepass", PASSWORD));
    command.addAll(List.of(more));
    var keytool = new ProcessBuilder(command).inheritIO().start();
    if (!keytool.waitFor(30, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
      throw new AssertionError("keytool failed: " + command);
    }
    return KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray());
  }

  /** What a server with this key needs. */
  static SSLContext serving(KeyStore store) throws GeneralSecurityException {
    var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, PASSWORD.toCharArray());
    var context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }

  /** A store that holds nothing but the certificate, as an authority. */
  static KeyStore authority(KeyStore store) throws GeneralSecurityException, IOException {
    var trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("test", store.getCertificate("test"));
    return trusted;
  }
}
