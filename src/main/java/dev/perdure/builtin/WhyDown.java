package dev.perdure.builtin;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Says in a sentence why there was no answer. Never repeats what an exception says. */
final class WhyDown {

  private static final int CAUSES_MAX = 10;

  private WhyDown() {}

  static String sentence(IOException error) {
    Throwable cause = error;
    for (int depth = 0; cause != null && depth < CAUSES_MAX; depth++) {
      var known = known(cause);
      if (known != null) {
        return known;
      }
      cause = cause.getCause();
    }
    // The cause of a ConnectException says more where there is one, so it comes last.
    return error instanceof ConnectException
        ? "The connection was refused, or the host can not be reached."
        : "The connection ended before the answer was complete.";
  }

  private static @Nullable String known(Throwable error) {
    return switch (error) {
      case UnresolvedAddressException _, UnknownHostException _ -> "The name does not resolve.";
      case NoRouteToHostException _ -> "There is no route to the host.";
      case SocketTimeoutException _ -> "No answer in time.";
      case SSLException _ -> "The TLS handshake failed.";
      case ProtocolException _ -> "The answer is not lawful HTTP.";
      default -> null;
    };
  }
}
