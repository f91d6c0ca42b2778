package dev.perdure.builtin;

import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Arrays;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Whose certificates are trusted. */
final class Trust {

  private Trust() {}

  /** What this JVM trusts: its own authorities, or those of {@code javax.net.ssl.trustStore}. */
  static X509ExtendedTrustManager ofJvm() {
    return of(null);
  }

  /** The authorities in a store; null means those of the JVM. */
  static X509ExtendedTrustManager of(@Nullable KeyStore authorities) {
    try {
      var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(authorities);
      return Arrays.stream(factory.getTrustManagers())
          .filter(X509ExtendedTrustManager.class::isInstance)
          .map(X509ExtendedTrustManager.class::cast)
          .findFirst()
          .orElseThrow(() -> new IllegalStateException("This JVM has no X.509 trust manager."));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("The authorities that this JVM trusts can not be read.", e);
    }
  }

  /** A TLS context that asks this one. */
  static SSLContext context(TrustManager manager) {
    try {
      var context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {manager}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This JVM has no TLS.", e);
    }
  }
}
