package dev.perdure.web;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An error as an HTTP client is told it, after RFC 9457.
 *
 * @param detail what happened and what to do; never a class name, file path, SQL or stack trace
 * @param members what programs can use: path, line, column, nearest, parameter, allowed; strings,
 *     integers and lists of strings
 * @param headers response headers that belong to it
 */
public record Problem(
    ProblemCode code, String detail, Map<String, Object> members, Map<String, String> headers) {

  private static final int TEXT_MAX = 300;

  public Problem {
    requireNonNull(code, "code");
    requireNonNull(detail, "detail");
    members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
    headers = Map.copyOf(headers);
  }

  public static Problem of(ProblemCode code, String detail) {
    return new Problem(code, detail, Map.of(), Map.of());
  }

  /** This problem with one more member; a long text is cut. */
  public Problem with(String member, String value) {
    return withMember(member, shortened(value, TEXT_MAX));
  }

  /** This problem with one more member. */
  public Problem with(String member, long value) {
    return withMember(member, value);
  }

  /** This problem with one more member. */
  public Problem with(String member, List<String> values) {
    return withMember(member, List.copyOf(values));
  }

  /** This problem with a response header. */
  public Problem withHeader(String name, String value) {
    var more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new Problem(code, detail, members, more);
  }

  /** This problem with the advice to try again after so many seconds. */
  public Problem retryAfter(long seconds) {
    return withHeader("Retry-After", Long.toString(seconds));
  }

  /** This problem with the end of the connection, because the request was not read to its end. */
  public Problem closing() {
    return withHeader("Connection", "close");
  }

  /** The problem as something to throw. */
  public ProblemException asException() {
    return new ProblemException(this);
  }

  /** What a client sent, cut so that an answer does not echo it at length. */
  public static String shortened(String text, int max) {
    return text.length() <= max ? text : text.substring(0, max) + "…";
  }

  private Problem withMember(String name, Object value) {
    var more = new LinkedHashMap<>(members);
    more.put(name, value);
    return new Problem(code, detail, more, headers);
  }
}
