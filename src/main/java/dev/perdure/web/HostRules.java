package dev.perdure.web;

import static dev.perdure.web.ProblemCode.BAD_HOST;
import static dev.perdure.web.ProblemCode.MISDIRECTED_HOST;
import static dev.perdure.web.ProblemCode.NOT_LOCAL;

import jakarta.servlet.http.HttpServletRequest;
import java.net.InetAddress;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * From where and under which name Perdure may be asked. Without a token it answers only loopback
 * addresses under loopback names: the name is what stops a web page whose own name was rebound to
 * 127.0.0.1.
 */
final class HostRules {

  private static final Pattern LAWFUL =
      Pattern.compile("([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])(:[0-9]{1,5})?");
  private static final Pattern LOOPBACK =
      Pattern.compile("(localhost|127\\.0\\.0\\.1|\\[::1])(:[0-9]{1,5})?");

  /**
   * Who asks.
   *
   * @param host the header
   * @param serverName the container's reading of it, or of an absolute URL in the request line
   */
  private record Caller(String host, String serverName, String address) {}

  private final boolean loopbackOnly;

  /** Who was let in last; the next one mostly comes from there too. */
  private volatile @Nullable Caller letIn;

  HostRules(boolean loopbackOnly) {
    this.loopbackOnly = loopbackOnly;
  }

  void check(HttpServletRequest request) {
    var caller = new Caller(singleHost(request), request.getServerName(), request.getRemoteAddr());
    if (!caller.equals(letIn)) {
      check(caller);
      letIn = caller;
    }
  }

  private void check(Caller caller) {
    if (!LAWFUL.matcher(caller.host()).matches()) {
      throw badHost();
    }
    if (!loopbackOnly) {
      return;
    }
    if (!isLoopbackHost(caller.host()) || !isLoopbackName(caller.serverName())) {
      throw Problem.of(
              MISDIRECTED_HOST,
              "Without a token Perdure answers only to localhost, 127.0.0.1 and [::1].")
          .asException();
    }
    if (!isLoopback(caller.address())) {
      throw Problem.of(NOT_LOCAL, "Without a token Perdure answers only to this machine.")
          .asException();
    }
  }

  private static String singleHost(HttpServletRequest request) {
    var hosts = request.getHeaders("Host");
    var host = hosts.hasMoreElements() ? hosts.nextElement() : null;
    if (host == null || hosts.hasMoreElements()) {
      throw badHost();
    }
    return host;
  }

  private static ProblemException badHost() {
    return Problem.of(BAD_HOST, "A request needs one Host header: a name or address, and a port.")
        .asException();
  }

  private static boolean isLoopbackHost(String host) {
    return LOOPBACK.matcher(host.toLowerCase(Locale.ROOT)).matches();
  }

  private static boolean isLoopbackName(String name) {
    var bracketed = name.contains(":") && !name.startsWith("[") ? "[" + name + "]" : name;
    return isLoopbackHost(bracketed);
  }

  /** The address without brackets and zone. */
  static String bare(String address) {
    return address.replaceAll("[\\[\\]]|%.*$", "");
  }

  private static boolean isLoopback(String address) {
    try {
      return InetAddress.ofLiteral(bare(address)).isLoopbackAddress();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
