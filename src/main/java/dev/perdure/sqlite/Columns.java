package dev.perdure.sqlite;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.perdure.journal.Ending;
import dev.perdure.journal.EntryKind;
import dev.perdure.journal.ErrorRecord;
import dev.perdure.journal.Reason;
import dev.perdure.journal.RunId;
import dev.perdure.journal.Status;
import dev.perdure.journal.StepPlan;
import dev.perdure.journal.StoredValue;
import dev.perdure.journal.WaitingFor;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** How the words of the journal stand in columns, and back. */
final class Columns {

  private static final int UUID_BYTES = 16;
  private static final Gson JSON = new Gson();

  private Columns() {}

  static byte[] ofId(RunId id) {
    return ByteBuffer.allocate(UUID_BYTES)
        .putLong(id.value().getMostSignificantBits())
        .putLong(id.value().getLeastSignificantBits())
        .array();
  }

  static RunId id(Row row, String column) throws SQLException {
    return id(row.getBytes(column));
  }

  static @Nullable RunId optionalId(Row row, String column) throws SQLException {
    var bytes = row.getBytes(column);
    return bytes == null ? null : id(bytes);
  }

  private static RunId id(byte[] stored) {
    var bytes = ByteBuffer.wrap(stored);
    return new RunId(new UUID(bytes.getLong(), bytes.getLong()));
  }

  static long ofInstant(Instant instant) {
    return instant.toEpochMilli();
  }

  /** Rounded up, so that nothing is due early. */
  static @Nullable Long ofDue(@Nullable Instant instant) {
    if (instant == null) {
      return null;
    }
    long ms = instant.toEpochMilli();
    return Instant.ofEpochMilli(ms).equals(instant) ? ms : ms + 1;
  }

  static Instant instant(Row row, String column) throws SQLException {
    return Instant.ofEpochMilli(row.getLong(column));
  }

  static @Nullable Instant optionalInstant(Row row, String column) throws SQLException {
    long ms = row.getLong(column);
    return row.wasNull() ? null : Instant.ofEpochMilli(ms);
  }

  static Status status(Row row) throws SQLException {
    var word = row.getString("status");
    return Status.ofWord(word).orElseThrow(() -> new SQLException("Unknown status: " + word));
  }

  static @Nullable Reason reason(Row row) throws SQLException {
    var code = row.getString("reason_code");
    return code == null ? null : new Reason(code, row.getString("reason"));
  }

  static @Nullable WaitingFor waitingFor(Row row) throws SQLException {
    var kind = row.getString("waiting_kind");
    return kind == null
        ? null
        : new WaitingFor(
            WaitingFor.Kind.valueOf(kind.toUpperCase(Locale.ROOT)),
            row.getString("waiting_name"),
            instant(row, "waiting_since_ms"),
            optionalInstant(row, "waiting_until_ms"));
  }

  static @Nullable Ending ending(Row row) throws SQLException {
    var word = row.getString("ending");
    return word == null ? null : Ending.valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  /** A value whose text the query leaves out when it is too long, and whose size it gives. */
  static @Nullable StoredValue value(Row row, String column) throws SQLException {
    long bytes = row.getLong(column + "_bytes");
    return row.wasNull() ? null : new StoredValue(row.getString(column), bytes);
  }

  static String ofError(ErrorRecord error) {
    var json = new JsonObject();
    json.addProperty("code", error.code());
    json.addProperty("type", error.type());
    json.addProperty("message", error.message());
    if (error.trace() != null) {
      json.addProperty("trace", error.trace());
    }
    return json.toString();
  }

  static @Nullable ErrorRecord error(Row row) throws SQLException {
    var text = row.getString("error");
    if (text == null) {
      return null;
    }
    var json = JSON.fromJson(text, JsonObject.class);
    var trace = json.get("trace");
    return new ErrorRecord(
        json.get("code").getAsString(),
        json.get("type").getAsString(),
        json.get("message").getAsString(),
        trace == null ? null : trace.getAsString());
  }

  static String ofPlan(List<StepPlan> plan) {
    var array = new JsonArray();
    for (var step : plan) {
      var json = new JsonObject();
      if (!step.kind().equals(EntryKind.STEP)) {
        json.addProperty("kind", step.kind());
      }
      json.addProperty("name", step.name());
      json.addProperty("maxRetries", step.maxRetries());
      if (step.timeoutMs() != null) {
        json.addProperty("timeoutMs", step.timeoutMs());
      }
      array.add(json);
    }
    return array.toString();
  }

  static List<StepPlan> plan(@Nullable String text) {
    if (text == null) {
      return List.of();
    }
    var steps = new ArrayList<StepPlan>();
    for (JsonElement element : JSON.fromJson(text, JsonArray.class)) {
      var json = element.getAsJsonObject();
      var timeout = json.get("timeoutMs");
      steps.add(
          new StepPlan(
              json.has("kind") ? json.get("kind").getAsString() : EntryKind.STEP,
              json.get("name").getAsString(),
              json.get("maxRetries").getAsInt(),
              timeout == null ? null : timeout.getAsLong()));
    }
    return steps;
  }

  /** For {@code json_each}, each number once. */
  static String ofNumbers(Collection<Integer> numbers) {
    return new TreeSet<>(numbers).toString();
  }

  /** For {@code unhex(value)} of {@code json_each}, in the same order. */
  static String ofIds(Collection<RunId> ids) {
    return ofTexts(ids.stream().map(id -> HexFormat.of().formatHex(ofId(id))).toList());
  }

  /** For {@code json_each}. */
  static String ofTexts(Collection<String> texts) {
    var array = new JsonArray();
    texts.forEach(array::add);
    return array.toString();
  }
}
