package dev.perdure.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.stream.JsonWriter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;

/** Sends a {@link Problem}: as a bare page to who navigates a browser, as JSON to everyone else. */
final class ProblemAnswer {

  private static final String TYPE_PREFIX = "urn:perdure:problem:";

  private ProblemAnswer() {}

  static void send(
      HttpServletRequest request, HttpServletResponse response, Problem problem, String requestId)
      throws IOException {
    problem.headers().forEach(response::setHeader);
    if (WebPaths.wantsPage(request)) {
      sendPage(response, problem, requestId);
    } else {
      JsonAnswer.send(
          response,
          problem.code().status(),
          "application/problem+json",
          json -> write(json, problem, requestId));
    }
  }

  private static void write(JsonWriter json, Problem problem, String requestId) throws IOException {
    json.beginObject();
    json.name("type").value(TYPE_PREFIX + problem.code().word());
    json.name("title").value(problem.code().title());
    json.name("status").value(problem.code().status());
    json.name("code").value(problem.code().word());
    json.name("detail").value(problem.detail());
    for (var member : problem.members().entrySet()) {
      json.name(member.getKey());
      writeMember(json, member.getValue());
    }
    json.name("requestId").value(requestId);
    json.endObject();
  }

  private static void writeMember(JsonWriter json, Object value) throws IOException {
    switch (value) {
      case Number number -> json.value(number);
      case List<?> list -> {
        json.beginArray();
        for (var item : list) {
          json.value(item.toString());
        }
        json.endArray();
      }
      default -> json.value(value.toString());
    }
  }

  private static void sendPage(HttpServletResponse response, Problem problem, String requestId)
      throws IOException {
    response.setStatus(problem.code().status());
    response.setContentType("text/html;charset=utf-8");
    var title = escape(problem.code().title());
    var page =
        """
        <!DOCTYPE html>
        <html lang="en">
        <head><meta charset="utf-8"><title>%s</title></head>
        <body><h1>%s</h1><p>%s</p><p>Request %s</p></body>
        </html>
        """
            .formatted(title, title, escape(problem.detail()), requestId);
    response.getOutputStream().write(page.getBytes(UTF_8));
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
