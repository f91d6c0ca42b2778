package dev.perdure.web.dashboard;

import com.google.gson.JsonParseException;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.StringReader;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a person sent to start a run, kept so that nothing of it is lost when it could not be done.
 *
 * @param input JSON, or blank for the workflow's example
 * @param key the idempotency key of the form, so that sending it twice starts one run
 * @param error why the run was not started; null when it was not tried
 */
public record StartForm(String workflow, String input, String key, @Nullable String error) {

  private static final Pattern KEY = Pattern.compile("[A-Za-z0-9-]{16,64}");
  private static final Pattern POSITION = Pattern.compile("at line (\\d+) column (\\d+)");

  /** The form of this request; empty when it is none of ours. */
  static Optional<StartForm> of(HttpServletRequest request, Supplier<String> keys) {
    var workflow = request.getParameter("workflow");
    if (workflow == null || workflow.isBlank()) {
      return Optional.empty();
    }
    var input = request.getParameter("input");
    var key = request.getParameter("key");
    return Optional.of(
        new StartForm(
            workflow,
            input == null ? "" : input,
            key != null && KEY.matcher(key).matches() ? key : keys.get(),
            null));
  }

  StartForm withError(String why) {
    return new StartForm(workflow, input, key, why);
  }

  StartForm withKey(String fresh) {
    return new StartForm(workflow, input, fresh, error);
  }

  @Nullable String inputOrNull() {
    return input.isBlank() ? null : input;
  }

  /** Where and why the input is no JSON; empty when it is. */
  Optional<String> faultOfInput() {
    if (input.isBlank()) {
      return Optional.empty();
    }
    try (var reader = new JsonReader(new StringReader(input))) {
      reader.setStrictness(Strictness.STRICT);
      reader.skipValue();
      return reader.peek() == JsonToken.END_DOCUMENT
          ? Optional.empty()
          : Optional.of("There is more text behind the end of the JSON.");
    } catch (IOException | JsonParseException | IllegalStateException e) {
      return Optional.of(fault(String.valueOf(e.getMessage())));
    }
  }

  private static String fault(String message) {
    var position = POSITION.matcher(message);
    return position.find()
        ? "This is not valid JSON: line %s, column %s."
            .formatted(position.group(1), position.group(2))
        : "This is not valid JSON.";
  }
}
