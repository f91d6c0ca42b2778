package dev.perdure.launcher;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.Set;

/**
 * Asks the server of this machine whether it lives: the health check of the image, which holds no
 * other HTTP client.
 *
 * <p>Exits with 0 if it does and with 1 if not, after at most two seconds to connect and two to
 * answer.
 */
public final class HealthCheck {

  private static final int TIMEOUT_MS = 2_000;
  private static final Set<String> EVERY_ADDRESS = Set.of("", "0.0.0.0", "::", "[::]");

  private HealthCheck() {}

  /** Takes no arguments; reads {@code PERDURE_HOST} and {@code PERDURE_PORT} as the server does. */
  public static void main(String[] args) {
    var server = URI.create("http://" + host() + ":" + variable("PERDURE_PORT", "8080"));
    System.exit(isLive(server) ? 0 : 1);
  }

  static boolean isLive(URI server) {
    var address = server.resolve("/health/live");
    try {
      var request = (HttpURLConnection) address.toURL().openConnection();
      request.setConnectTimeout(TIMEOUT_MS);
      request.setReadTimeout(TIMEOUT_MS);
      var status = request.getResponseCode();
      System.out.println(address + " answers " + status + ".");
      return status == HttpURLConnection.HTTP_OK;
    } catch (IOException e) {
      System.out.println(address + " does not answer: " + e.getMessage() + ".");
      return false;
    }
  }

  private static String host() {
    var bound = variable("PERDURE_HOST", "");
    return EVERY_ADDRESS.contains(bound) ? "127.0.0.1" : bound;
  }

  private static String variable(String name, String otherwise) {
    var value = System.getenv(name);
    return value == null ? otherwise : value;
  }
}
