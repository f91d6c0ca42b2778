package dev.perdure.web.api;

import com.google.gson.stream.JsonWriter;
import dev.perdure.journal.StoredValue;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Writes inputs and outputs: as the JSON they are, or as a link where they are large. */
final class JsonValue {

  /** Longer values are not embedded. */
  static final int BYTES_MAX = 32 << 10;

  private JsonValue() {}

  /**
   * Writes a field.
   *
   * @param href where the whole value is
   */
  static void write(JsonWriter json, String name, @Nullable StoredValue value, String href)
      throws IOException {
    json.name(name);
    if (value == null) {
      json.nullValue();
    } else if (value.json() != null) {
      json.jsonValue(value.json());
    } else {
      json.beginObject();
      json.name("truncated").value(true);
      json.name("bytes").value(value.bytes());
      json.name("href").value(href);
      json.endObject();
    }
  }
}
