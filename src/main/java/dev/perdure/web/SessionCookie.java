package dev.perdure.web;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Arrays;
import java.util.List;

/** The cookie that carries a session's id. */
final class SessionCookie {

  private static final String NAME = "perdure-sid";

  private final boolean secure;

  SessionCookie(boolean secure) {
    this.secure = secure;
  }

  /** The ids that the request brings; more than one when paths above ours have set some too. */
  List<String> read(HttpServletRequest request) {
    var cookies = request.getCookies();
    if (cookies == null) {
      return List.of();
    }
    var name = name(request);
    return Arrays.stream(cookies)
        .filter(cookie -> cookie.getName().equals(name))
        .map(Cookie::getValue)
        .toList();
  }

  void write(HttpServletRequest request, HttpServletResponse response, String id) {
    add(request, response, id, Sessions.AGE_MAX.toSeconds());
  }

  void clear(HttpServletRequest request, HttpServletResponse response) {
    add(request, response, "", 0);
  }

  private void add(
      HttpServletRequest request, HttpServletResponse response, String value, long maxAgeSeconds) {
    response.addHeader(
        "Set-Cookie",
        name(request)
            + "="
            + value
            + "; Path="
            + path(request)
            + "; Max-Age="
            + maxAgeSeconds
            + "; HttpOnly; SameSite=Strict"
            + (secure ? "; Secure" : ""));
  }

  /** Browsers hold a name with a prefix to what the prefix promises. */
  private String name(HttpServletRequest request) {
    if (!secure) {
      return NAME;
    }
    return (path(request).equals("/") ? "__Host-" : "__Secure-") + NAME;
  }

  private static String path(HttpServletRequest request) {
    var context = request.getContextPath();
    return context.isEmpty() ? "/" : context;
  }
}
