package dev.perdure.engine;

import com.google.gson.JsonObject;
import com.google.gson.reflect.TypeToken;
import dev.perdure.journal.Change;
import dev.perdure.journal.EntryKind;
import dev.perdure.journal.SignalRecord;
import dev.perdure.journal.StepRecord;
import dev.perdure.journal.WaitingFor;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The waits for signals of one scope. Which signal ends a wait, or that its time was up, is decided
 * once and written down with the taking of the signal.
 */
final class SignalWaits {

  private static final TypeToken<JsonObject> OBJECT = TypeToken.get(JsonObject.class);
  private static final String TIMED_OUT = "{\"timedOut\":true}";

  /** What several names together are called in the journal. */
  private static final String ANY = "any";

  /** What a wait has come to. */
  record Taken(String name, String payload) {}

  private final ActiveRun run;
  private final Scope scope;
  private final Calls calls;
  private final Time time;

  SignalWaits(ActiveRun run, Scope scope, Calls calls) {
    this.run = run;
    this.scope = scope;
    this.calls = calls;
    this.time = run.core().time();
  }

  /**
   * Waits for the first signal of one of these names; empty when the time is up.
   *
   * @param timeout null waits for as long as it takes
   */
  Optional<Taken> await(List<String> names, @Nullable Duration timeout) {
    var place = place(names);
    var recorded = place.recorded();
    if (recorded != null && place.isCompleted()) {
      return decided(Recorded.output(recorded).text());
    }
    var found = run.inbox().take(message -> names.contains(message.name()));
    if (found.isPresent()) {
      return Optional.of(take(place, names, found.get()));
    }
    return recorded == null ? first(place, names, timeout) : again(place, recorded, names);
  }

  private Place place(List<String> names) {
    return names.size() == 1
        ? calls.next(EntryKind.SIGNAL, names.getFirst(), null)
        : calls.next(EntryKind.SIGNAL, ANY, run.core().values().digest(input(names)));
  }

  private static String input(List<String> names) {
    return names.stream()
        .map(name -> "\"" + name + "\"")
        .collect(Collectors.joining(",", "{\"signals\":[", "]}"));
  }

  private Optional<Taken> first(Place place, List<String> names, @Nullable Duration timeout) {
    Instant now = time.instant();
    if (timeout == null) {
      var shown = shown(names, now, null);
      throw run.parked(scope, place.begin(input(names), shown, now), Park.forMail(shown));
    }
    if (timeout.isZero() || timeout.isNegative()) {
      run.journal().handOver(place.record(input(names), TIMED_OUT, now));
      return Optional.empty();
    }
    var shown = shown(names, now, now.plus(timeout));
    long deadline = run.timers().begin(place.ordinal(), timeout);
    throw run.parked(
        scope,
        place.begin(input(names), shown, now),
        Park.forMail(shown).orUntil(place.ordinal(), deadline));
  }

  private Optional<Taken> again(Place place, StepRecord recorded, List<String> names) {
    var waiting = recorded.waitingFor();
    var until = waiting == null ? null : waiting.until();
    var shown = shown(names, recorded.startedAt(), until);
    if (until == null) {
      throw Unwind.parked(Park.forMail(shown));
    }
    long deadline = run.timers().deadline(place.ordinal(), until);
    if (!Timers.left(time, deadline).isZero()) {
      throw Unwind.parked(Park.forMail(shown).orUntil(place.ordinal(), deadline));
    }
    run.journal().handOver(place.complete(TIMED_OUT, time.instant()));
    return Optional.empty();
  }

  private Taken take(Place place, List<String> names, SignalRecord message) {
    Instant now = time.instant();
    if (place.recorded() == null) {
      run.journal().hold(place.begin(input(names), null, now));
    }
    String output = "{\"signal\":\"" + message.name() + "\",\"payload\":" + message.payload() + "}";
    run.journal()
        .commit(
            place.complete(output, now), new Change.SignalTaken(message.number(), place.ordinal()));
    return new Taken(message.name(), message.payload());
  }

  private Optional<Taken> decided(String output) {
    var json = run.core().values().decode(output, OBJECT);
    return json.has("signal")
        ? Optional.of(new Taken(json.get("signal").getAsString(), json.get("payload").toString()))
        : Optional.empty();
  }

  private static WaitingFor shown(List<String> names, Instant since, @Nullable Instant until) {
    return new WaitingFor(WaitingFor.Kind.SIGNAL, String.join(", ", names), since, until);
  }
}
