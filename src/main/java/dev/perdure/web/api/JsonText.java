package dev.perdure.web.api;

import static dev.perdure.web.ProblemCode.INVALID_UTF8;
import static dev.perdure.web.ProblemCode.MALFORMED_JSON;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import dev.perdure.web.Problem;
import dev.perdure.web.ProblemException;
import java.io.EOFException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * Reads JSON from outside: strictly after RFC 8259, within bounds, and with positions for people.
 */
final class JsonText {

  /** Gson's own bound, above ours, in case ours has a hole. */
  private static final int NESTING_MAX = 100;

  private static final Pattern POSITION =
      Pattern.compile("at line (\\d+) column (\\d+) path (.*)$");

  /** Takes a value from a reader. */
  @FunctionalInterface
  interface Reading<T> {
    T from(JsonReader json) throws IOException;
  }

  private JsonText() {}

  /** Decodes UTF-8 without replacing anything. */
  static String decode(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw Problem.of(INVALID_UTF8, "The body holds bytes that are not UTF-8.").asException();
    }
  }

  /** Reads a text that must hold one value and nothing else. */
  static <T> T read(String text, Reading<T> reading) {
    var json = new JsonReader(new StringReader(text));
    json.setStrictness(Strictness.STRICT);
    json.setNestingLimit(NESTING_MAX);
    try {
      var result = reading.from(json);
      if (json.peek() != JsonToken.END_DOCUMENT) {
        throw malformed(json, "There is something behind the end of the JSON");
      }
      return result;
    } catch (EOFException e) {
      throw malformed(json, "The JSON ends too early");
    } catch (MalformedJsonException | NumberFormatException e) {
      throw malformed(json, "The body is not well-formed JSON");
    } catch (IOException e) {
      throw new IllegalStateException("Reading a text does no I/O.", e);
    }
  }

  /** Copies the next value, token by token: numbers keep their digits, white space goes. */
  static String copyValue(JsonReader json) throws IOException {
    return new JsonCopy(json).copy();
  }

  /** Where the reader stands, as members of a problem. */
  static Problem located(Problem problem, JsonReader json) {
    var position = POSITION.matcher(json.toString());
    return position.find()
        ? problem
            .with("line", Long.parseLong(position.group(1)))
            .with("column", Long.parseLong(position.group(2)))
            .with("path", position.group(3))
        : problem;
  }

  private static ProblemException malformed(JsonReader json, String what) {
    var problem = located(Problem.of(MALFORMED_JSON, what), json);
    var where =
        problem.members().containsKey("line")
            ? ", at line "
                + problem.members().get("line")
                + ", column "
                + problem.members().get("column")
            : "";
    return new Problem(MALFORMED_JSON, what + where + ".", problem.members(), problem.headers())
        .asException();
  }
}
