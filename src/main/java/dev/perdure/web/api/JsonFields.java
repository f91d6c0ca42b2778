package dev.perdure.web.api;

import com.google.gson.stream.JsonWriter;
import dev.perdure.journal.ErrorRecord;
import dev.perdure.journal.Reason;
import dev.perdure.journal.WaitingFor;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import org.jspecify.annotations.Nullable;

/** Writes the values that runs, steps and attempts have in common. */
final class JsonFields {

  private static final DateTimeFormatter MILLIS =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

  private JsonFields() {}

  /** An instant as ISO-8601 in UTC with milliseconds. */
  static void instant(JsonWriter json, String name, @Nullable Instant instant) throws IOException {
    json.name(name).value(instant == null ? null : MILLIS.format(instant));
  }

  /** A span in milliseconds; null while it has no end. */
  static void duration(JsonWriter json, String name, @Nullable Instant from, @Nullable Instant to)
      throws IOException {
    json.name(name)
        .value(from == null || to == null ? null : Duration.between(from, to).toMillis());
  }

  static void reason(JsonWriter json, @Nullable Reason reason) throws IOException {
    json.name("reason");
    if (reason == null) {
      json.nullValue();
      return;
    }
    json.beginObject();
    json.name("code").value(reason.code());
    json.name("message").value(reason.message());
    json.endObject();
  }

  static void waitingFor(JsonWriter json, @Nullable WaitingFor waitingFor) throws IOException {
    json.name("waitingFor");
    if (waitingFor == null) {
      json.nullValue();
      return;
    }
    json.beginObject();
    json.name("kind").value(waitingFor.kind().word());
    json.name("name").value(waitingFor.name());
    instant(json, "since", waitingFor.since());
    instant(json, "until", waitingFor.until());
    json.endObject();
  }

  static void error(JsonWriter json, @Nullable ErrorRecord error) throws IOException {
    json.name("error");
    if (error == null) {
      json.nullValue();
      return;
    }
    json.beginObject();
    json.name("code").value(error.code());
    json.name("type").value(error.type());
    json.name("message").value(error.message());
    json.name("trace").value(error.trace());
    json.endObject();
  }
}
