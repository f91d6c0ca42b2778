package dev.perdure.torture;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;

/**
 * One directory in which a server is started again and again under load and comes to its end in
 * many ways, with the three ledgers that say what became of it. Not thread-safe.
 */
final class Round implements AutoCloseable {

  private static final int CLIENTS = 6;
  private static final Duration GRACE = Duration.ofSeconds(1);
  private static final Duration STOPPED_MAX = Duration.ofMillis(1_500);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int NESTED_MAX = 5;
  private static final int EXIT_AFTER_TERM = 143;
  private static final int EXIT_AFTER_ABORT = 134;

  /**
   * What Java answers when it crashes and is not to leave a core file; where its account of the
   * crash crashes too, it aborts or is ended by that.
   */
  private static final Set<Integer> EXITS_AFTER_CRASH = Set.of(1, EXIT_AFTER_ABORT, 139);

  private static final int EXIT_WITHOUT_MEMORY = 3;

  private final Path directory;
  private final Target.Builder server;
  private final SplittableRandom random;
  private final Duration killedWithin;
  private final AckLedger acks;
  private final Workload workload;
  private final Audit audit;
  private final List<Violation> violations = new ArrayList<>();
  private Duration startTime = Duration.ofSeconds(1);
  private Duration startTimeMax = Duration.ZERO;
  private int kills;

  /**
   * A new one.
   *
   * @param killedWithin how long after it is ready a server ends at the latest
   */
  Round(Path directory, Target.Builder server, SplittableRandom random, Duration killedWithin)
      throws IOException {
    this.directory = Files.createDirectories(directory);
    this.server = server.env("PERDURE_SHUTDOWN_GRACE", GRACE.toSeconds() + "s");
    this.random = random;
    this.killedWithin = killedWithin;
    this.acks = new AckLedger(directory.resolve("acks"));
    this.workload = new Workload(acks, random.nextLong());
    this.audit =
        new Audit(
            directory.resolve("data"), directory.resolve("acks"), directory.resolve("effects"));
  }

  long acks() {
    return acks.count();
  }

  /** How often it came to an end, those in recovery included. */
  int kills() {
    return kills;
  }

  Duration startTimeMax() {
    return startTimeMax;
  }

  long effects() throws IOException {
    return EffectLedger.read(audit.effects()).starts();
  }

  /** Starts it, and brings it to its end under load. */
  void cycle(Death death) throws Exception {
    var target = death == Death.OUT_OF_MEMORY ? startSmall() : start(server);
    try (target;
        var load = workload.begin(target.url(), CLIENTS)) {
      kills++;
      end(target, load, death);
    } catch (Workload.Unlawful e) {
      found("G14", String.valueOf(e.getMessage()));
    }
    if (death == Death.KILL_IN_RECOVERY) {
      killInRecovery();
    }
  }

  private Target start(Target.Builder how) throws IOException {
    long begin = System.nanoTime();
    var target = how.start();
    startTime = Duration.ofNanos(System.nanoTime() - begin);
    startTimeMax = startTime.compareTo(startTimeMax) > 0 ? startTime : startTimeMax;
    return target;
  }

  /** With so little memory that one greedy step takes all of it. */
  private Target startSmall() throws IOException {
    return start(server.copy().jvm("-Xmx80m", "-XX:+ExitOnOutOfMemoryError"));
  }

  private void end(Target target, Workload.Load load, Death death) throws Exception {
    pause(Death.upTo(killedWithin, random));
    switch (death) {
      case KILL, KILL_IN_RECOVERY -> target.kill();
      case TERM -> {
        target.signal("TERM");
        expectExit(target, EXIT_AFTER_TERM, death);
      }
      case TERM_TWICE -> {
        target.signal("TERM");
        pause(Death.upTo(GRACE, random));
        target.signal("TERM");
        expectExit(target, EXIT_AFTER_TERM, death);
      }
      case TERM_THEN_KILL -> {
        target.signal("TERM");
        pause(Death.upTo(GRACE, random));
        target.kill();
      }
      case SEGV -> {
        target.signal("SEGV");
        expectExit(target, EXITS_AFTER_CRASH, death);
      }
      case ABRT -> {
        target.signal("ABRT");
        expectExit(target, EXIT_AFTER_ABORT, death);
      }
      case OUT_OF_MEMORY -> {
        askForAllMemory(target);
        expectExit(target, EXIT_WITHOUT_MEMORY, death);
      }
      case STOP_AND_KILL -> {
        target.signal("STOP");
        pause(Death.upTo(STOPPED_MAX, random));
        target.signal("CONT");
        if (!load.awaitAcks(acks.count() + CLIENTS, PATIENCE)) {
          found("I8", "It does not go on after it was stopped for a while.");
        }
        target.kill();
      }
    }
  }

  private void askForAllMemory(Target target) throws InterruptedException {
    var body = new JsonObject();
    body.addProperty("workflow", TortureWorkflows.GREEDY);
    try (var client = new Client(target.url())) {
      client.post("/api/runs", "-", body);
    } catch (IOException e) {
      // It may be gone before it has answered.
    }
  }

  private void expectExit(Target target, int code, Death death) throws InterruptedException {
    expectExit(target, Set.of(code), death);
  }

  private void expectExit(Target target, Set<Integer> codes, Death death)
      throws InterruptedException {
    int exit = target.awaitExit(PATIENCE);
    if (!codes.contains(exit)) {
      found(
          "G11", "It ended with exit code " + exit + ", not one of " + codes + ", after " + death);
    }
  }

  /** Kills it on its way to being ready, up to five times in a row. */
  private void killInRecovery() throws Exception {
    int times = 1 + random.nextInt(NESTED_MAX);
    for (int i = 0; i < times; i++) {
      try (var target = server.launch()) {
        pause(Death.upTo(startTime, random));
        target.kill();
        kills++;
      }
    }
  }

  private static void pause(Duration time) {
    Workload.pause(new CountDownLatch(1), time);
  }

  private void found(String invariant, String sentence) {
    violations.add(new Violation(invariant, sentence));
  }

  /** What can be said while runs are on their way; nobody runs. */
  List<Violation> inBetween() throws Exception {
    var all = new ArrayList<>(violations);
    all.addAll(audit.inBetween().violations());
    return all;
  }

  /** Starts it once more, gives every run the time to end, and looks at everything. */
  Audit.Report atTheEnd(Duration within) throws Exception {
    try (var last = start(server)) {
      Settle.within(last.url(), within);
      last.signal("TERM");
      expectExit(last, EXIT_AFTER_TERM, Death.TERM);
    }
    return audit.afterTheEnd().with(violations);
  }

  @Override
  public void close() throws IOException {
    acks.close();
  }

  /** Nothing was found, so nobody will look at it. */
  void forget() throws IOException {
    Trees.delete(directory);
  }
}
