package dev.perdure.examples;

import static dev.perdure.workflow.Steps.retries;
import static java.net.HttpURLConnection.HTTP_GONE;
import static java.net.HttpURLConnection.HTTP_NOT_FOUND;
import static java.net.HttpURLConnection.HTTP_OK;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonObject;
import dev.perdure.workflow.FinalStepException;
import dev.perdure.workflow.RunContext;
import dev.perdure.workflow.Signal;
import dev.perdure.workflow.Step;
import dev.perdure.workflow.StepFailedException;
import dev.perdure.workflow.StepOptions;
import dev.perdure.workflow.Workflow;
import dev.perdure.workflow.WorkflowProvider;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Looks at a web page every few days, for as long as nobody stops it, and has somebody told when it
 * has changed. Between two looks a run is an entry in memory and holds no thread.
 *
 * <p>The signal "every" changes the interval (its payload is a number of days) and looks at once,
 * the signal "stop" ends the watch.
 */
public final class PageWatch implements WorkflowProvider {

  static final String WATCH = "page-watch";
  static final String NEWS = "page-news";

  /** A run has 100,000 entries at most, and is replayed from its first: it hands over in time. */
  static final int LOOKS_MAX = 365;

  private static final StepOptions FETCHING =
      retries(4)
          .backoff(Duration.ofSeconds(30), 4, Duration.ofHours(1))
          .timeout(Duration.ofSeconds(30));

  /**
   * What to watch.
   *
   * @param every how long it is between two looks
   * @param seen the digest of the page as it was; empty to begin with
   */
  public record Watch(String url, Duration every, String seen) {}

  /** What the run that tells somebody is given. */
  public record News(String url, String what, Instant at) {}

  private final HttpCalls http = new HttpCalls();
  private final URI hook;

  /** Tells {@code HOOK_URL}. */
  public PageWatch() {
    this(HttpCalls.address("HOOK_URL", "http://127.0.0.1:9000/news"));
  }

  PageWatch(URI hook) {
    this.hook = hook;
  }

  @Override
  public Collection<Workflow<?, ?>> workflows() {
    return List.of(watch(), news());
  }

  Workflow<Watch, String> watch() {
    return Workflow.named(WATCH)
        .describedAs("Looks at a web page every few days and has somebody told when it changes")
        .input(Watch.class, new Watch("https://example.org/", Duration.ofDays(3), ""))
        .code(String.class, this::watch);
  }

  /** Lives by itself: a watch goes on, and may be stopped, while nobody can be told yet. */
  Workflow<News, String> news() {
    return Workflow.named(NEWS)
        .describedAs("Tells somebody that a watched page has changed")
        .input(News.class, new News("https://example.org/", "changed", Instant.EPOCH))
        .step("tell", String.class, this::tell, retries(50).jitter())
        .build();
  }

  /** Answers how it ended: "stopped", or the id of the run that goes on with it. */
  private String watch(Watch watch, RunContext run) {
    var every = watch.every();
    var seen = watch.seen();
    for (int look = 0; look < LOOKS_MAX; look++) {
      var page = look(run, watch.url());
      if (page.isPresent() && !seen.isEmpty() && !page.get().equals(seen)) {
        run.startChild("tell", NEWS, new News(watch.url(), "changed", run.now()));
      }
      // Came later. Watches were under way then: for the looks that they had behind them this is 0
      // and they ask for nothing that their journal does not hold; from their next look on it is 1.
      if (page.isEmpty() && run.version("tell-of-outages", 1) >= 1) {
        run.startChild("tell", NEWS, new News(watch.url(), "down", run.now()));
      }
      seen = page.orElse(seen);
      var signal = run.awaitAny(every, "every", "stop");
      if (signal.isPresent() && signal.get().name().equals("stop")) {
        return "stopped";
      }
      every = signal.isPresent() ? days(signal.get(), every) : every;
    }
    return run.startChild("go-on", WATCH, new Watch(watch.url(), every, seen));
  }

  /** The page's digest; empty when it can not be fetched, which must not end the watch. */
  private Optional<String> look(RunContext run, String url) {
    try {
      return Optional.of(run.step("look", url, String.class, this::fetch, FETCHING));
    } catch (StepFailedException e) {
      return Optional.empty();
    }
  }

  /** What is no number of days leaves the interval as it is. */
  private static Duration days(Signal signal, Duration otherwise) {
    try {
      return Duration.ofDays(Math.clamp(signal.as(Integer.class), 1, 365));
    } catch (StepFailedException e) {
      return otherwise;
    }
  }

  private String fetch(String url, Step step) throws IOException, InterruptedException {
    var answer = http.get(URI.create(url));
    return switch (answer.statusCode()) {
      case HTTP_OK -> digest(answer.body());
      case HTTP_NOT_FOUND, HTTP_GONE -> throw new FinalStepException("There is no page " + url);
      default -> throw HttpCalls.unexpected(answer);
    };
  }

  private static String digest(String text) {
    try {
      var sha = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha.digest(text.getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256.", e);
    }
  }

  private String tell(News news, Step step) throws IOException, InterruptedException {
    var body = new JsonObject();
    body.addProperty("url", news.url());
    body.addProperty("what", news.what());
    body.addProperty("at", news.at().toString());
    var request = HttpRequest.newBuilder(hook).header("Idempotency-Key", step.idempotencyKey());
    var answer = http.post(request, body);
    if (answer.statusCode() / 100 != 2) {
      throw HttpCalls.unexpected(answer);
    }
    return news.what();
  }
}
