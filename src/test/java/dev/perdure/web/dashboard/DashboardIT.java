package dev.perdure.web.dashboard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.mockito.Mockito.when;

import dev.perdure.journal.Command.CancelResult;
import dev.perdure.journal.RunFilter;
import dev.perdure.journal.RunId;
import dev.perdure.journal.Status;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The pages in a real Chromium, in front of a real Jetty. */
class DashboardIT {

  private static final int[] WIDTHS = {1440, 1000, 720, 390, 320};

  private DashboardServer server = new DashboardServer(null);
  private Browser browser;

  @BeforeEach
  void start() throws Exception {
    assumeTrue(Files.isExecutable(Browser.CHROMIUM), "there is no /usr/bin/chromium");
    assumeTrue(Files.isExecutable(Browser.DRIVER), "there is no /usr/bin/chromedriver");
    server.start();
    server.fill();
    browser = new Browser(1440, 900);
  }

  @AfterEach
  void stop() throws Exception {
    if (browser != null) {
      browser.close();
    }
    server.close();
  }

  @Test
  void everyPageFitsAndKeepsThePolicyAtEveryWidthInLightAndDark() {
    for (boolean dark : new boolean[] {false, true}) {
      for (int width : WIDTHS) {
        browser.size(width, 844, dark);
        for (var path :
            List.of(
                "/",
                everythingOpen(),
                "/runs/" + newest(Status.FAILED),
                runOf("order-shipment"),
                runOf("import-file"))) {
          browser.open(server.url(path));
          browser.run("document.querySelectorAll('details').forEach(d => d.open = true)");
          browser.assertNoOverflow(path + " at " + width);
        }
        browser.shoot("run-" + width + (dark ? "-dark" : "-light"));
      }
    }
    assertEquals(List.of(), browser.complaints());
  }

  @Test
  void withoutScriptCancellingTakesTwoSteps() throws Exception {
    browser.close();
    browser = Browser.withoutScript(1440, 900);
    var path = runOf("order-shipment");
    var run = RunId.parse(path.substring("/runs/".length())).orElseThrow();
    var asked = new AtomicBoolean();
    when(server.engine.cancelRun(run))
        .thenAnswer(_ -> {
          asked.set(true);
          return new CancelResult.Accepted(List.of(), 0, List.of(run));
        });
    browser.open(server.url(path));
    assertFalse(browser.find(".cancel .danger").isDisplayed());
    browser.find(".cancel > summary").click();
    assertFalse(asked.get());
    browser.find(".cancel .danger").click();
    browser.until("the run is cancelled", asked::get);
    browser.until("its page is back", () -> browser.url().endsWith(path));
  }

  @Test
  void darkAndLightFollowTheSystem() {
    browser.open(server.url("/"));
    var script = "return getComputedStyle(document.body).backgroundColor";
    var light = browser.run(script);
    browser.size(1440, 900, true);
    assertFalse(light.equals(browser.run(script)));
  }

  @Test
  void clickOpensARunInPlaceAndTheUrlRemembersIt() {
    var run = newest(Status.FAILED);
    browser.open(server.url("/"));
    browser.find(row(run)).click();
    browser.until("the run is open", () -> !browser.findAll("#run-" + run + " .steps").isEmpty());
    assertTrue(browser.url().contains("open=" + run));
    assertEquals("true", browser.find(row(run)).getDomAttribute("aria-expanded"));
    browser.find(row(run)).click();
    browser.until("the run is closed", () -> browser.findAll("#run-" + run + " .detail").isEmpty());
    assertFalse(browser.url().contains("open="));
    assertEquals(List.of(), browser.complaints());
  }

