package dev.perdure.web;

import dev.perdure.engine.Engine;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Instant;
import java.util.Collections;
import org.jspecify.annotations.Nullable;

/**
 * The entity tag of a page or list: which boot, how many commits, which view, which build. It is
 * known before any query, so a client that has seen this state gets its 304 for nothing.
 *
 * <p>Not everything that is shown is a commit: a run whose retry has fallen due may wait for a
 * place among the active ones. So a tag also says until when what it stands for can be true without
 * a commit (a whole number of milliseconds, or {@code -} for ever); after that instant it matches
 * no longer, and the view is rendered anew. That costs no query either.
 */
public final class PageTag {

  private static final String FOR_EVER = "-";

  private final String state;

  private PageTag(String state) {
    this.state = state;
  }

  /**
   * The tag of a view as it is now. Must be called before the view's first read: then a commit in
   * between makes the next request see more than this tag says, never less.
   *
   * @param view everything that selects what is shown: path, filter, page. Caches keep tags by URL,
   *     so this only catches clients that mix their own up, and a short hash will do
   */
  public static PageTag of(Engine engine, WebSettings settings, String view) {
    return new PageTag(
        engine.bootId()
            + "-"
            + engine.commits().count()
            + "-"
            + Integer.toHexString(view.hashCode())
            + "-"
            + settings.build());
  }

  /** Whether the client has what it would get now. */
  public boolean isKnownTo(HttpServletRequest request, Instant now) {
    for (var header : Collections.list(request.getHeaders("If-None-Match"))) {
      for (var tag : header.split(",", -1)) {
        if (matches(tag.strip(), now)) {
          return true;
        }
      }
    }
    return false;
  }

  /**
   * The tag as a header.
   *
   * @param validUntil when what is shown may stop being true without a commit; null for never
   */
  public String header(@Nullable Instant validUntil) {
    var until = validUntil == null ? FOR_EVER : Long.toString(validUntil.toEpochMilli());
    return "W/\"" + state + "." + until + "\"";
  }

  private boolean matches(String tag, Instant now) {
    // Comparison is weak, and Jetty's compression appends a suffix of its own.
    var opaque = tag.replaceAll("^W/|\"", "").replaceAll("--gzip$", "");
    if (!opaque.startsWith(state + ".")) {
      return false;
    }
    var until = opaque.substring(state.length() + 1);
    return until.equals(FOR_EVER)
        || (until.matches("[0-9]{1,18}") && now.toEpochMilli() < Long.parseLong(until));
  }
}
