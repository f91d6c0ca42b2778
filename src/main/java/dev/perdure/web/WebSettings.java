package dev.perdure.web;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * What the web has to know about how it is run. Without a token it serves this machine only: the
 * server must then be bound to loopback and nothing else.
 *
 * @param token what lets programs and people in, at least 16 characters; null on loopback
 * @param publicUrl how the outside sees the root of Perdure; null when it is seen as it is
 * @param build names the build, for entity tags: letters, digits, '.', '_', '+' and '-'
 * @param clock for sessions and throttling
 * @param bodyDeadline how long a request body may take to arrive
 */
public record WebSettings(
    @Nullable String token,
    @Nullable URI publicUrl,
    String build,
    InstantSource clock,
    Duration bodyDeadline) {

  private static final Duration BODY_DEADLINE = Duration.ofSeconds(30);
  private static final int TOKEN_MIN = 16;

  public WebSettings {
    requireNonNull(build, "build");
    requireNonNull(clock, "clock");
    requireNonNull(bodyDeadline, "bodyDeadline");
    if (token != null && token.length() < TOKEN_MIN) {
      throw new IllegalArgumentException(
          "The token must have at least " + TOKEN_MIN + " characters.");
    }
    if (!build.matches("[A-Za-z0-9._+-]{1,100}")) {
      throw new IllegalArgumentException("This can not name a build: \"" + build + "\"");
    }
    if (publicUrl != null && (publicUrl.getHost() == null || !isHttp(publicUrl))) {
      throw new IllegalArgumentException(
          "The public URL must be an http or https URL with a host, not " + publicUrl);
    }
  }

  /** With the usual deadline for bodies, 30 s. */
  public WebSettings(
      @Nullable String token, @Nullable URI publicUrl, String build, InstantSource clock) {
    this(token, publicUrl, build, clock, BODY_DEADLINE);
  }

  /** Whether only this machine may come in, without a token. */
  public boolean isLoopbackOnly() {
    return token == null;
  }

  /** Whether people see Perdure through https. */
  public boolean isHttps() {
    return publicUrl != null && "https".equalsIgnoreCase(publicUrl.getScheme());
  }

  @Override
  public String toString() {
    return "WebSettings[token="
        + (token == null ? "none" : "****")
        + ", publicUrl="
        + publicUrl
        + ", build="
        + build
        + "]";
  }

  private static boolean isHttp(URI url) {
    return "http".equalsIgnoreCase(url.getScheme()) || "https".equalsIgnoreCase(url.getScheme());
  }
}