  @Test
  void refreshKeepsWhatIsOpenFocusedTypedAndScrolled() {
    var run = newest(Status.FAILED);
    browser.open(server.url("/?open=" + run));
    browser.find("#run-" + run + " .trace > summary").click();
    browser.find("#run-" + run + " li:nth-child(3) summary.step-row").click();
    browser.run(
        "const f = document.querySelector('textarea'); f.closest('details').open = true;"
            + " f.value = 'mine';");
    browser.run(
        "document.querySelectorAll('.row')[9].focus({preventScroll: true}); scrollTo(0, 333)");
    var focused = browser.run("return document.activeElement.dataset.toggle");
    var tag = browser.run("return document.querySelectorAll('.run').length");

    var resumed = newest(Status.COMPLETED);
    server.reader.remove(resumed);
    server.put(server.seed.ok(-60));
    browser.refresh();
    browser.until("the change is shown", () -> browser.findAll("#run-" + resumed).isEmpty());

    assertEquals(tag, browser.run("return document.querySelectorAll('.run').length"));
    assertTrue(browser.is("document.querySelector('#run-" + run + " .trace').open"));
    assertTrue(
        browser.is("document.querySelector('#run-" + run + " li:nth-child(3) details').open"));
    assertTrue(browser.is("document.querySelector('textarea').value === 'mine'"));
    assertTrue(browser.is("document.querySelector('textarea').closest('details').open"));
    assertEquals(focused, browser.run("return document.activeElement.dataset.toggle"));
    assertEquals(333L, browser.run("return scrollY"));
    assertEquals("Show 1 new run", browser.find(".pill").getText());
  }

  @Test
  void newRunsComeByThemselvesUnlessTheListIsRead() {
    browser.open(server.url("/"));
    var first = server.put(server.seed.ok(-60));
    browser.until("the new run is shown", () -> !browser.findAll("#run-" + first).isEmpty());

    browser.find(row(first)).click();
    browser.until("it is open", () -> !browser.findAll("#run-" + first + " .steps").isEmpty());
    var second = server.put(server.seed.ok(-61));
    browser.refresh();
    browser.until("the pill is shown", () -> browser.find(".pill").isDisplayed());
    assertTrue(browser.findAll("#run-" + second).isEmpty());
    browser.find(".pill").click();
    browser.until("the held run is shown", () -> !browser.findAll("#run-" + second).isEmpty());
    assertFalse(browser.find(".pill").isDisplayed());
  }

