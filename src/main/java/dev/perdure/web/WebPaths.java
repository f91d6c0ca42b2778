package dev.perdure.web;

import jakarta.servlet.http.HttpServletRequest;

/** What the path of a request says about it. */
final class WebPaths {

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
