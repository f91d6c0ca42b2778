package dev.perdure.torture.storage;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.perdure.torture.Client;
import dev.perdure.torture.Figures;
import dev.perdure.torture.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The disk is full between "running" and "completed": the step itself has filled it, and its result
 * finds no space. It is stored when there is some and the step does not run again, unless the
 * process ends meanwhile: then the step does, as another attempt.
 */
final class FullStepTrial {

  private static final int DISK_MIB = 32;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Path directory;
  private final Path ballast;
  private final Target.Builder server;
  private final Figures.Tally tally;

  private FullStepTrial(Path directory, Path disk, Figures.Tally tally) {
    this.directory = directory;
    this.ballast = disk.resolve("ballast");
    this.server =
        Target.in(directory)
            .workflows(FillWorkflows.class)
            .data(disk.resolve("data"))
            .env(FillWorkflows.BALLAST, ballast.toString());
    this.tally = tally;
  }

  /**
   * Returns false where no small disk can be mounted.
   *
   * @param killed whether the server is killed while the disk is full, and started again
   */
  static boolean run(Path directory, boolean killed, Figures.Tally tally) throws Exception {
    var home = directory.toAbsolutePath();
    var disk = home.resolve("disk");
    try (var mount = MemoryDisk.at(disk, DISK_MIB)) {
      if (mount == null) {
        return false;
      }
      new FullStepTrial(home, disk, tally).run(killed);
      tally.add("steps that filled the disk", 1);
      return true;
    }
  }

  private void run(boolean killed) throws Exception {
    String run;
    try (var target = server.start();
        var client = new Client(target.url())) {
      run = client.post("/api/runs", "-", start()).text("runId");
      awaitFull(client);
      var detail = client.get("/api/runs/" + run);
      expect(detail.status() == 200, "no reading: " + detail);
      expect(detail.text("status").equals("running"), "not running: " + detail);
      expect(begun("after").isEmpty(), "went on with a result that is not stored");
      expect(client.get("/health/live").status() == 200, "it does not seem alive");
      if (!killed) {
        Files.delete(ballast);
        expectEnd(client, run, List.of(1));
      }
    }
    if (killed) {
      Files.delete(ballast);
      try (var again = server.start();
          var client = new Client(again.url())) {
        expectEnd(client, run, List.of(1, 2));
      }
    }
  }

  private static JsonObject start() {
    var body = new JsonObject();
    body.addProperty("workflow", FillWorkflows.FILL);
    return body;
  }

  private void awaitFull(Client client) throws IOException, InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    var ready = client.get("/health/ready");
    while (!ready.text("status").equals("disk-full")) {
      if (System.nanoTime() > end) {
        throw new AssertionError("The disk is not full: " + ready);
      }
      var _ = new CountDownLatch(1).await(5, TimeUnit.MILLISECONDS);
      ready = client.get("/health/ready");
    }
  }

  /** It completes, and each attempt that began is one that the journal tells of. */
  private void expectEnd(Client client, String id, List<Integer> attempts)
      throws IOException, InterruptedException {
    var run = Ends.await(client, id, PATIENCE);
    expect(
        run.get("status").getAsString().equals("completed")
            && run.get("output").getAsInt() == FillWorkflows.RESULT_CHARS,
        "not completed with the whole result: " + run);
    var fill = run.getAsJsonArray("steps").get(0).getAsJsonObject();
    var told =
        fill.getAsJsonArray("attempts").asList().stream()
            .map(JsonElement::getAsJsonObject)
            .map(attempt -> attempt.get("attempt").getAsInt())
            .sorted()
            .toList();
    expect(begun("fill").equals(attempts), "began " + begun("fill") + ", not " + attempts);
    expect(told.equals(attempts), "tells of " + told + ", not of " + attempts);
    expect(fill.get("attemptCount").getAsInt() == 1, "an attempt was used up: " + fill);
    expect(begun("after").equals(List.of(1)), "what follows began " + begun("after"));
  }

  /** The attempts at a step that began, in order. */
  private List<Integer> begun(String step) throws IOException {
    return Files.readAllLines(directory.resolve("effects")).stream()
        .filter(line -> line.startsWith(step + " "))
        .map(line -> Integer.parseInt(line.substring(step.length() + 1)))
        .toList();
  }

  private void expect(boolean isSo, String otherwise) {
    if (!isSo) {
      tally.violation(directory.toString(), otherwise);
    }
  }
}
