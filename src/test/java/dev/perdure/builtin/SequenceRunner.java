package dev.perdure.builtin;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.TypeAdapter;
import com.google.gson.reflect.TypeToken;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonWriter;
import dev.perdure.workflow.SequenceStep;
import dev.perdure.workflow.Step;
import dev.perdure.workflow.Workflow;
import java.io.IOException;
import java.time.Instant;

/** Runs a sequence as the engine does: what a step gets has been JSON in between. */
final class SequenceRunner {

  static final Gson GSON =
      new GsonBuilder()
          .registerTypeAdapter(Instant.class, new InstantAdapter().nullSafe())
          .create();

  private SequenceRunner() {}

  static <I, O> O run(Workflow<I, O> workflow, String input) throws Exception {
    if (!(workflow.body() instanceof Workflow.Body.Sequence<I, O> sequence)) {
      throw new AssertionError(workflow + " is no sequence");
    }
    Object value = GSON.fromJson(input, workflow.input());
    for (var step : sequence.steps()) {
      value = step(step, value);
    }
    @SuppressWarnings("unchecked") // The builder has checked the types of the steps.
    var output = (O) value;
    return output;
  }

  private static <I, O> O step(SequenceStep<I, O> any, Object value) throws Exception {
    if (!(any instanceof SequenceStep.Plain<I, O> step)) {
      throw new AssertionError(any + " is no plain step");
    }
    @SuppressWarnings("unchecked") // As above.
    var input = (I) value;
    return readBack(step.code().run(input, new NamedStep(step.name())), step.output());
  }

  static <T> T readBack(T value, TypeToken<T> type) {
    return GSON.fromJson(GSON.toJson(value, type.getType()), type);
  }

  private record NamedStep(String name) implements Step {
    @Override
    public String runId() {
      return "run";
    }

    @Override
    public int attempt() {
      return 1;
    }

    @Override
    public void progress(double fraction, String text) {}

    @Override
    public void log(String line) {}

    @Override
    public String idempotencyKey() {
      return "key";
    }
  }

  private static final class InstantAdapter extends TypeAdapter<Instant> {
    @Override
    public void write(JsonWriter out, Instant value) throws IOException {
      out.value(value.toString());
    }

    @Override
    public Instant read(JsonReader in) throws IOException {
      return Instant.parse(in.nextString());
    }
  }
}
