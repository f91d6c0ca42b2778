package dev.perdure.server;

import com.google.gson.JsonObject;
import java.util.Locale;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * The answers to requests that do not reach the application, or in which it fails: a sentence about
 * the status and nothing that an exception says.
 */
final class ErrorAnswers extends ErrorHandler {

  @Override
  public boolean errorPageForMethod(String method) {
    return true;
  }

  @Override
  protected void generateResponse(
      Request request,
      Response response,
      int status,
      @Nullable String message,
      @Nullable Throwable cause,
      Callback callback) {
    boolean html = wantsHtml(request);
    var headers = response.getHeaders();
    headers.put(
        HttpHeader.CONTENT_TYPE, html ? "text/html;charset=utf-8" : "application/problem+json");
    secure(headers);
    if (status == HttpStatus.SERVICE_UNAVAILABLE_503) {
      headers.put(HttpHeader.RETRY_AFTER, "1");
    }
    Content.Sink.write(response, true, html ? page(status) : problem(status), callback);
  }

  /** What the application's own filter sets, for answers that it does not see. */
  private static void secure(HttpFields.Mutable headers) {
    headers.put(HttpHeader.CACHE_CONTROL, "no-store");
    headers.put("X-Content-Type-Options", "nosniff");
    headers.put("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
    headers.put("Referrer-Policy", "no-referrer");
  }

  private static boolean wantsHtml(Request request) {
    var path = Request.getPathInContext(request);
    return (path == null || !path.startsWith("/api"))
        && request.getHeaders().getQualityCSV(HttpHeader.ACCEPT).contains("text/html");
  }

  private static String problem(int status) {
    var problem = new JsonObject();
    problem.addProperty("type", "about:blank");
    problem.addProperty("title", HttpStatus.getMessage(status));
    problem.addProperty("status", status);
    problem.addProperty("code", code(status));
    problem.addProperty("detail", sentence(status));
    return problem.toString();
  }

  private static String page(int status) {
    return """
    <!doctype html>
    <html lang="en"><meta charset="utf-8"><title>%1$s</title>
    <h1>%1$s</h1>
    <p>%2$s</p>
    """
        .formatted(HttpStatus.getMessage(status), sentence(status));
  }

  private static String code(int status) {
    return HttpStatus.getMessage(status).toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
  }

  private static String sentence(int status) {
    return switch (status) {
      case HttpStatus.NOT_FOUND_404 -> "There is nothing at this address.";
      case HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE_431 ->
          "The headers of the request are too large; 16 KB is the limit.";
      case HttpStatus.URI_TOO_LONG_414 -> "The address is too long.";
      case HttpStatus.NOT_IMPLEMENTED_501 -> "This method is not supported.";
      case HttpStatus.SERVICE_UNAVAILABLE_503 ->
          "The server is starting or stopping. Try again in a moment.";
      default ->
          status < HttpStatus.INTERNAL_SERVER_ERROR_500
              ? "The server can not read this request."
              : "Something went wrong in the server. Its log says what.";
    };
  }
}
