package dev.perdure.examples;

import static java.net.HttpURLConnection.HTTP_CONFLICT;
import static java.net.HttpURLConnection.HTTP_CREATED;
import static java.net.HttpURLConnection.HTTP_NOT_FOUND;
import static java.net.HttpURLConnection.HTTP_OK;
import static java.net.HttpURLConnection.HTTP_PAYMENT_REQUIRED;

import com.google.gson.JsonObject;
import dev.perdure.workflow.FinalStepException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;

/** A payment provider with an HTTP API, which does once what it is asked twice by one key. */
final class Payments {

  private final HttpCalls http = new HttpCalls();
  private final URI provider;

  /**
   * @param provider ends with a slash
   */
  Payments(URI provider) {
    this.provider = provider;
  }

  /**
   * Takes the money.
   *
   * @param reference ours; it leads to the payment, also when we have never seen the answer
   * @return the payment's id
   * @throws FinalStepException when the card is declined: asking again does not change that
   */
  String charge(String reference, int cents, String key) throws IOException, InterruptedException {
    var body = new JsonObject();
    body.addProperty("reference", reference);
    body.addProperty("cents", cents);
    var answer = http.post(request("charges", key), body);
    return switch (answer.statusCode()) {
      case HTTP_OK, HTTP_CREATED -> HttpCalls.text(answer, "id");
      case HTTP_PAYMENT_REQUIRED -> throw new FinalStepException("The card was declined.");
      case HTTP_CONFLICT -> throw new FinalStepException("It was refunded before it was charged.");
      default -> throw HttpCalls.unexpected(answer);
    };
  }

  /** Gives the money back, if it was taken, and lets no late charge of this reference through. */
  void refund(String reference, String key) throws IOException, InterruptedException {
    var body = new JsonObject();
    body.addProperty("reference", reference);
    var answer = http.post(request("refunds", key), body);
    switch (answer.statusCode()) {
      case HTTP_OK, HTTP_CREATED, HTTP_NOT_FOUND -> {}
      default -> throw HttpCalls.unexpected(answer);
    }
  }

  private HttpRequest.Builder request(String path, String key) {
    return HttpRequest.newBuilder(provider.resolve(path)).header("Idempotency-Key", key);
  }
}
