package dev.perdure.web;

import static dev.perdure.web.ProblemCode.BAD_HOST;
import static dev.perdure.web.ProblemCode.MISDIRECTED_HOST;
import static dev.perdure.web.ProblemCode.NOT_LOCAL;

import jakarta.servlet.http.HttpServletRequest;
import java.net.InetAddress;
import java.util.Collections;
import java.util.Locale;
import java.util.regex.Pattern;

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

  private final boolean loopbackOnly;

  HostRules(boolean loopbackOnly) {
    this.loopbackOnly = loopbackOnly;
  }

  void check(HttpServletRequest request) {
    var host = singleHost(request);
    if (!loopbackOnly) {
      return;
    }
    if (!LOOPBACK.matcher(host.toLowerCase(Locale.ROOT)).matches()
        || !isLoopbackName(request.getServerName())) {
      throw Problem.of(
              MISDIRECTED_HOST,
              "Without a token Perdure answers only to localhost, 127.0.0.1 and [::1].")
          .asException();
    }
    if (!isLoopback(request.getRemoteAddr())) {
      throw Problem.of(NOT_LOCAL, "Without a token Perdure answers only to this machine.")
          .asException();
    }
  }

  private static String singleHost(HttpServletRequest request) {
    var hosts = Collections.list(request.getHeaders("Host"));
    if (hosts.size() != 1 || !LAWFUL.matcher(hosts.getFirst()).matches()) {
      throw Problem.of(BAD_HOST, "A request needs one Host header: a name or address, and a port.")
          .asException();
    }
    return hosts.getFirst();
  }

  /** The container's reading of the name, which an absolute URL in the request line decides. */
  private static boolean isLoopbackName(String name) {
    var bracketed = name.contains(":") && !name.startsWith("[") ? "[" + name + "]" : name;
    return LOOPBACK.matcher(bracketed.toLowerCase(Locale.ROOT)).matches();
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
