package dev.perdure.web.dashboard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perdure.journal.RunDetail;
import dev.perdure.journal.Status;
import dev.perdure.journal.WaitingFor;
import dev.perdure.web.Standing;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunViewTest {

  private static final Instant NOW = Instant.parse("2026-07-12T14:03:12Z");

  private final Seed seed = new Seed(NOW);

  @Test
  void onlyWhatHoldsAThreadIsShownRunning() {
    assertEquals(Badge.RUNNING, Badge.of(Status.RUNNING, null));
    for (var kind : WaitingFor.Kind.values()) {
      var badge = Badge.of(Status.RUNNING, new WaitingFor(kind, null, NOW, null));
      assertEquals(kind == WaitingFor.Kind.RETRY ? Badge.RETRYING : Badge.WAITING, badge);
    }
  }

  @Test
  void rowOfAFailedRunSaysTheStepAndItsError() {
    var message = row(seed.failed()).message();
    assertEquals("charge-card", message.lead());
    assertEquals(Seed.GATEWAY.message(), message.text());
  }

  @Test
  void rowOfARetryingRunSaysTheAttemptAndWhenTheNextIsDue() {
    var row = row(seed.retrying());
    assertEquals(Badge.RETRYING, row.badge());
    assertEquals(NOW.plusSeconds(41), row.message().due());
    assertTrue(row.message().more().startsWith("Attempt 2 of 3 failed: "), row.message().more());
  }

  @Test
  void blockedRunSaysWhyAndCountsNoTime() {
    var row = row(seed.blocked());
    assertTrue(row.message().text().contains("ended uncleanly"));
    assertNull(row.runningSince());
    assertEquals("This run needs a person", notice(seed.blocked()).title());
  }

  @Test
  void planOfALiveRunIsPendingAndOfAnEndedOneNotRun() {
    assertEquals(Badge.PENDING, view(seed.retrying()).steps().getLast().badge());
    assertEquals(Badge.NOT_RUN, view(seed.failed()).steps().getLast().badge());
    assertEquals(4, view(seed.pending()).steps().size());
    assertEquals(1, view(seed.large()).steps().size());
  }

  @Test
  void attemptsThatWereCutOffAreShownButNotCounted() {
    var step = view(seed.resumed()).steps().get(1);
    assertEquals("1 of 3", step.attempts());
    assertEquals(2, step.tries().size());
    assertEquals("+4.10 s", step.tries().getLast().offset());
    assertEquals("800 ms", step.tries().getLast().duration());
  }

  @Test
  void failedRunLeadsWithItsError() {
    var notice = notice(seed.failed());
    assertEquals("Step charge-card failed after 3 attempts", notice.title());
    var error = notice.error();
    assertNotNull(error);
    assertEquals("PaymentException", error.type());
    assertEquals("3 application frames, 6 framework frames", error.traceLabel());
    assertEquals(List.of(false, true, false, true, false), folds(error));
  }

  @Test
  void zombieStandsAtItsStep() {
    var detail = seed.zombie();
    var view = RunView.of(detail, standing(detail), Seed.zombiesOf(detail, NOW));
    assertEquals(1, view.steps().getFirst().zombies().size());
    assertEquals(Badge.WAITING, view.badge());
  }

  @Test
  void longValueIsALinkToTheWholeOfIt() {
    var output = view(seed.large()).output();
    assertNotNull(output);
    assertNull(output.json());
    assertEquals("1.0 MiB", output.size());
    assertEquals(
        "api/runs/" + view(seed.large()).id().substring(0, 8), output.href().substring(0, 17));
  }

  @Test
  void markdownMemberIsRendered() {
    var output = view(seed.summary()).output();
    assertNotNull(output);
    assertNotNull(output.html());
    assertTrue(output.html().contains("<table>"));
  }

  private static List<Boolean> folds(ErrorView error) {
    return error.trace().stream().map(ErrorView.Frames::library).toList();
  }

  private static Standing standing(RunDetail detail) {
    return new Standing(detail.run().waitingFor(), null);
  }

  private static RunRowView row(RunDetail detail) {
    return RunRowView.of(detail.run(), detail.run().waitingFor(), "./", null);
  }

  private static RunView view(RunDetail detail) {
    return RunView.of(detail, standing(detail), List.of());
  }

  private static NoticeView notice(RunDetail detail) {
    var notice = view(detail).notice();
    assertNotNull(notice);
    return notice;
  }
}
