package dev.perdure.web.dashboard;

import com.google.gson.FormattingStyle;
import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonPrimitive;
import com.google.gson.TypeAdapter;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.regex.Pattern;

/** Stored JSON as people read it: indented, and with what looks like a secret masked. */
final class JsonText {

  private static final Pattern SECRET =
      Pattern.compile(
          "password|passwd|secret|token|authorization|api[_-]?key", Pattern.CASE_INSENSITIVE);
  private static final JsonPrimitive MASK = new JsonPrimitive("••••••");
  private static final TypeAdapter<JsonElement> ELEMENTS = new Gson().getAdapter(JsonElement.class);

  private JsonText() {}

  /** The indented, masked text; what is no JSON comes back as it is. */
  static String pretty(String json) {
    return parse(json).map(JsonText::masked).map(JsonText::written).orElse(json);
  }

  /** The indented text with nothing masked: for what people are to edit. */
  static String indented(String json) {
    return parse(json).map(JsonText::written).orElse(json);
  }

  /** The string member {@code markdown} of a JSON object. */
  static Optional<String> markdownOf(String json) {
    if (!json.contains("\"markdown\"")) {
      return Optional.empty();
    }
    return parse(json)
        .filter(JsonElement::isJsonObject)
        .map(element -> element.getAsJsonObject().get("markdown"))
        .filter(member -> member.isJsonPrimitive() && member.getAsJsonPrimitive().isString())
        .map(JsonElement::getAsString);
  }

  private static Optional<JsonElement> parse(String json) {
    try {
      return Optional.ofNullable(ELEMENTS.fromJson(json));
    } catch (IOException | JsonParseException notJson) {
      return Optional.empty();
    }
  }

  private static JsonElement masked(JsonElement element) {
    if (element.isJsonArray()) {
      var copy = new JsonArray();
      element.getAsJsonArray().forEach(item -> copy.add(masked(item)));
      return copy;
    }
    if (!element.isJsonObject()) {
      return element;
    }
    var copy = new JsonObject();
    element
        .getAsJsonObject()
        .entrySet()
        .forEach(member ->
            copy.add(
                member.getKey(),
                SECRET.matcher(member.getKey()).find() ? MASK : masked(member.getValue())));
    return copy;
  }

  private static String written(JsonElement element) {
    var text = new StringWriter();
    var writer = new JsonWriter(text);
    writer.setFormattingStyle(FormattingStyle.PRETTY);
    try {
      ELEMENTS.write(writer, element);
    } catch (IOException e) {
      throw new UncheckedIOException("A string can always be written to.", e);
    }
    return text.toString();
  }
}
