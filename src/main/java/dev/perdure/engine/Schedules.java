package dev.perdure.engine;

import dev.perdure.journal.Command;
import dev.perdure.journal.Command.StartResult;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * Starts the runs of schedules. Follows the wall clock by looking at it every second, so a clock
 * that jumps is followed too. Of the slots that were missed while the server was down only the
 * latest is made up for, if it is not older than a day; each slot starts one run at most, because
 * it is a row of its own in the journal.
 */
final class Schedules {

  /** Starts a run for a slot. */
  @FunctionalInterface
  interface Starter {
    CompletableFuture<StartResult> start(Definition definition, Instant slot);
  }

  private static final Logger LOG = System.getLogger(Schedules.class.getName());
  private static final Duration TICK = Duration.ofSeconds(1);
  private static final Duration CATCH_UP = Duration.ofDays(1);

  /**
   * @param last the latest slot that was dealt with, or since when the schedule is known
   * @param next the slot after that; null when there is none
   */
  private record Known(
      Definition definition,
      CronRule rule,
      Instant last,
      @Nullable Instant next,
      boolean starting) {

    static Known after(Instant last, Definition definition, CronRule rule) {
      return new Known(definition, rule, last, rule.after(last).orElse(null), false);
    }

    Known starting(boolean now) {
      return new Known(definition, rule, last, next, now);
    }

    Known dealtWith(Instant slot) {
      return after(slot, definition, rule);
    }

    boolean isDue(Instant now) {
      return !starting && next != null && !next.isAfter(now);
    }
  }

  private final Time time;
  private final Starter starter;
  private final ConcurrentMap<String, Known> known = new ConcurrentHashMap<>();
  private volatile boolean stopped;

  Schedules(Time time, Starter starter) {
    this.time = time;
    this.starter = starter;
  }

  /** Takes a workflow's schedule from where the journal knows it to stand. */
  void add(Definition definition, CronRule rule, Command.Schedule schedule) {
    Instant lastSlot = schedule.lastSlot();
    Instant last =
        lastSlot != null && lastSlot.isAfter(schedule.since()) ? lastSlot : schedule.since();
    known.put(schedule.workflow(), Known.after(last, definition, rule));
  }

  void start() {
    if (!known.isEmpty()) {
      tick();
    }
  }

  void stop() {
    stopped = true;
  }

  /** When the workflow's schedule starts the next run. */
  Optional<Instant> next(String workflow) {
    return Optional.ofNullable(known.get(workflow))
        .flatMap(schedule -> schedule.rule().after(time.instant()));
  }

  private void tick() {
    if (stopped) {
      return;
    }
    known.values().forEach(this::look);
    time.after(TICK, this::tick);
  }

  /** Trouble with one schedule neither stops the others nor the ticking. */
  private void look(Known schedule) {
    try {
      startWhatIsDue(schedule);
    } catch (RuntimeException e) {
      known.put(schedule.definition().workflow().name(), schedule);
      LOG.log(Level.ERROR, "The schedule of " + schedule.definition().workflow() + " failed.", e);
    }
  }

  private void startWhatIsDue(Known schedule) {
    Instant now = time.instant();
    if (schedule.last().isAfter(now.plus(CATCH_UP))) {
      // The clock was wrong then, or is now: slots are rows, so that none is started twice.
      String name = schedule.definition().workflow().name();
      LOG.log(Level.WARNING, "The clock was set back to {0}: {1} goes on from there.", now, name);
      known.put(name, schedule.dealtWith(now));
      return;
    }
    if (!schedule.isDue(now)) {
      return;
    }
    Instant dayAgo = now.minus(CATCH_UP);
    Instant from = schedule.last().isBefore(dayAgo) ? dayAgo : schedule.last();
    schedule.rule().latestBetween(from, now).ifPresent(slot -> start(schedule, slot));
  }

  private void start(Known schedule, Instant slot) {
    String name = schedule.definition().workflow().name();
    known.put(name, schedule.starting(true));
    var _ =
        starter
            .start(schedule.definition(), slot)
            .whenComplete((result, error) -> {
              if (error == null) {
                known.put(name, schedule.dealtWith(slot));
                LOG.log(Level.INFO, "Slot {0} of {1}: run {2}", slot, name, result.id());
              } else {
                known.put(name, schedule.starting(false));
                LOG.log(Level.WARNING, "Slot {0} of {1} is tried again: {2}", slot, name, error);
              }
            });
  }
}
