package dev.perdure.web.dashboard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.perdure.journal.RunDetail;
import dev.perdure.journal.RunId;
import dev.perdure.journal.Status;
import dev.perdure.web.Standing;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import org.junit.jupiter.api.Test;

class StepTreeTest {

  private static final Instant NOW = Instant.parse("2026-07-12T14:03:12Z");
  private static final int PAGE = 200;

  private final Seed seed = new Seed(NOW);
  private final SeededReader reader = new SeededReader();

  @Test
  void whatStandsInAContainerStandsBelowIt() {
    var steps = view(seed.shipment()).steps();
    assertEquals(
        List.of("charge", "now", "two-parcels", "book-stock", "settle", "pack", "hand-over"),
        names(steps));
    assertEquals(
        List.of("", "", "version", "transaction", "timer", "map", "parallel"), kinds(steps));
    var branches = inner(steps.getLast());
    assertEquals("3 branches: 3 under way", branches.label());
    assertEquals(List.of("papers", "sign-off", "delivery"), names(branches.steps()));
    var papers = inner(branches.steps().getFirst());
    assertEquals("", papers.label());
    assertEquals(List.of("print", "cool"), names(papers.steps()));
    assertEquals("d2", papers.steps().getFirst().indent());
  }

  @Test
  void itemsSayTheirNumberAndAFewAreOpen() {
    var pack = inner(view(seed.shipment()).steps().get(5));
    assertEquals("4 items: 4 completed", pack.label());
    assertTrue(pack.open());
    assertEquals("item 4 of 4", pack.steps().getLast().kind());
    assertEquals("", pack.steps().getLast().number());
  }

  @Test
  void onlyWhatHoldsAThreadIsShownRunning() {
    var handOver = view(seed.shipment()).steps().getLast();
    assertEquals(Badge.ONGOING, handOver.badge());
    var branches = inner(handOver).steps();
    assertEquals(Badge.RUNNING, inner(branches.getFirst()).steps().getFirst().badge());
    assertEquals(Badge.WAITING, inner(branches.get(1)).steps().getFirst().badge());
  }

  @Test
  void waitsSayWhatForAndUntilWhenAndHaveNoAttempts() {
    var branches = inner(view(seed.shipment()).steps().getLast()).steps();
    var approval = inner(branches.get(1)).steps().getFirst();
    assertEquals("", approval.attempts());
    assertEquals(List.of(), approval.tries());
    assertFalse(approval.hasBody());
    assertNotNull(approval.note());
    assertEquals("Waits for the signal approval", approval.note().text());
    assertEquals(NOW.plusSeconds(172_000), approval.note().due());
    var cool = inner(branches.getFirst()).steps().getLast();
    assertEquals(NOW.plusSeconds(7_300), cool.due());
    assertNull(cool.note());
    var print = inner(branches.getFirst()).steps().getFirst();
    assertNotNull(print.note());
    assertEquals(42, print.note().percent());
  }

  @Test
  void childLeadsToItsRun() {
    var delivery = inner(view(seed.shipment()).steps().getLast()).steps().getLast();
    var child = inner(delivery).steps().getLast();
    assertEquals("runs/" + RunBuilder.idAt(NOW, 902), child.childHref());
    assertFalse(child.hasBody());
  }

  @Test
  void compensationsFollowThePlanInTheOrderInWhichTheyRan() {
    var steps = view(seed.compensating()).steps();
    assertEquals(
        List.of(
            "validate", "reserve-stock", "charge-card", "send-email", "refund", "release-stock"),
        names(steps));
    assertEquals(Badge.NOT_RUN, steps.get(3).badge());
    assertEquals("compensation", steps.getLast().kind());
    assertEquals(steps.size(), steps.stream().map(StepView::key).distinct().count());
  }

