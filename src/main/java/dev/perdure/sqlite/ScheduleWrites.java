package dev.perdure.sqlite;

import dev.perdure.journal.Command.RegisterSchedule;
import dev.perdure.journal.Command.Schedule;
import java.sql.SQLException;
import java.util.Objects;

/** The schedules and since when each counts. */
final class ScheduleWrites {

  /** A rule that stays the same keeps its beginning, so that slots during downtime are not lost. */
  private static final String REGISTER =
      """
      INSERT INTO schedules (workflow, cron, zone, since_ms) VALUES (?, ?, ?, ?)
      ON CONFLICT (workflow) DO UPDATE SET cron = excluded.cron, zone = excluded.zone,
        since_ms = iif(cron = excluded.cron AND zone = excluded.zone, since_ms, excluded.since_ms)
      """;

  private static final String FIND =
      """
      SELECT workflow, cron, since_ms,
        (SELECT max(slot_ms) FROM slots WHERE slots.workflow = schedules.workflow) AS last_slot_ms
      FROM schedules WHERE workflow = ?
      """;

  private final Session session;

  ScheduleWrites(Session session) {
    this.session = session;
  }

  Schedule register(RegisterSchedule command) throws SQLException {
    session.update(
        REGISTER,
        command.workflow(),
        command.cron(),
        command.zone(),
        Columns.ofInstant(command.at()));
    var schedule =
        session.first(
            FIND,
            row ->
                new Schedule(
                    row.getString("workflow"),
                    row.getString("cron"),
                    Columns.instant(row, "since_ms"),
                    Columns.optionalInstant(row, "last_slot_ms")),
            command.workflow());
    return Objects.requireNonNull(schedule);
  }
}
