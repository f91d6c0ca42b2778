package dev.perdure.engine;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import com.google.gson.TypeAdapter;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Writes the types of java.time as their ISO-8601 text; Gson itself can not read them. */
final class JavaTimeAdapters {

  private JavaTimeAdapters() {}

  static GsonBuilder register(GsonBuilder gson) {
    return gson.registerTypeAdapter(Instant.class, text(Instant::parse, "an instant"))
        .registerTypeAdapter(Duration.class, text(Duration::parse, "a duration"))
        .registerTypeAdapter(LocalDate.class, text(LocalDate::parse, "a date"))
        .registerTypeAdapter(LocalTime.class, text(LocalTime::parse, "a time"))
        .registerTypeAdapter(LocalDateTime.class, text(LocalDateTime::parse, "a date and time"))
        .registerTypeAdapter(OffsetDateTime.class, text(OffsetDateTime::parse, "a date and time"))
        .registerTypeAdapter(ZonedDateTime.class, text(ZonedDateTime::parse, "a date and time"))
        .registerTypeHierarchyAdapter(ZoneId.class, text(ZoneId::of, "a time zone"));
  }

  private static <T> TypeAdapter<T> text(Function<String, T> parse, String what) {
    return new TypeAdapter<T>() {
      @Override
      public void write(JsonWriter out, @Nullable T value) throws IOException {
        if (value == null) {
          out.nullValue();
        } else {
          out.value(value.toString());
        }
      }

      @Override
      public @Nullable T read(JsonReader in) throws IOException {
        if (in.peek() == JsonToken.NULL) {
          in.nextNull();
          return null;
        }
        String text = in.nextString();
        try {
          return parse.apply(text);
        } catch (DateTimeException e) {
          throw new JsonParseException(
              "Expected " + what + " in ISO-8601 at path " + in.getPreviousPath(), e);
        }
      }
    };
  }
}
