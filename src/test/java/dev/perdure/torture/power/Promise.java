package dev.perdure.torture.power;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.perdure.torture.power.Event.Noted;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Something that must be stored when the power is cut behind its place in the trace. */
sealed interface Promise {

  Set<String> FINAL = Set.of("completed", "failed", "cancelled");

  int place();

  String run();

  /** A start was acknowledged; the key is empty when the request had none. */
  record Run(int place, String run, String workflow, String input, String key) implements Promise {}

  record Signal(int place, String run, String name, String key) implements Promise {}

  /** It may come too late: a run whose last step is at work may still end by itself. */
  record Cancel(int place, String run) implements Promise {}

  /** A reader was shown the end of a run. */
  record Ended(int place, String run, String status) implements Promise {}

  /** A reader was shown the completion of a step. */
  record Completed(int place, String run, int ordinal) implements Promise {}

  /** The code of a step has begun. */
  record Effect(int place, String run, int ordinal, int attempt) implements Promise {}

  /** Those that the traced process has made, in their order. */
  static List<Promise> in(Trace trace) {
    var promises = new ArrayList<Promise>();
    for (int place = 0; place < trace.events().size(); place++) {
      if (trace.events().get(place) instanceof Noted(var line) && line.startsWith("start ")) {
        promises.add(effect(place, line.strip()));
      }
    }
    Exchange.in(trace).stream().filter(Exchange::isAck).forEach(it -> add(it, promises));
    promises.sort((one, other) -> Integer.compare(one.place(), other.place()));
    return promises;
  }

  private static Effect effect(int place, String line) {
    var words = List.of(line.split(" "));
    var run = words.get(1);
    int ordinal = Integer.parseInt(words.get(5).substring(run.length() + 1));
    return new Effect(place, run, ordinal, Integer.parseInt(words.get(3)));
  }

  private static void add(Exchange exchange, List<Promise> to) {
    var body = exchange.answerBody();
    var line = exchange.line();
    if (body.isEmpty() || !line.contains(" /api/runs")) {
      return;
    }
    var answer = JsonParser.parseString(body).getAsJsonObject();
    if (line.equals("POST /api/runs")) {
      to.add(run(exchange, answer));
    } else if (line.startsWith("POST") && line.endsWith("/cancel")) {
      to.add(new Cancel(exchange.place(), text(answer, "runId")));
    } else if (line.startsWith("POST") && line.contains("/signals/")) {
      to.add(signal(exchange, answer));
    } else if (line.startsWith("GET") && answer.has("runId")) {
      addSeen(exchange.place(), answer, to);
    }
  }

  private static Run run(Exchange exchange, JsonObject answer) {
    var request = JsonParser.parseString(exchange.requestBody()).getAsJsonObject();
    return new Run(
        exchange.place(),
        text(answer, "runId"),
        text(request, "workflow"),
        request.get("input").toString(),
        exchange.header("Idempotency-Key"));
  }

  private static Signal signal(Exchange exchange, JsonObject answer) {
    return new Signal(
        exchange.place(),
        text(answer, "runId"),
        text(answer, "signal"),
        exchange.header("Idempotency-Key"));
  }

  private static void addSeen(int place, JsonObject run, List<Promise> to) {
    var id = text(run, "runId");
    if (FINAL.contains(text(run, "status"))) {
      to.add(new Ended(place, id, text(run, "status")));
    }
    for (var element : run.getAsJsonArray("steps")) {
      var step = element.getAsJsonObject();
      if (text(step, "status").equals("completed")) {
        to.add(new Completed(place, id, step.get("ordinal").getAsInt()));
      }
    }
  }

  private static String text(JsonObject from, String name) {
    return from.get(name).getAsString();
  }
}
