package dev.perdure.engine;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.zone.ZoneOffsetTransition;
import java.util.Optional;

/** A Unix cron rule of five fields, read in a zone. Thread-safe. */
final class CronRule {

  private static final CronParser PARSER =
      new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));

  private final String text;
  private final ExecutionTime times;
  private final ZoneId zone;
  private final boolean namesHours;

  private CronRule(String text, ExecutionTime times, ZoneId zone) {
    this.text = text;
    this.times = times;
    this.zone = zone;
    this.namesHours = !text.strip().split("\\s+", -1)[1].startsWith("*");
  }

  /**
   * Reads a rule.
   *
   * @throws IllegalArgumentException when it is none
   */
  static CronRule parse(String workflow, String cron, ZoneId zone) {
    try {
      var parsed = PARSER.parse(cron).validate();
      return new CronRule(cron, ExecutionTime.forCron(parsed), zone);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "The schedule \""
              + cron
              + "\" of workflow "
              + workflow
              + " is not a cron rule of five fields: "
              + e.getMessage(),
          e);
    }
  }

  /** The first instant of the rule after this one; empty when there is none. */
  Optional<Instant> after(Instant instant) {
    return times
        .nextExecution(ZonedDateTime.ofInstant(instant, zone))
        .map(ZonedDateTime::toInstant)
        .filter(next -> next.isAfter(instant))
        .map(next -> leftOut(instant, next));
  }

  /**
   * Where the clocks of the zone are set forward they leave out times of day. One that the rule
   * names is made up for at the moment of the change; a rule for every hour misses nothing.
   */
  private Instant leftOut(Instant after, Instant next) {
    var change = namesHours ? zone.getRules().nextTransition(after) : null;
    while (change != null && change.getInstant().isBefore(next)) {
      if (change.isGap() && names(change)) {
        return change.getInstant();
      }
      change = zone.getRules().nextTransition(change.getInstant());
    }
    return next;
  }

  private boolean names(ZoneOffsetTransition gap) {
    var before = ZonedDateTime.of(gap.getDateTimeBefore().minusSeconds(1), gap.getOffsetBefore());
    return times
        .nextExecution(before)
        .filter(next -> next.toLocalDateTime().isBefore(gap.getDateTimeAfter()))
        .isPresent();
  }

  /** The latest instant of the rule that is after the first and not after the second. */
  Optional<Instant> latestBetween(Instant after, Instant until) {
    Optional<Instant> latest = Optional.empty();
    var next = after(after);
    while (next.isPresent() && !next.get().isAfter(until)) {
      latest = next;
      next = after(next.get());
    }
    return latest;
  }

  String text() {
    return text;
  }

  ZoneId zone() {
    return zone;
  }
}
