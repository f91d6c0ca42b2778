package dev.perdure.web;

import jakarta.servlet.http.HttpServletRequest;
import java.util.regex.Pattern;

/** What the path of a request says about it. */
final class WebPaths {

  private static final Pattern SIGNAL = Pattern.compile("/api/runs/[^/]+/signals/[^/]+");

  private WebPaths() {}

  /** The path behind the context path, as it was sent: nothing is decoded. */
  static String of(HttpServletRequest request) {
    var uri = request.getRequestURI();
    var context = request.getContextPath();
    return uri.startsWith(context) ? uri.substring(context.length()) : uri;
  }

  static boolean isApi(String path) {
    return path.equals("/api") || path.startsWith("/api/");
  }

  /** What anyone may ask for. */
  static boolean isOpen(String path) {
    return path.equals("/login") || isAsset(path) || isHealth(path);
  }

  /** Whether a signal is sent there, whose body is its payload. */
  static boolean isSignal(String path) {
    return SIGNAL.matcher(path).matches();
  }

  static boolean isAsset(String path) {
    return path.startsWith("/assets/");
  }

  private static boolean isHealth(String path) {
    return path.startsWith("/health/");
  }

  /** Whether a person's browser wants to show a page, as opposed to a script or a program. */
  static boolean wantsPage(HttpServletRequest request) {
    var path = of(request);
    var accept = request.getHeader("Accept");
    var mode = request.getHeader("Sec-Fetch-Mode");
    return !isApi(path)
        && !isHealth(path)
        && accept != null
        && accept.contains("text/html")
        && (mode == null || mode.equals("navigate"));
  }
}
