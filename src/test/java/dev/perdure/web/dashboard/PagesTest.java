package dev.perdure.web.dashboard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import dev.perdure.engine.StartException;
import dev.perdure.journal.Command.CancelResult;
import dev.perdure.journal.Ending;
import dev.perdure.journal.JournalException;
import dev.perdure.journal.RunFilter;
import dev.perdure.journal.Status;
import dev.perdure.web.EngineGate;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The pages over HTTP, behind the real filters. */
class PagesTest {

  private final HttpClient client = HttpClient.newHttpClient();
  private final DashboardServer server = new DashboardServer(null);

  @BeforeEach
  void start() throws Exception {
    server.start();
    server.fill();
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  @Test
  void hostileStringsAreTextEverywhere() throws Exception {
    var hostile = server.put(server.seed.hostile());
    for (var path :
        new String[] {"/?open=" + hostile, "/runs/" + hostile, "/?live=1&open=" + hostile}) {
      var page = get(path).body();
      assertTrue(page.contains("&lt;script&gt;alert(1)"), path);
      assertFalse(page.contains("<script>alert"), path);
      assertFalse(page.contains("<img"), path);
      assertFalse(page.contains("hunter2"), path);
    }
  }

  @Test
  void methodsOfNoUseAreRefusedWithThoseThatAre() throws Exception {
    for (var method : new String[] {"PUT", "PATCH", "DELETE"}) {
      for (var path : new String[] {"/", "/runs", "/nowhere"}) {
        var refused = send(request(path).method(method, BodyPublishers.noBody()));
        assertEquals(405, refused.statusCode(), method + " " + path);
        assertEquals("GET, HEAD, POST", refused.headers().firstValue("Allow").orElseThrow());
      }
    }
  }

  @Test
  void pageHoldsNoClockText() throws Exception {
    var keys = "name=\"key\" value=\"[0-9a-f]+\"";
    var once = get("/?live=1").body().replaceAll(keys, "");
    assertEquals(once, get("/?live=1").body().replaceAll(keys, ""));
    assertFalse(once.contains(" ago"));
  }

  @Test
  void unchangedFragmentIs304AndAChangeIsNot() throws Exception {
    for (var run : server.reader.runs(RunFilter.ALL, 200, null).runs()) {
      if (!run.status().isTerminal()) {
        server.reader.remove(run.id());
      }
    }
    server.put(server.seed.ok(1));
    var first = get("/?live=1");
    var tag = first.headers().firstValue("ETag").orElseThrow();
    var again = send(request("/?live=1").header("If-None-Match", tag));
    assertEquals(304, again.statusCode());
    assertEquals("", again.body());
    assertEquals(
        200, send(request("/?live=1&status=failed").header("If-None-Match", tag)).statusCode());
    server.put(server.seed.ok(0));
    assertEquals(200, send(request("/?live=1").header("If-None-Match", tag)).statusCode());
  }

  @Test
  void listHeldStillSaysHowManyAreNewer() throws Exception {
    var top = server.reader.runs(RunFilter.ALL, 1, null).runs().getFirst();
    assertFalse(get("/?live=1&top=" + top.id()).body().contains("data-newer"));
    var fresh = server.put(server.seed.ok(-5));
    var held = get("/?live=1&top=" + top.id()).body();
    assertTrue(held.contains("data-newer=\"1\""));
    assertFalse(held.contains(fresh.toString()));
  }

  @Test
  void startAnswersWithTheListAndTheRunOpen() throws Exception {
    var answer = post("order-fulfilment", "{\"a\":1}", "0123456789abcdef");
    assertEquals(303, answer.statusCode());
    var location = answer.headers().firstValue("Location").orElseThrow();
    assertTrue(location.startsWith("./?open="), location);
    verify(server.engine).startRun("order-fulfilment", "{\"a\":1}", "0123456789abcdef");
    assertTrue(get(location.substring(1).replaceFirst("#.*", "")).body().contains("Open run page"));
  }

  @Test
  void badInputComesBackWithTheReasonAndTheText() throws Exception {
    var answer = post("order-fulfilment", "{\"orderId\": </textarea>}", "0123456789abcdef");
    assertEquals(422, answer.statusCode());
    assertTrue(answer.body().contains("not valid JSON: line 1, column 13"), answer.body());
    assertTrue(
        answer.body().contains("{&quot;orderId&quot;: &lt;/textarea&gt;}")
            || answer.body().contains("{\"orderId\": &lt;/textarea&gt;}"));
    assertTrue(answer.body().contains("value=\"0123456789abcdef\""));
  }

  @Test
  void refusedInputComesBackWithTheReasonAndTheText() throws Exception {
    var refusal = mock(StartException.InvalidInput.class);
    when(refusal.getMessage()).thenReturn("$.orderId must be a string.");
    doThrow(refusal).when(server.engine).startRun(anyString(), any(), any());
    var answer = post("order-fulfilment", "{\"orderId\":7}", "0123456789abcdef");
    assertEquals(422, answer.statusCode());
    assertTrue(answer.body().contains("$.orderId must be a string."));
    assertTrue(
        answer.body().contains("orderId&quot;:7") || answer.body().contains("\"orderId\":7"));
  }

  @Test
  void fullDiskKeepsTheTextAndTheKey() throws Exception {
    doThrow(new JournalException.Full("full", new IOException()))
        .when(server.engine)
        .startRun(anyString(), any(), any());
    var answer = post("order-fulfilment", "{\"precious\":1}", "0123456789abcdef");
    assertEquals(503, answer.statusCode());
    assertTrue(answer.body().contains("precious"));
    assertTrue(answer.body().contains("value=\"0123456789abcdef\""));
  }

  @Test
  void standbyAndFailureAreSaidInTheSameDress() throws Exception {
    server.gate.set(new EngineGate.State.Standby("process 4711"));
    var standby = get("/");
    assertEquals(503, standby.statusCode());
    assertTrue(standby.body().contains("process 4711"));
    assertTrue(standby.body().contains("class=\"brand\""));
    assertEquals(
        503, post("order-fulfilment", "{\"precious\":1}", "0123456789abcdef").statusCode());
    server.gate.set(new EngineGate.State.Failed("/secret/path"));
    assertFalse(get("/").body().contains("/secret/path"));
  }

  @Test
  void unknownPagesAndRunsAre404AndLinksStayRelative() throws Exception {
    var page = get("/no/such/page");
    assertEquals(404, page.statusCode());
    assertTrue(page.body().contains("href=\"../../assets/css/"));
    assertEquals(404, get("/runs/nope").statusCode());
    assertEquals(404, get("/runs/01a20422-356b-7024-8000-000010fe8bbc").statusCode());
    assertEquals(404, get("/WEB-INF/web.xml").statusCode());
  }

  @Test
  void runIsCancelledFromItsPageWithoutScript() throws Exception {
    var run = server.put(server.seed.running());
    var page = get("/runs/" + run).body();
    assertTrue(page.contains("<form method=\"post\" action=\"../runs/" + run + "/cancel\">"), page);
    when(server.engine.cancelRun(run))
        .thenReturn(new CancelResult.Accepted(List.of(), 0, List.of(run)));
    var answer = cancel(run.toString());
    assertEquals(303, answer.statusCode());
    assertEquals("../" + run, answer.headers().firstValue("Location").orElseThrow());
    verify(server.engine).cancelRun(run);
  }

  @Test
  void runThatCanNotBeCancelledIsNotOfferedTo() throws Exception {
    for (var detail :
        List.of(server.seed.ok(1), server.seed.cancelling(), server.seed.compensating())) {
      var page = get("/runs/" + server.put(detail)).body();
      assertFalse(page.contains("class=\"cancel\""));
    }
    assertTrue(get("/runs/" + server.put(server.seed.cancelling())).body().contains("Cancelling"));
  }

  @Test
  void cancellingTooLateSaysWhy() throws Exception {
    var run = server.put(server.seed.ok(1));
    when(server.engine.cancelRun(run)).thenReturn(new CancelResult.RunEnded(Status.COMPLETED));
    var late = cancel(run.toString());
    assertEquals(409, late.statusCode());
    assertTrue(late.body().contains("It was completed before."));
    when(server.engine.cancelRun(run)).thenReturn(new CancelResult.AlreadyEnding(Ending.FAILED));
    assertEquals(409, cancel(run.toString()).statusCode());
    when(server.engine.cancelRun(run)).thenReturn(new CancelResult.RunEnded(Status.CANCELLED));
    assertEquals(303, cancel(run.toString()).statusCode());
    when(server.engine.cancelRun(run)).thenReturn(new CancelResult.NoSuchRun());
    assertEquals(404, cancel(run.toString()).statusCode());
    assertEquals(404, cancel("nope").statusCode());
  }

  @Test
  void otherSitesCancelNothing() throws Exception {
    var run = server.put(server.seed.running());
    var answer =
        send(
            request("/runs/" + run + "/cancel")
                .header("Sec-Fetch-Site", "cross-site")
                .POST(BodyPublishers.noBody()));
    assertEquals(403, answer.statusCode());
    verify(server.engine, never()).cancelRun(any());
  }

  @Test
  void logsAreBoundedOnThePageOfTheRunAndWholeOnTheirOwn() throws Exception {
    var run = server.put(server.seed.running());
    server.reader.log(run, 0, Seed.lines(server.now, 120));
    var page = get("/runs/" + run).body();
    assertTrue(page.contains("line 119 ") && page.contains("line 70 "));
    assertFalse(page.contains("line 69 "));
    assertTrue(page.contains("href=\"../runs/" + run + "/steps/0/log\""), page);
    var log = get("/runs/" + run + "/steps/0/log").body();
    assertTrue(log.contains("line 0 ") && log.contains("line 119 "));
    assertFalse(log.contains("<script>alert"));
    assertTrue(log.contains("href=\"../../../../runs/" + run + "\""), log);
    assertEquals(404, get("/runs/" + run + "/steps/9/log").statusCode());
    assertEquals(404, get("/runs/" + run + "/steps/00/log").statusCode());
  }

  @Test
  void pageOfALargeMapHasABoundedNumberOfRows() throws Exception {
    var page = get("/runs/" + server.put(server.seed.importing())).body();
    assertEquals(200, page.split("class=\"step-row", -1).length - 2);
    assertTrue(page.contains("item 17 of 10,000"));
    var next = page.replaceFirst("(?s).*href=\"\\.\\.(/runs/[^\"]+)\">Show the following.*", "$1");
    assertTrue(get(next.replace("&amp;", "&")).body().contains("item 300 of 10,000"));
  }

  @Test
  void errorInsideIsAPageWithoutItsText() throws Exception {
    when(server.engine.workflows()).thenThrow(new IllegalStateException("secret-detail"));
    var page = get("/");
    assertEquals(500, page.statusCode());
    assertFalse(page.body().contains("secret-detail"));
    assertTrue(page.body().contains("Request <code>"));
  }

  @Test
  void assetsAreImmutableUnderTheirHashAndOnlyKnownOnesExist() throws Exception {
    var page = get("/").body();
    var css =
        page.replaceFirst("(?s).*href=\"\\.(/assets/css/perdure\\.css\\?v=[0-9a-f]+)\".*", "$1");
    var asset = get(css);
    assertEquals(200, asset.statusCode());
    assertTrue(asset.headers().firstValue("Cache-Control").orElseThrow().contains("immutable"));
    assertEquals(
        "no-cache",
        get("/assets/css/perdure.css").headers().firstValue("Cache-Control").orElseThrow());
    assertEquals(404, get("/assets/css/other.css").statusCode());
    assertEquals(404, get("/css/perdure.css").statusCode());
  }

  @Test
  void firstLoadStaysWithinItsBudget() throws Exception {
    var failed = server.reader.runs(new RunFilter(null, Status.FAILED), 1, null).runs().getFirst();
    int page = StyleTest.gzip(get("/?open=" + failed.id()).body().getBytes(StandardCharsets.UTF_8));
    int assets = 0;
    for (var path :
        new String[] {"css/perdure.css", "css/runs.css", "js/perdure.js", "icons/perdure.svg"}) {
      assets += StyleTest.gzip(get("/assets/" + path).body().getBytes(StandardCharsets.UTF_8));
    }
    assertTrue(page + assets <= 40 * 1024, page + " + " + assets);
    int fragment = StyleTest.gzip(get("/?live=1").body().getBytes(StandardCharsets.UTF_8));
    assertTrue(fragment <= 6 * 1024, "fragment " + fragment);
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(server.url(path)));
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return send(request(path));
  }

  private HttpResponse<String> cancel(String run) throws IOException, InterruptedException {
    return send(
        request("/runs/" + run + "/cancel")
            .header("Content-Type", "application/x-www-form-urlencoded")
            .header("Sec-Fetch-Site", "same-origin")
            .POST(BodyPublishers.noBody()));
  }

  private HttpResponse<String> post(String workflow, String input, String key)
      throws IOException, InterruptedException {
    var form =
        "workflow=%s&input=%s&key=%s"
            .formatted(workflow, URLEncoder.encode(input, StandardCharsets.UTF_8), key);
    return send(
        request("/runs")
            .header("Content-Type", "application/x-www-form-urlencoded")
            .header("Origin", server.url(""))
            .header("Sec-Fetch-Site", "same-origin")
            .POST(HttpRequest.BodyPublishers.ofString(form)));
  }
}