  @Test
  void planIsMatchedByPosition() {
    var detail =
        new RunBuilder(RunBuilder.idAt(NOW, 1), "w", NOW)
            .plan("a", "b", "c")
            .entry("map", "a", "", 0, Status.COMPLETED, 1, 9)
            .entry("step", "a", "0", 0, Status.COMPLETED, 2, 5)
            .entry("step", "a", "0", 1, Status.COMPLETED, 2, 5)
            .end(Status.RUNNING, null, null, null, null, -1);
    assertEquals(List.of("a", "b", "c"), names(view(detail).steps()));
  }

  @Test
  void pageOfALargeMapIsBoundedAndSaysWhichItemsItHas() {
    var run = reader.put(seed.importing());
    var first = page(StepsFrom.START, run);
    assertEquals(2, first.steps().size());
    var items = inner(first.steps().getLast());
    assertEquals("198 of 10,000 items here: 198 completed", items.label());
    assertFalse(items.open());

    var more = first.more();
    assertNotNull(more);
    var second = page(from(more), run);
    assertEquals(List.of("import-row"), names(second.steps()));
    var next = inner(second.steps().getFirst());
    assertEquals("item 199 of 10,000", next.steps().getFirst().kind());
    assertEquals(PAGE, next.steps().size());
    assertNotNull(second.more());
    var last = page(from(second.more()), run);
    assertTrue(inner(last.steps().getFirst()).label().endsWith("8 running, 14 completed"));
    assertNull(last.more());
  }

  @Test
  void itemsWhoseMapIsNotKnownSayWhereTheyStand() {
    var run = reader.put(seed.importing());
    var page = page(new StepsFrom(200, 2, List.of()), run);
    assertEquals(PAGE, page.steps().size());
    assertEquals("199 within step 2", page.steps().getFirst().kind());
  }

  @Test
  void linksThatNobodyMadeAreTheBeginning() {
    assertEquals(StepsFrom.START, from("?from=x&planned=-1&in=a,,"));
    var many = "1,".repeat(100);
    assertTrue(from("?from=5&in=" + many).within().size() <= 16);
  }

  @Test
  void failingStepIsTheOneOfItsNameThatFailed() {
    var detail =
        new RunBuilder(RunBuilder.idAt(NOW, 1), "w", NOW)
            .entry("map", "pack", "", 0, Status.FAILED, 1, 90)
            .entry(
                "step",
                "pack",
                "0",
                0,
                Status.FAILED,
                2,
                50,
                new RunBuilder.Extra(null, null, Seed.GATEWAY, null, null))
            .entry("step", "pack", "0", 1, Status.COMPLETED, 2, 50)
            .end(Status.FAILED, null, null, "pack", Seed.GATEWAY, 91);
    var notice = view(detail).notice();
    assertNotNull(notice);
    assertEquals("Step pack failed after 1 attempt", notice.title());
  }

  private RunView page(StepsFrom from, RunId run) {
    var detail = reader.detail(run, from.ordinal(), PAGE, 0).orElseThrow();
    return RunView.of(
        detail, from, from.context(reader, run), new Standing(null, null), List.of(), Logs.NONE);
  }

  private static StepsFrom from(String link) {
    var parameters = new HashMap<String, String>();
    for (var pair : link.replaceFirst(".*\\?", "").split("&", -1)) {
      parameters.put(pair.replaceFirst("=.*", ""), pair.replaceFirst("[^=]*=", ""));
    }
    var request = mock(HttpServletRequest.class);
    parameters.forEach((name, value) -> when(request.getParameter(name)).thenReturn(value));
    return StepsFrom.of(request);
  }

  private static RunView view(RunDetail detail) {
    return RunView.of(detail, new Standing(detail.run().waitingFor(), null), List.of());
  }

  private static GroupView inner(StepView step) {
    var inner = step.inner();
    assertNotNull(inner);
    return inner;
  }

  private static List<String> names(List<StepView> steps) {
    return steps.stream().map(StepView::name).toList();
  }

  private static List<String> kinds(List<StepView> steps) {
    return steps.stream().map(StepView::kind).toList();
  }
}
