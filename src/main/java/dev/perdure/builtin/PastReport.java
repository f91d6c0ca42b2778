package dev.perdure.builtin;

import static java.util.Objects.requireNonNull;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import dev.perdure.journal.Statistics.Output;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A health report as found in the journal. Another version may have written it, so what can not be
 * understood is left out.
 *
 * @param at when its run ended
 */
record PastReport(Instant at, List<PastService> services) {

  private static final Gson GSON = new Gson();

  /** A service in it. */
  record PastService(String name, FindingStatus status, @Nullable Long latencyMs) {
    PastService {
      requireNonNull(name, "name");
      requireNonNull(status, "status");
    }
  }

  PastReport {
    requireNonNull(at, "at");
    services = List.copyOf(services);
  }

  static PastReport of(Output output) {
    return new PastReport(output.finishedAt(), services(output.json()));
  }

  private static List<PastService> services(String json) {
    try {
      return GSON.fromJson(json, JsonElement.class) instanceof JsonObject report
              && report.get("services") instanceof JsonArray services
          ? services.asList().stream().flatMap(service -> service(service).stream()).toList()
          : List.of();
    } catch (JsonParseException e) {
      return List.of();
    }
  }

  private static Optional<PastService> service(JsonElement json) {
    if (!(json instanceof JsonObject service)) {
      return Optional.empty();
    }
    var name = text(service.get("name"));
    var status = text(service.get("status")).flatMap(FindingStatus::ofWord);
    return name.isPresent() && status.isPresent()
        ? Optional.of(new PastService(name.get(), status.get(), number(service.get("latencyMs"))))
        : Optional.empty();
  }

  private static Optional<String> text(@Nullable JsonElement json) {
    return json != null && json.isJsonPrimitive() && json.getAsJsonPrimitive().isString()
        ? Optional.of(json.getAsString())
        : Optional.empty();
  }

  private static @Nullable Long number(@Nullable JsonElement json) {
    return json != null && json.isJsonPrimitive() && json.getAsJsonPrimitive().isNumber()
        ? (Long) json.getAsNumber().longValue()
        : null;
  }
}
