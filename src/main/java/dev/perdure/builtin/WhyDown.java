package dev.perdure.builtin;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.ProtocolException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;

/** Says in a sentence why there was no answer. Never repeats what an exception says. */
final class WhyDown {

  private WhyDown() {}

  static String sentence(IOException error) {
    return switch (error) {
      case UnknownHostException _ -> "The name does not resolve.";
      case NoRouteToHostException _ -> "There is no route to the host.";
      case ConnectException _ -> "The connection was refused, or the host can not be reached.";
      case SSLException _ -> "The TLS handshake failed.";
      case ProtocolException _ -> "The answer is not lawful HTTP.";
      default -> "The connection ended before the answer was complete.";
    };
  }
}
