package dev.perdure.engine;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.Strictness;
import com.google.gson.reflect.TypeToken;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import org.jspecify.annotations.Nullable;

/**
 * Turns values into the JSON that the journal keeps, and back. What can not be stored, or could not
 * be read again, is refused before it reaches the journal. Thread-safe.
 */
final class Values {

  static final TypeToken<String> STRING = TypeToken.get(String.class);

  /** The length of a stored value in UTF-8. */
  static final int BYTES_MAX = 1 << 20;

  /** How deep arrays and objects may nest. */
  static final int DEPTH_MAX = 64;

  private final Gson gson =
      JavaTimeAdapters.register(new GsonBuilder())
          .disableHtmlEscaping()
          .setStrictness(Strictness.STRICT)
          .create();
  private final Gson withNulls = gson.newBuilder().serializeNulls().create();

  /**
   * The JSON of a value, checked: not too long, not too deep, sound text, readable as its type.
   *
   * @throws ValueException when it is not
   */
  Json encode(@Nullable Object value, TypeToken<?> type) {
    String json = write(value, type);
    return Json.written(json, type, decode(json, type));
  }

  /** The JSON of an input that a body hands to a step; its code is given the object itself. */
  String encodeInput(@Nullable Object input) {
    return write(input, TypeToken.get(input == null ? Void.class : input.getClass()));
  }

  private String write(@Nullable Object value, TypeToken<?> type) {
    var out = new BoundedText(BYTES_MAX);
    try {
      gson.toJson(value, type.getType(), out);
    } catch (BoundedText.TooLong e) {
      throw tooLong();
    } catch (StackOverflowError e) {
      throw new ValueException("$", "The value is too deep or refers to itself.");
    } catch (RuntimeException e) {
      throw new ValueException("$", "The value can not be written as JSON: " + e.getMessage(), e);
    }
    String json = out.toString();
    if (value != null && json.equals("null")) {
      throw new ValueException(
          "$", "A value of an anonymous or local class can not be written as JSON; use a record.");
    }
    checkText(json);
    return json;
  }

  /** The value of a JSON text that was stored; null where the text is {@code null}. */
  // Whether T admits null is the author's to say, where the step or workflow is defined.
  @SuppressWarnings("NullAway")
  <T extends @Nullable Object> T decode(String json, TypeToken<T> type) {
    try {
      return gson.fromJson(json, type);
    } catch (JsonParseException e) {
      throw JsonProblems.mismatch(e);
    } catch (StackOverflowError e) {
      throw new ValueException("$", "The value is too deep.");
    } catch (RuntimeException e) {
      throw JsonProblems.rejected(e);
    }
  }

  /**
   * Reads the input of a run strictly: well-formed, of the type, and without anything that the type
   * would lose.
   *
   * @return the input as compact JSON
   */
  Json checkInput(String json, TypeToken<?> type) {
    var tree = parse(json);
    if (tree.isJsonNull()) {
      throw new ValueException(
          "$", "The input is null. Leave it out to run with the workflow's example.");
    }
    String compact = withNulls.toJson(tree);
    checkText(compact);
    var value = decode(compact, type);
    InputLoss.check(tree, withNulls.toJsonTree(value, type.getType()));
    return Json.written(compact, type, value);
  }

  /** Any JSON, made compact: well-formed, not too long, not too deep. */
  String checkJson(String json) {
    String compact = withNulls.toJson(parse(json));
    checkText(compact);
    return compact;
  }

  /** The digest by which two inputs are compared. */
  String digest(String json) {
    return CanonicalJson.digest(parse(json));
  }

  private JsonElement parse(String json) {
    try (var reader = new JsonReader(new StringReader(json))) {
      reader.setStrictness(Strictness.STRICT);
      reader.setNestingLimit(DEPTH_MAX);
      JsonElement tree = gson.getAdapter(JsonElement.class).read(reader);
      if (reader.peek() == JsonToken.END_DOCUMENT) {
        return tree;
      }
    } catch (IOException | RuntimeException e) {
      throw new ValueException("$", "This is not well-formed JSON, or nested too deeply.", e);
    }
    throw new ValueException("$", "There is something behind the end of the JSON.");
  }

  /** One pass over the text: its length in UTF-8, its depth, its surrogates. */
  private static void checkText(String json) {
    long bytes = 0;
    int depth = 0;
    boolean inString = false;
    for (int i = 0; i < json.length(); i++) {
      char c = json.charAt(i);
      if (c < 0x80) {
        bytes++;
        if (c == '\\' && inString) {
          i++;
          bytes++;
        } else if (c == '"') {
          inString = !inString;
        } else if (!inString && (c == '{' || c == '[')) {
          if (++depth > DEPTH_MAX) {
            throw new ValueException("$", "The value is nested deeper than " + DEPTH_MAX + ".");
          }
        } else if (!inString && (c == '}' || c == ']')) {
          depth--;
        }
      } else if (Character.isHighSurrogate(c)
          && i + 1 < json.length()
          && Character.isLowSurrogate(json.charAt(i + 1))) {
        bytes += 4;
        i++;
      } else if (Character.isSurrogate(c)) {
        throw new ValueException("$", "The value holds half of a surrogate pair.");
      } else {
        bytes += c < 0x800 ? 2 : 3;
      }
    }
    if (bytes > BYTES_MAX) {
      throw tooLong();
    }
  }

  private static ValueException tooLong() {
    return new ValueException(
        "$",
        "The value is longer than "
            + (BYTES_MAX >> 20)
            + " MiB as JSON; store it elsewhere and pass a reference.");
  }
}
