package dev.perdure.web;

import static dev.perdure.web.ProblemCode.CROSS_SITE;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Refuses what other sites make a browser send. Everything but GET and HEAD counts as a change.
 *
 * <p>The rule is that of Go 1.25's CrossOriginProtection: Sec-Fetch-Site decides where a browser
 * sends it; older ones, and those that see plain http, send an Origin, which must be ours; who
 * sends neither is no browser.
 */
final class OriginFilter extends HttpFilter {

  private static final long serialVersionUID = 1L;
  private static final Set<String> SAFE = Set.of("GET", "HEAD");
  private static final Set<String> OWN_SITE = Set.of("same-origin", "none");

  private final transient @Nullable URI publicUrl;

  OriginFilter(WebSettings settings) {
    this.publicUrl = settings.publicUrl();
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (!SAFE.contains(request.getMethod()) && !isOwnSite(request)) {
      throw Problem.of(
              CROSS_SITE,
              "A page of another origin can not change anything here. If this is a proxy's doing,"
                  + " PERDURE_PUBLIC_URL says under which origin Perdure is seen.")
          .asException();
    }
    chain.doFilter(request, response);
  }

  private boolean isOwnSite(HttpServletRequest request) {
    var sites = Collections.list(request.getHeaders("Sec-Fetch-Site"));
    if (!sites.isEmpty()) {
      return sites.size() == 1 && OWN_SITE.contains(sites.getFirst());
    }
    var origins = Collections.list(request.getHeaders("Origin"));
    return origins.isEmpty()
        || (origins.size() == 1 && isOwnOrigin(origins.getFirst(), request.getHeader("Host")));
  }

  private boolean isOwnOrigin(String origin, String host) {
    for (var scheme : List.of("http", "https")) {
      if (origin.equalsIgnoreCase(scheme + "://" + withoutDefaultPort(host, scheme))) {
        return true;
      }
    }
    return publicUrl != null && origin.equalsIgnoreCase(originOf(publicUrl));
  }

  private static String originOf(URI url) {
    var scheme = url.getScheme().toLowerCase(Locale.ROOT);
    return scheme + "://" + withoutDefaultPort(url.getRawAuthority(), scheme);
  }

  /** Browsers leave the default port out of an Origin. */
  private static String withoutDefaultPort(String authority, String scheme) {
    var suffix = scheme.equals("https") ? ":443" : ":80";
    return authority.endsWith(suffix)
        ? authority.substring(0, authority.length() - suffix.length())
        : authority;
  }
}
