package dev.perdure.examples;

import static dev.perdure.workflow.Steps.atMostOnce;
import static dev.perdure.workflow.Steps.retries;
import static java.net.HttpURLConnection.HTTP_ACCEPTED;
import static java.net.HttpURLConnection.HTTP_CREATED;
import static java.net.HttpURLConnection.HTTP_GONE;
import static java.net.HttpURLConnection.HTTP_NOT_FOUND;
import static java.net.HttpURLConnection.HTTP_OK;
import static java.net.HttpURLConnection.HTTP_UNAVAILABLE;

import com.google.gson.JsonObject;
import dev.perdure.workflow.FinalStepException;
import dev.perdure.workflow.RetryAfterException;
import dev.perdure.workflow.Step;
import dev.perdure.workflow.StepOptions;
import dev.perdure.workflow.Workflow;
import dev.perdure.workflow.WorkflowProvider;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Collection;
import java.util.List;

/**
 * Has a report made by an API that takes hours for it, and says with {@code Retry-After} when to
 * ask again. A second workflow has it printed by an API that knows no keys, so that a request of
 * unknown outcome must not be sent again.
 */
public final class SlowReport implements WorkflowProvider {

  private static final int HTTP_TOO_MANY_REQUESTS = 429;
  private static final Duration ASK_AGAIN = Duration.ofMinutes(1);

  /** The API does once what it is asked twice by one key, so this is tried like anything else. */
  private static final StepOptions ORDERING = retries(20).timeout(Duration.ofSeconds(30));

  /** Each "not yet" uses up a retry, so there are many; what ends the step is the time in all. */
  private static final StepOptions COLLECTING =
      retries(1_000).timeout(Duration.ofSeconds(30)).totalTimeout(Duration.ofHours(12));

  /**
   * Tried again only when the printer has said that it did nothing. After an error of the
   * connection nobody knows, so that is final; after a crash the run is blocked, for a person to
   * look into the tray.
   */
  private static final StepOptions PRINTING = atMostOnce().retries(20).finalOn(IOException.class);

  /** The time a request to the printer may take; an end by the step's timeout would tell less. */
  private static final Duration PRINT_TIMEOUT = Duration.ofSeconds(30);

  /** Which report. */
  public record Month(int year, int month) {}

  /** A report that is being made, or is there. */
  public record Ordered(Month month, String id) {}

  /** What it says. */
  public record Report(Month month, String text) {}

  private final HttpCalls http = new HttpCalls();
  private final URI api;

  /** Asks {@code REPORTS_URL}. */
  public SlowReport() {
    this(HttpCalls.address("REPORTS_URL", "http://127.0.0.1:9000/"));
  }

  /**
   * @param api ends with a slash
   */
  SlowReport(URI api) {
    this.api = api;
  }

  @Override
  public Collection<Workflow<?, ?>> workflows() {
    return List.of(report(), print());
  }

  Workflow<Month, Report> report() {
    return Workflow.named("slow-report")
        .describedAs("Orders a report and asks for it until it is there")
        .input(Month.class, new Month(2026, 1))
        .step("order", Ordered.class, this::order, ORDERING)
        .step("collect", Report.class, this::collect, COLLECTING)
        .build();
  }

  Workflow<Report, String> print() {
    return Workflow.named("print-report")
        .describedAs("Prints a report, at most once")
        .input(Report.class, new Report(new Month(2026, 1), "Nothing was sold."))
        .step("print", String.class, this::print, PRINTING)
        .build();
  }

  private Ordered order(Month month, Step step) throws IOException, InterruptedException {
    var body = new JsonObject();
    body.addProperty("year", month.year());
    body.addProperty("month", month.month());
    var key = step.idempotencyKey();
    var answer = http.post(request("reports").header("Idempotency-Key", key), body);
    return switch (answer.statusCode()) {
      case HTTP_OK, HTTP_CREATED, HTTP_ACCEPTED -> new Ordered(month, HttpCalls.text(answer, "id"));
      case HTTP_TOO_MANY_REQUESTS, HTTP_UNAVAILABLE -> throw later(answer);
      default -> throw HttpCalls.unexpected(answer);
    };
  }

  private Report collect(Ordered ordered, Step step) throws IOException, InterruptedException {
    step.progress(0, "asked " + step.attempt() + " times");
    var answer = http.send(request("reports/" + ordered.id()).GET());
    return switch (answer.statusCode()) {
      case HTTP_OK -> new Report(ordered.month(), answer.body());
      case HTTP_ACCEPTED, HTTP_TOO_MANY_REQUESTS, HTTP_UNAVAILABLE -> throw later(answer);
      case HTTP_NOT_FOUND, HTTP_GONE ->
          throw new FinalStepException("The API has thrown report " + ordered.id() + " away.");
      default -> throw HttpCalls.unexpected(answer);
    };
  }

  private String print(Report report, Step step) throws IOException, InterruptedException {
    var body = new JsonObject();
    body.addProperty("text", report.text());
    var answer = http.post(request("prints").timeout(PRINT_TIMEOUT), body);
    return switch (answer.statusCode()) {
      case HTTP_OK, HTTP_CREATED, HTTP_ACCEPTED -> HttpCalls.text(answer, "id");
      case HTTP_TOO_MANY_REQUESTS, HTTP_UNAVAILABLE -> throw later(answer);
      default -> throw HttpCalls.unexpected(answer);
    };
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(api.resolve(path));
  }

  private static RetryAfterException later(HttpResponse<String> answer) {
    var delay = answer.headers().firstValue("Retry-After").map(value -> delay(value, answer));
    return new RetryAfterException(
        answer.request().uri() + " answered " + answer.statusCode() + ": not yet.",
        delay.orElse(ASK_AGAIN));
  }

  /** Seconds, or an instant; that one is taken by the clock of the one who has sent it. */
  private static Duration delay(String value, HttpResponse<String> answer) {
    if (value.matches("\\d{1,9}")) {
      return Duration.ofSeconds(Long.parseLong(value));
    }
    try {
      var sent = answer.headers().firstValue("Date").orElse("");
      var delay = Duration.between(instant(sent), instant(value));
      return delay.isNegative() ? Duration.ZERO : delay;
    } catch (DateTimeParseException e) {
      return ASK_AGAIN;
    }
  }

  private static ZonedDateTime instant(String httpDate) {
    return ZonedDateTime.parse(httpDate, DateTimeFormatter.RFC_1123_DATE_TIME);
  }
}
