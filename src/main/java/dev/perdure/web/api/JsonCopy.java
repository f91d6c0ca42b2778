package dev.perdure.web.api;

import static dev.perdure.web.ProblemCode.BAD_NUMBER;
import static dev.perdure.web.ProblemCode.DUPLICATE_FIELD;
import static dev.perdure.web.ProblemCode.MALFORMED_JSON;
import static dev.perdure.web.ProblemCode.TOO_DEEP;
import static dev.perdure.web.ProblemCode.TOO_MANY_FIELDS;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonWriter;
import dev.perdure.web.Problem;
import dev.perdure.web.ProblemCode;
import dev.perdure.web.ProblemException;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Copies one JSON value without loss and refuses what programs read differently: a field given
 * twice, half of a surrogate pair, numbers that take forever to compute with.
 */
final class JsonCopy {

  private static final int DEPTH_MAX = 64;
  private static final int FIELDS_MAX = 10_000;
  private static final int NUMBER_MAX = 1_000;
  private static final Pattern HUGE_EXPONENT = Pattern.compile(".*[eE][+-]?0*[1-9][0-9]{3,}");

  private final JsonReader in;
  private final StringWriter text = new StringWriter();
  private final JsonWriter out = new JsonWriter(text);

  /** The names seen in each open object; an empty set stands for an array. */
  private final Deque<Set<String>> open = new ArrayDeque<>();

  JsonCopy(JsonReader in) {
    this.in = in;
    out.setStrictness(Strictness.STRICT);
    out.setHtmlSafe(false);
    out.setSerializeNulls(true);
  }

  String copy() throws IOException {
    do {
      copyToken();
    } while (!open.isEmpty());
    out.flush();
    return text.toString();
  }

  private void copyToken() throws IOException {
    switch (in.peek()) {
      case BEGIN_OBJECT -> {
        enter();
        in.beginObject();
        out.beginObject();
      }
      case BEGIN_ARRAY -> {
        enter();
        in.beginArray();
        out.beginArray();
      }
      case END_OBJECT -> {
        in.endObject();
        out.endObject();
        open.pop();
      }
      case END_ARRAY -> {
        in.endArray();
        out.endArray();
        open.pop();
      }
      case NAME -> out.name(checkedName(in.nextName()));
      case STRING -> out.value(checkedText(in.nextString()));
      case NUMBER -> out.jsonValue(checkedNumber(in.nextString()));
      case BOOLEAN -> out.value(in.nextBoolean());
      case NULL -> {
        in.nextNull();
        out.nullValue();
      }
      case END_DOCUMENT -> throw new IllegalStateException("There is no value to copy.");
    }
  }

  private void enter() {
    if (open.size() >= DEPTH_MAX) {
      throw refused(TOO_DEEP, "The JSON may be nested " + DEPTH_MAX + " levels deep at most.");
    }
    open.push(new HashSet<>());
  }

  private String checkedName(String name) {
    var names = open.element();
    if (!names.add(name)) {
      throw refused(
          DUPLICATE_FIELD, "The field \"" + Problem.shortened(name, 100) + "\" is given twice.");
    }
    if (names.size() > FIELDS_MAX) {
      throw refused(TOO_MANY_FIELDS, "An object may have " + FIELDS_MAX + " fields at most.");
    }
    return checkedText(name);
  }

  private String checkedText(String value) {
    if (value.codePoints().anyMatch(JsonCopy::isHalfPair)) {
      throw refused(MALFORMED_JSON, "A text holds half of a surrogate pair.");
    }
    return value;
  }

  private String checkedNumber(String number) {
    if (number.length() > NUMBER_MAX || HUGE_EXPONENT.matcher(number).matches()) {
      throw refused(
          BAD_NUMBER,
          "A number may have " + NUMBER_MAX + " characters and an exponent below 1000.");
    }
    return number;
  }

  private static boolean isHalfPair(int codePoint) {
    return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
  }

  private ProblemException refused(ProblemCode code, String detail) {
    return JsonText.located(Problem.of(code, detail), in).asException();
  }
}
