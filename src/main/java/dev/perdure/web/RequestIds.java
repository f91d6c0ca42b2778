package dev.perdure.web;

import jakarta.servlet.http.HttpServletRequest;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;

/** Gives each request an id by which an answer and the log can be matched. Thread-safe. */
public final class RequestIds {

  private static final String ATTRIBUTE = RequestIds.class.getName();

  private final String process;
  private final AtomicInteger last;

  RequestIds(RandomGenerator random) {
    this.process = HexFormat.of().toHexDigits(random.nextInt());
    this.last = new AtomicInteger(random.nextInt());
  }

  /** The id of this request; empty outside of Perdure's filters. */
  public static String of(HttpServletRequest request) {
    return request.getAttribute(ATTRIBUTE) instanceof String id ? id : "";
  }

  /** The id of this request, the same when it is dispatched again. All have the same length. */
  String assign(HttpServletRequest request) {
    var known = of(request);
    if (!known.isEmpty()) {
      return known;
    }
    var id = process + "-" + HexFormat.of().toHexDigits(last.incrementAndGet());
    request.setAttribute(ATTRIBUTE, id);
    return id;
  }
}
