package dev.perdure.web.api;

import dev.perdure.web.JsonAnswer;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Whether the process answers at all. Touches nothing else. */
final class LiveServlet extends ApiServlet {

  private static final long serialVersionUID = 1L;

  @Override
  void get(HttpServletRequest request, HttpServletResponse response) throws IOException {
    JsonAnswer.send(
        response, 200, json -> json.beginObject().name("status").value("ok").endObject());
  }
}
