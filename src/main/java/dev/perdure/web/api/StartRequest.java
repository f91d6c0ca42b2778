package dev.perdure.web.api;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The request to start a run.
 *
 * @param input JSON; null when the request has none
 * @param idempotencyKey null when the request has none
 */
record StartRequest(String workflow, @Nullable String input, @Nullable String idempotencyKey) {

  /** Reads it; whatever is wrong with it ends the request. */
  static StartRequest read(HttpServletRequest request) throws IOException {
    var text = JsonBody.required(request);
    var key = IdempotencyHeader.read(request);
    var envelope = StartEnvelope.parse(text);
    return new StartRequest(envelope.workflow(), envelope.input(), key);
  }
}
