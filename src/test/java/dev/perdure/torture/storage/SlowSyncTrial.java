package dev.perdure.torture.storage;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.perdure.torture.Client;
import dev.perdure.torture.Client.Answer;
import dev.perdure.torture.Figures;
import dev.perdure.torture.NativeLibrary;
import dev.perdure.torture.Target;
import dev.perdure.torture.storage.FaultControl.Action;
import dev.perdure.torture.storage.FaultControl.Fault;
import dev.perdure.torture.storage.FaultControl.Kind;
import dev.perdure.twin.Twin;
import dev.perdure.twin.TwinBuild;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * A server on a disk that takes long to sync. Each promise that rests on a commit then shows in
 * time: nothing is acknowledged, begun or seen before a sync has gone by, and no step's time runs
 * while it is being recorded that it begins.
 */
final class SlowSyncTrial {

  static final String LIVE = "health while syncs are slow, ms at most";

  /** Long enough to tell what waits for a sync from what does not. */
  private static final Duration TWINS_SYNC = Duration.ofMillis(500);

  private static final String CAME_AFTER = " came after ";

  /** Builds that do not wait for their commits, and what comes too soon then. */
  static final Map<Twin, String> TWINS =
      Map.of(Twin.ACK_BEFORE_COMMIT, "the ack", Twin.EFFECT_BEFORE_RUNNING, "two");

  private static final Duration QUICK = Duration.ofSeconds(1);
  private static final Duration ENDS_WITHIN = Duration.ofMinutes(5);
  private static final List<String> WORKFLOWS =
      List.of(ChainWorkflows.SEQUENCE, ChainWorkflows.CODE);

  private final Path directory;
  private final Duration sync;
  private final FaultControl control;
  private final Target.Builder server;
  private final Figures.Tally tally;

  private SlowSyncTrial(
      Path directory, Duration sync, @Nullable Path classesFirst, Figures.Tally tally)
      throws IOException, InterruptedException {
    this.directory = Files.createDirectories(directory);
    this.sync = sync;
    this.control = FaultControl.at(directory.resolve("control"));
    var data = Files.createDirectories(directory.resolve("data"));
    this.server =
        Target.in(directory)
            .workflows(ChainWorkflows.class)
            .classesFirst(classesFirst)
            .env(control.environment(NativeLibrary.compile("faults.c"), data));
    this.tally = tally;
  }

  /** With syncs that take so long, and so many runs at once. */
  static void slow(Path directory, Duration sync, int runs, Figures.Tally tally) throws Exception {
    new SlowSyncTrial(directory, sync, null, tally).run(runs);
    tally.add("runs while a sync took " + sync.toMillis() + " ms", runs);
  }

  /** Each of {@link #TWINS} must be found out. */
  static void tryOut(Twin twin, Path directory, Figures.Tally tally) throws Exception {
    var found = new Figures.Tally();
    new SlowSyncTrial(directory, TWINS_SYNC, TwinBuild.of(twin), found).run(WORKFLOWS.size());
    tally.twin(twin, TWINS.get(twin) + CAME_AFTER, found);
  }

  private void run(int runs) throws Exception {
    try (var target = server.start();
        var client = new Client(target.url())) {
      for (var workflow : WORKFLOWS) {
        // What is needed for the first time has been loaded when time is taken.
        var _ = awaitEnd(client, start(client, workflow).text("runId"));
      }
      control.arm(
          new Fault(
              Kind.SYNC, FaultControl.DATABASE_AND_LOG, 1, Action.SLOW, true, sync.toMillis()));
      try (var health = new HealthProbe(target.url())) {
        all(client, runs);
        long slowest = health.slowestMillis();
        tally.most(LIVE, slowest);
        expect(health.isAlwaysAlive(), "it did not seem alive");
        expect(slowest <= QUICK.toMillis(), "health took " + slowest + " ms");
      }
      expect(control.hits() > 0, "no sync was slow");
    }
  }

  private void all(Client client, int runs) throws InterruptedException, ExecutionException {
    var each = new ArrayList<Future<?>>();
    try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < runs; i++) {
        var workflow = WORKFLOWS.get(i % WORKFLOWS.size());
        each.add(clients.submit(() -> one(client, workflow)));
      }
    }
    for (var run : each) {
      run.get();
    }
  }

  private Object one(Client client, String workflow) throws IOException, InterruptedException {
    long askedAt = System.nanoTime();
    var ack = start(client, workflow);
    long acknowledgedAt = System.nanoTime();
    expect(ack.status() == 201, "a start is answered with " + ack);
    expectSync("the ack", askedAt, acknowledgedAt);
    if (client.get("/api/runs/" + ack.text("runId")).status() != 200) {
      expect(false, "acknowledged and not found: " + ack);
      return ack;
    }
    var run = awaitEnd(client, ack.text("runId"));
    long seenAt = System.nanoTime();
    expectFirstAttempts(run);
    long before = askedAt;
    for (var name : ChainWorkflows.STEPS) {
      long begunAt = begun(run.get("runId").getAsString(), name);
      expectSync(name, before, begunAt);
      before = begunAt;
    }
    expectSync("the end", before, seenAt);
    return run;
  }

  private void expectSync(String what, long from, long to) {
    expect(
        to - from >= sync.toNanos(),
        what + CAME_AFTER + (to - from) / 1_000_000 + " ms, before a sync can have ended");
  }

  private void expectFirstAttempts(JsonObject run) {
    boolean isCompleted = run.get("status").getAsString().equals("completed");
    boolean isAtOnce =
        run.getAsJsonArray("steps").asList().stream()
            .map(JsonElement::getAsJsonObject)
            .allMatch(step -> step.get("attemptCount").getAsInt() == 1);
    expect(isCompleted && isAtOnce, "not completed at the first attempts: " + run);
  }

  private long begun(String run, String step) throws IOException {
    var prefix = run + " " + step + " ";
    try (var lines = Files.lines(directory.resolve("effects"))) {
      return lines
          .filter(line -> line.startsWith(prefix))
          .mapToLong(line -> Long.parseLong(line.substring(prefix.length())))
          .findFirst()
          .orElseThrow();
    }
  }

  private static Answer start(Client client, String workflow)
      throws IOException, InterruptedException {
    var body = new JsonObject();
    body.addProperty("workflow", workflow);
    return client.post("/api/runs", "-", body);
  }

  private static JsonObject awaitEnd(Client client, String run)
      throws IOException, InterruptedException {
    return Ends.await(client, run, ENDS_WITHIN);
  }

  private void expect(boolean isSo, String otherwise) {
    if (!isSo) {
      synchronized (tally) {
        tally.violation(directory + ", syncs of " + sync, otherwise);
      }
    }
  }
}
