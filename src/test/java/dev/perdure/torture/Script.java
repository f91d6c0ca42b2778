package dev.perdure.torture;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.perdure.torture.Client.Answer;
import dev.perdure.torture.TortureWorkflows.Work;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.LongStream;

/**
 * What one client asks for, always the same and one after the other: a run of every kind, each
 * brought to its end before the next one begins. Stops where the server is gone.
 */
final class Script {

  private static final String WAIT = "?wait=20";

  private final Client client;
  private final AckLedger acks;
  private volatile String told = "nothing";

  private Script(Client client, AckLedger acks) {
    this.client = client;
    this.acks = acks;
  }

  /** Plays it, as far as the server lets it, and answers what the client was told last. */
  static String play(URI server, AckLedger acks) throws InterruptedException {
    try (var client = new Client(server)) {
      var script = new Script(client, acks);
      try {
        script.play();
      } catch (IOException e) {
        // The server is gone, as it should be.
      }
      return script.told;
    }
  }

  private void play() throws IOException, InterruptedException {
    var key = "k-short";
    run("short", TortureWorkflows.SHORT, 1, key);
    var _ = start("short", TortureWorkflows.SHORT, 1, key);
    run("sequence", TortureWorkflows.SEQUENCE, seed(work -> work.choice("failures", 3) == 1), "-");
    run("code", TortureWorkflows.CODE, seed(Script::isBusy), "-");
    run("fan-out", TortureWorkflows.FAN_OUT, seed(work -> work.choice("items", 7) == 1), "-");
    approve(start("approval", TortureWorkflows.APPROVAL, 1, "k-approval"));
    run("parent", TortureWorkflows.PARENT, 1, "-");
    run("undo", TortureWorkflows.UNDO, seed(work -> work.choice("fails", 2) == 0), "-");
    run("once", TortureWorkflows.ONCE, 1, "-");
    cancel(start("cancelled", TortureWorkflows.APPROVAL, 1, "-"));
  }

  /** Two steps, a pause, and a run that its transaction starts. */
  private static boolean isBusy(Work work) {
    return work.choice("start", 4) == 0
        && work.choice("steps", 3) == 1
        && work.choice("pause", 2) == 0
        && work.choice("failures", 3) == 0;
  }

  /** The first for which a run does this. */
  private static long seed(Predicate<Work> does) {
    return LongStream.range(1, TortureWorkflows.HURRIED_SEEDS)
        .filter(seed -> does.test(new Work("", seed)))
        .findFirst()
        .orElseThrow();
  }

  private void told(String what) {
    told = what;
  }

  private String start(String name, String workflow, long seed, String key)
      throws IOException, InterruptedException {
    var input = new JsonObject();
    input.addProperty("nonce", name);
    input.addProperty("seed", seed);
    var body = new JsonObject();
    body.addProperty("workflow", workflow);
    body.add("input", input);
    var run = require(client.post("/api/runs", key, body)).text("runId");
    acks.run(run, workflow, name, key);
    told(name + ": accepted");
    return run;
  }

  private void run(String name, String workflow, long seed, String key)
      throws IOException, InterruptedException {
    awaitEnd(name, start(name, workflow, seed, key));
  }

  private void awaitEnd(String name, String run) throws IOException, InterruptedException {
    var answer = await(run, json -> Seen.FINAL.contains(json.get("status").getAsString()));
    Seen.of(answer.json()).noteIn(acks);
    told(name + ": " + answer.text("status"));
  }

  private Answer await(String run, Predicate<JsonObject> condition)
      throws IOException, InterruptedException {
    var path = "/api/runs/" + run;
    var answer = require(client.get(path));
    while (!condition.test(answer.json())) {
      var next = client.get(path + WAIT, "If-None-Match", answer.etag());
      answer = next.status() == 304 ? answer : require(next);
    }
    return answer;
  }

  private void approve(String run) throws IOException, InterruptedException {
    awaitSignal(run);
    for (var time : List.of("first", "again")) {
      post("approval: signal accepted, " + time, run, "/signals/go", new JsonPrimitive("yes"));
      acks.signal(run, TortureWorkflows.GO, "s-" + run);
    }
    awaitEnd("approval", run);
  }

  private void cancel(String run) throws IOException, InterruptedException {
    awaitSignal(run);
    post("cancelled: cancelling accepted", run, "/cancel", new JsonObject());
    acks.cancel(run);
    awaitEnd("cancelled", run);
  }

  private void awaitSignal(String run) throws IOException, InterruptedException {
    var _ =
        await(
            run,
            json ->
                json.get("waitingFor") instanceof JsonObject waiting
                    && waiting.get("kind").getAsString().equals("signal"));
  }

  private void post(String what, String run, String path, JsonElement body)
      throws IOException, InterruptedException {
    var key = path.startsWith("/signals") ? "s-" + run : "-";
    var _ = require(client.post("/api/runs/" + run + path, key, body));
    told(what);
  }

  private static Answer require(Answer answer) throws IOException {
    if (!answer.isAck()) {
      throw new IOException("It answered " + answer);
    }
    return answer;
  }
}
