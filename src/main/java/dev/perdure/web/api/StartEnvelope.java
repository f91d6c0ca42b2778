package dev.perdure.web.api;

import static dev.perdure.web.ProblemCode.DUPLICATE_FIELD;
import static dev.perdure.web.ProblemCode.EMPTY_BODY;
import static dev.perdure.web.ProblemCode.MISSING_FIELD;
import static dev.perdure.web.ProblemCode.UNKNOWN_FIELD;
import static dev.perdure.web.ProblemCode.WRONG_TYPE;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import dev.perdure.engine.Nearest;
import dev.perdure.web.Problem;
import dev.perdure.web.ProblemException;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The body that starts a run: {@code {"workflow": "…", "input": …}}.
 *
 * @param input the JSON of that member without loss: numbers keep their digits; null when missing
 */
record StartEnvelope(String workflow, @Nullable String input) {

  private static final String WORKFLOW = "workflow";
  private static final String INPUT = "input";
  private static final List<String> FIELDS = List.of(WORKFLOW, INPUT);

  static StartEnvelope parse(String text) {
    if (text.isBlank()) {
      throw Problem.of(EMPTY_BODY, "Send {\"workflow\": \"…\", \"input\": …}.").asException();
    }
    return JsonText.read(text, StartEnvelope::read);
  }

  private static StartEnvelope read(JsonReader json) throws IOException {
    if (json.peek() != JsonToken.BEGIN_OBJECT) {
      throw wrongType("$", "an object", json.peek());
    }
    String workflow = null;
    String input = null;
    json.beginObject();
    while (json.hasNext()) {
      var name = json.nextName();
      if (name.equals(WORKFLOW)) {
        refuseSecond(workflow, name);
        workflow = readWorkflow(json);
      } else if (name.equals(INPUT)) {
        refuseSecond(input, name);
        input = JsonText.copyValue(json);
      } else {
        throw unknownField(name);
      }
    }
    json.endObject();
    if (workflow == null) {
      throw Problem.of(MISSING_FIELD, "The field \"workflow\" is missing.")
          .with("path", "$." + WORKFLOW)
          .asException();
    }
    return new StartEnvelope(workflow, input);
  }

  private static String readWorkflow(JsonReader json) throws IOException {
    if (json.peek() != JsonToken.STRING) {
      throw wrongType("$." + WORKFLOW, "a string", json.peek());
    }
    return json.nextString();
  }

  private static void refuseSecond(@Nullable String first, String name) {
    if (first != null) {
      throw Problem.of(DUPLICATE_FIELD, "The field \"" + name + "\" is given twice.")
          .with("path", "$." + name)
          .asException();
    }
  }

  private static ProblemException unknownField(String name) {
    var shown = Problem.shortened(name, 100);
    var nearest = Nearest.to(name, FIELDS);
    var problem =
        Problem.of(
                UNKNOWN_FIELD,
                "There is no field \""
                    + shown
                    + "\"."
                    + nearest.map(best -> " Did you mean \"" + best + "\"?").orElse("")
                    + " The fields are \"workflow\" and \"input\".")
            .with("path", "$." + shown)
            .with("allowed", FIELDS);
    return nearest.map(best -> problem.with("nearest", best)).orElse(problem).asException();
  }

  private static ProblemException wrongType(String path, String wanted, JsonToken found) {
    var what =
        switch (found) {
          case BEGIN_OBJECT -> "an object";
          case BEGIN_ARRAY -> "an array";
          case STRING -> "a string";
          case NUMBER -> "a number";
          case BOOLEAN -> "a boolean";
          case NULL -> "null";
          case NAME, END_OBJECT, END_ARRAY, END_DOCUMENT -> "nothing";
        };
    return Problem.of(WRONG_TYPE, path + " must be " + wanted + ", not " + what + ".")
        .with("path", path)
        .asException();
  }
}
