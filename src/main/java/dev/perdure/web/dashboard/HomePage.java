package dev.perdure.web.dashboard;

import dev.perdure.engine.Engine;
import dev.perdure.engine.Zombie;
import dev.perdure.journal.JournalReader;
import dev.perdure.journal.RunId;
import dev.perdure.journal.Status;
import dev.perdure.web.Standing;
import dev.perdure.web.dashboard.HomeView.ChipView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads what the home page shows from an engine. */
final class HomePage {

  private static final int RUNS_MAX = 25;
  static final int STEPS_MAX = 200;
  private static final int LOGS_MAX = 3;
  private static final long COUNTED_MAX = 1_000;

  private final Engine engine;
  private final Supplier<String> keys;
  private final Instant now;

  /**
   * @param keys fresh idempotency keys
   */
  HomePage(Engine engine, Supplier<String> keys, Instant now) {
    this.engine = engine;
    this.keys = keys;
    this.now = now;
  }

  HomeView view(HomeQuery query, @Nullable StartForm sent) {
    var reader = engine.reader();
    var page = reader.runs(query.filter(), RUNS_MAX, query.before());
    var zombies = query.open().isEmpty() ? List.<Zombie>of() : engine.zombies();
    var rows = new ArrayList<RunRowView>();
    Instant validUntil = null;
    for (var run : page.runs()) {
      var standing = Standing.of(engine, run, now);
      validUntil = Standing.earlier(validUntil, standing.validUntil());
      var detail = query.open().contains(run.id()) ? detail(reader, run.id(), zombies) : null;
      rows.add(RunRowView.of(run, standing.waitingFor(), query.toggled(run.id()).href(), detail));
    }
    var health = engine.health();
    return new HomeView(
        workflows(query, sent),
        chips(query, reader),
        rows,
        newer(query, reader),
        health.ready() ? null : health.message(),
        query.workflow(),
        query.withWorkflow(null).href(),
        query.workflow() != null || query.status() != null,
        query.cursor() == null ? null : query.from(null).href(),
        page.next() == null ? null : query.from(page.next()).href(),
        validUntil);
  }

  /** How many runs there are above a list that is held still. */
  private static @Nullable String newer(HomeQuery query, JournalReader reader) {
    var top = query.top();
    if (top == null || query.cursor() != null) {
      return null;
    }
    long newer =
        reader.runs(query.filter(), RUNS_MAX, null).runs().stream()
            .filter(run -> run.id().compareTo(top) > 0)
            .count();
    return newer == 0 ? null : newer == RUNS_MAX ? RUNS_MAX + "+" : Long.toString(newer);
  }

  private @Nullable RunView detail(JournalReader reader, RunId id, List<Zombie> zombies) {
    return reader
        .detail(id, 0, STEPS_MAX, ValueView.SHOWN_BYTES_MAX)
        .map(detail ->
            RunView.of(
                detail,
                StepsFrom.START,
                List.of(),
                Standing.of(engine, detail.run(), now),
                zombies,
                Logs.read(reader, id, detail.steps(), LOGS_MAX)))
        .orElse(null);
  }

  private List<WorkflowView> workflows(HomeQuery query, @Nullable StartForm sent) {
    return engine.workflows().stream()
        .map(workflow ->
            WorkflowView.of(
                workflow,
                sent,
                query.withWorkflow(workflow.name()).withStatus(null).href(),
                keys.get()))
        .toList();
  }

  /** Counts are those of all workflows, so they are left out where one is chosen. */
  private static List<ChipView> chips(HomeQuery query, JournalReader reader) {
    Map<Status, Long> counts = query.workflow() == null ? reader.counts(COUNTED_MAX) : Map.of();
    var chips = new ArrayList<ChipView>();
    chips.add(
        new ChipView("All", "all", null, query.withStatus(null).href(), query.status() == null));
    for (var status : Status.values()) {
      var badge = Badge.of(status, null);
      chips.add(
          new ChipView(
              badge.word(),
              badge.style(),
              count(counts.get(status)),
              query.withStatus(status).href(),
              status == query.status()));
    }
    return chips;
  }

  private static @Nullable String count(@Nullable Long count) {
    if (count == null || count == 0) {
      return null;
    }
    return count >= COUNTED_MAX ? "1 000+" : count.toString();
  }
}