  @Test
  void onlyBadgesOfThreadsMoveAndNothingForWhoWantsNoMotion() {
    browser.open(server.url("/"));
    assertTrue(
        browser.is(
            "document.getAnimations().length === document.querySelectorAll('.b-running').length"));
    try (var calm = new Browser(1440, 900, "--force-prefers-reduced-motion")) {
      calm.open(server.url("/"));
      assertTrue(calm.is("document.getAnimations().length === 0"));
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void deadServerIsSaidAndItsReturnNoticed() throws Exception {
    browser.open(server.url("/"));
    browser.run("scrollTo(0, 500)");
    int port = server.port();
    server.close();
    browser.until("the banner is shown", () -> browser.find("#banner").isDisplayed());
    assertTrue(
        browser
            .find("#banner-text")
            .getText()
            .startsWith("Not updating: the server can't be reached."));
    assertTrue(browser.is("document.getAnimations().length === 0"));
    assertTrue(browser.is("document.getElementById('banner').getBoundingClientRect().top >= 0"));
    browser.shoot("stale");

    server = new DashboardServer(null).start(port);
    server.fill();
    browser.find("#retry").click();
    browser.until("the banner is gone", () -> !browser.find("#banner").isDisplayed());
    assertEquals("Connection restored.", browser.find("#status").getDomProperty("textContent"));
  }

  @Test
  void pauseStopsAskingAndStaysHonest() {
    browser.open(server.url("/"));
    browser.find("#pause").click();
    assertTrue(browser.find("#fresh-text").getText().startsWith("Paused at "));
    assertTrue(browser.is("document.getAnimations().length === 0"));
    var run = server.put(server.seed.ok(-60));
    browser.find("#pause").click();
    browser.until("the new run is shown", () -> !browser.findAll("#run-" + run).isEmpty());
  }

  @Test
  void hiddenTabAsksNothingAndAsksAtOnceWhenItIsSeenAgain() {
    browser.open(server.url("/"));
    hide(true);
    var run = server.put(server.seed.ok(-60));
    var asked = browser.run("return performance.getEntriesByType('resource').length");
    var from = (Number) browser.run("return performance.now()");
    browser.until(
        "more than a period has passed",
        () -> browser.is("performance.now() > arguments[0] + 6000", from));
    assertEquals(asked, browser.run("return performance.getEntriesByType('resource').length"));
    hide(false);
    browser.until("the new run is shown", () -> !browser.findAll("#run-" + run).isEmpty());
  }

  private void hide(boolean hidden) {
    browser.run(
        "Object.defineProperty(document, 'hidden', {configurable: true, value: arguments[0]});"
            + " document.dispatchEvent(new Event('visibilitychange'))",
        hidden);
  }

  @Test
  void startingOpensTheNewRun() {
    browser.open(server.url("/"));
    browser.find("[data-key=order-fulfilment] .start").click();
    browser.until("the new run is open", () -> !browser.findAll(".open .steps").isEmpty());
    assertTrue(browser.url().contains("open="));
  }

  @Test
  void withoutScriptEverythingWorksThroughLinks() throws Exception {
    browser.close();
    browser = Browser.withoutScript(1440, 900);
    browser.open(server.url("/"));
    var run = newest(Status.FAILED);
    browser.find(row(run)).click();
    browser.until("the run is open", () -> !browser.findAll("#run-" + run + " .steps").isEmpty());
    browser.find("#run-" + run + " .trace > summary").click();
    assertTrue(browser.find("#run-" + run + " .frames").isDisplayed());
    browser.open(server.url("/"));
    browser.find(".chip[href*=cancelled]").click();
    browser.until("only cancelled runs are shown", () -> browser.findAll(".run").size() == 1);
    browser.open(server.url("/"));
    browser.find(".pages a").click();
    browser.until("older runs are shown", () -> browser.url().contains("cursor="));
    assertTrue(browser.find(".nojs").isDisplayed());
    // Selenium takes what is in closed details for hidden, which the style sheet shows on wide
    // pages.
    browser.run(
        "const f = document.querySelector('[data-key=nightly-summary] form');"
            + " f.elements.input.value = '{no json'; f.querySelector('.start').click();");
    browser.until("the error is shown", () -> !browser.findAll(".form-error").isEmpty());
    assertEquals(
        "{no json", browser.find("[data-key=nightly-summary] textarea").getDomProperty("value"));
  }

  @Test
  void formErrorSurvivesARefresh() {
    browser.open(server.url("/"));
    browser.find("[data-key=nightly-summary] .input > summary").click();
    var field = browser.find("[data-key=nightly-summary] textarea");
    field.clear();
    field.sendKeys("{no json");
    browser.find("[data-key=nightly-summary] .start").click();
    browser.until("the error is shown", () -> !browser.findAll(".form-error").isEmpty());
    var run = server.put(server.seed.ok(-60));
    browser.refresh();
    browser.until("a new run is shown", () -> !browser.findAll("#run-" + run).isEmpty());
    assertEquals(1, browser.findAll(".form-error").size());
    assertEquals(
        "{no json", browser.find("[data-key=nightly-summary] textarea").getDomProperty("value"));
  }

  @Test
  void signingInAndOutAgain() throws Exception {
    try (var guarded = new DashboardServer("a-token-for-this-test")) {
      guarded.start().fill();
      browser.open(guarded.url("/"));
      assertTrue(browser.url().endsWith("/login"));
      browser.find("#token").sendKeys("wrong-token-of-some-length");
      browser.find(".primary").click();
      browser.until("the error is shown", () -> !browser.findAll(".form-error").isEmpty());
      browser.find("#token").sendKeys("a-token-for-this-test");
      browser.find(".primary").click();
      browser.until("the runs are shown", () -> !browser.findAll(".run").isEmpty());
      browser.run("fetch('logout', {method: 'POST'})");
      browser.until("the banner is shown", () -> browser.find("#banner").isDisplayed());
      assertTrue(browser.find("#banner-text").getText().contains("signed out"));
      browser.find("#retry").click();
      browser.until("the login is shown", () -> browser.url().endsWith("/login"));
    }
  }

  private String runOf(String workflow) {
    var runs = server.reader.runs(new RunFilter(workflow, null), 1, null).runs();
    return "/runs/" + runs.getFirst().id();
  }

  private RunId newest(Status status) {
    return server.reader.runs(new RunFilter(null, status), 1, null).runs().getFirst().id();
  }

  private static String row(RunId run) {
    return "#run-" + run + " > .row";
  }

  private String everythingOpen() {
    var query = new StringBuilder("/?");
    server
        .reader
        .runs(RunFilter.ALL, 14, null)
        .runs()
        .forEach(run -> query.append("open=" + run.id() + "&"));
    return query.toString();
  }
}
