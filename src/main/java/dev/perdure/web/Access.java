package dev.perdure.web;

import static java.util.Objects.requireNonNull;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Who may come in: checks tokens, begins and ends the sessions of people. Wrong tokens are counted
 * per address, wherever they come from. Thread-safe.
 *
 * <p>Without a token in the settings everyone may come in, and there is nothing to sign in with.
 */
public final class Access {

  /** How an attempt to come in was answered. */
  public sealed interface Outcome {

    /** The token or link is right; where it was a sign-in, the answer carries the cookie. */
    record Granted() implements Outcome {}

    /** It is wrong, used up or too old. */
    record Refused() implements Outcome {}

    /** There were too many wrong ones from this address; this one was not looked at. */
    record Throttled(Duration retryAfter) implements Outcome {}
  }

  private record Link(Secret nonce, Instant until) {}

  private static final Duration LINK_AGE_MAX = Duration.ofHours(24);

  private final @Nullable Secret token;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Sessions sessions;
  private final SessionCookie cookie;
  private final Attempts attempts;

  // Guarded by this.
  private @Nullable Link link;

  /**
   * @param random a secure source: a {@link java.security.SecureRandom} outside of tests
   */
  public Access(WebSettings settings, RandomGenerator random) {
    this.token = settings.token() == null ? null : new Secret(settings.token());
    this.clock = settings.clock();
    this.random = requireNonNull(random, "random");
    this.sessions = new Sessions(clock, random);
    this.cookie = new SessionCookie(settings.isHttps());
    this.attempts = new Attempts(clock);
  }

  /** Whether a token is needed at all. */
  public boolean isRequired() {
    return token != null;
  }

  /** Whether the request comes from a browser that is signed in. */
  public boolean isSignedIn(HttpServletRequest request) {
    return cookie.read(request).stream().anyMatch(sessions::touch);
  }

  /** Signs a person in who has the token. The session of before, if any, ends. */
  public Outcome signIn(HttpServletRequest request, HttpServletResponse response, String token) {
    var outcome = check(request, isToken(token));
    if (outcome instanceof Outcome.Granted) {
      beginSession(request, response);
    }
    return outcome;
  }

  /** Signs a person in who has followed the {@link #oneTimeLink}, which is used up by that. */
  public Outcome signInByLink(
      HttpServletRequest request, HttpServletResponse response, String nonce) {
    var outcome = check(request, isLink(nonce));
    if (!(outcome instanceof Outcome.Granted)) {
      return outcome;
    }
    if (!useUp(nonce)) {
      return new Outcome.Refused();
    }
    beginSession(request, response);
    return outcome;
  }

  /** Ends the browser's session, here and there. */
  public void signOut(HttpServletRequest request, HttpServletResponse response) {
    cookie.read(request).forEach(sessions::end);
    cookie.clear(request, response);
  }

  /**
   * Makes a link for signing in once within 24 hours: {@code login?link=…}, relative to Perdure's
   * root. Only the latest one is good.
   */
  public synchronized String oneTimeLink() {
    var nonce = Sessions.randomId(random);
    link = new Link(new Secret(nonce), clock.instant().plus(LINK_AGE_MAX));
    return "login?link=" + nonce;
  }

  /** Checks the token of a program. */
  Outcome checkToken(HttpServletRequest request, String token) {
    return check(request, isToken(token));
  }

  private Outcome check(HttpServletRequest request, boolean right) {
    var shutOutFor = attempts.record(request.getRemoteAddr(), right);
    if (shutOutFor.isPresent()) {
      return new Outcome.Throttled(shutOutFor.get());
    }
    return right ? new Outcome.Granted() : new Outcome.Refused();
  }

  private void beginSession(HttpServletRequest request, HttpServletResponse response) {
    cookie.read(request).forEach(sessions::end);
    cookie.write(request, response, sessions.begin());
  }

  private boolean isToken(String text) {
    return token != null && token.is(text);
  }

  private synchronized boolean isLink(String nonce) {
    return link != null && clock.instant().isBefore(link.until()) && link.nonce().is(nonce);
  }

  /** Of two that come with the link at the same time, one is first. */
  private synchronized boolean useUp(String nonce) {
    boolean first = isLink(nonce);
    if (first) {
      link = null;
    }
    return first;
  }
}
