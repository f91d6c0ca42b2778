package dev.perdure.torture.storage;

import dev.perdure.torture.Client;
import dev.perdure.torture.Figures;
import dev.perdure.torture.NativeLibrary;
import dev.perdure.torture.Target;
import dev.perdure.torture.power.LoopDisk;
import dev.perdure.torture.storage.FaultControl.Action;
import dev.perdure.torture.storage.FaultControl.Fault;
import dev.perdure.torture.storage.FaultControl.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A whole server whose storage fails, in a directory of its own; what it does is compared to G11.
 */
final class ServerTrial {

  static final String LAST_ACK = "last ack behind the fault, ms at most";
  static final String EXIT = "exit behind the fault, ms at most";
  static final String RECOVERY = "ready behind the return of space, ms at most";

  private static final Duration ACKS_END_WITHIN = Duration.ofSeconds(1);
  private static final Duration EXITS_WITHIN = Duration.ofSeconds(10);
  private static final Duration RECOVERS_WITHIN = Duration.ofSeconds(5);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Fault NO_SPACE =
      new Fault(Kind.WRITE, FaultControl.ALL_FILES, 1, Action.ENOSPC, true);

  private final Path directory;
  private final Path data;
  private final FaultControl control;
  private final Target.Builder server;
  private final Figures.Tally tally;

  ServerTrial(Path directory, Figures.Tally tally) throws IOException, InterruptedException {
    this(directory, directory.resolve("data"), tally);
  }

  private ServerTrial(Path directory, Path data, Figures.Tally tally)
      throws IOException, InterruptedException {
    this.directory = Files.createDirectories(directory).toRealPath();
    this.data = Files.createDirectories(data).toRealPath();
    this.control = FaultControl.at(this.directory.resolve("control"));
    this.server =
        Target.in(this.directory)
            .data(this.data)
            .env(control.environment(NativeLibrary.compile("faults.c"), this.data));
    this.tally = tally;
  }

  /** Every call of this kind fails from some moment on. */
  void ioError(Kind kind) throws Exception {
    var fault = new Fault(kind, FaultControl.DATABASE_AND_LOG, 1, Action.EIO, true);
    var posts = underLoad("EIO at " + kind, () -> control.arm(fault));
    control.disarm();
    expectStored("EIO at " + kind, posts);
  }

  void mishap(Mishap mishap) throws Exception {
    var posts = underLoad(mishap.name(), () -> mishap.befall(data));
    if (!mishap.destroys()) {
      expectStored(mishap.name(), posts);
    }
  }

  /** A file system of its own refuses to be written from some moment on. Needs root. */
  static void readOnly(Path directory, Figures.Tally tally) throws Exception {
    try (var disk = LoopDisk.in(directory)) {
      var trial = new ServerTrial(directory, disk.root().resolve("data"), tally);
      var posts = trial.underLoad("read-only", disk::turnReadOnly);
      disk.mountAgain();
      trial.expectStored("read-only", posts);
    }
  }

  private interface Event {
    void happen() throws IOException;
  }

  /** Returns who has asked it meanwhile. */
  private Posts underLoad(String name, Event event) throws Exception {
    try (var target = server.start();
        var posts = new Posts(target.url())) {
      posts.awaitUnderWay();
      long before = System.nanoTime();
      event.happen();
      int code = target.awaitExit(EXITS_WITHIN);
      expect(code == 3, name, "it ended with " + code);
      atMost(EXIT, name, System.nanoTime() - before, EXITS_WITHIN);
      atMost(LAST_ACK, name, posts.lastAckNanos() - before, ACKS_END_WITHIN);
      tally.add("servers stopped", 1);
      return posts;
    }
  }

  /** Whatever was acknowledged is there when the server is started again. */
  private void expectStored(String name, Posts posts) throws Exception {
    try (var again = server.start();
        var client = new Client(again.url())) {
      for (var id : posts.acknowledged()) {
        expect(client.get("/api/runs/" + id).status() == 200, name, id + " is lost");
      }
      tally.add("acks", posts.acknowledged().size());
    }
  }

  /** The disk is full for a while; nothing is restarted. */
  void fullDisk() throws Exception {
    try (var target = server.start();
        var client = new Client(target.url())) {
      var before = client.post("/api/runs", "-", Posts.start());
      expect(before.status() == 201, "full disk", "no run before it: " + before);
      control.arm(NO_SPACE);
      expectNoSpace(client);
      var read = client.get("/api/runs/" + before.text("runId"));
      expect(read.status() == 200, "full disk", "no reading: " + read);
      long since = System.nanoTime();
      control.disarm();
      awaitReady(client);
      atMost(RECOVERY, "full disk", System.nanoTime() - since, RECOVERS_WITHIN);
      var after = client.post("/api/runs", "-", Posts.start());
      expect(after.status() == 201, "full disk", "no run after it: " + after);
      tally.add("full disks", 1);
    }
  }

  /** The disk is full when the server is started on an empty directory. */
  void fullFromTheStart() throws Exception {
    int port = freePort();
    control.arm(NO_SPACE);
    try (var target = server.env("PERDURE_PORT", Integer.toString(port)).launch();
        var client = new Client(URI.create("http://127.0.0.1:" + port))) {
      awaitLive(client);
      expectNoSpace(client);
      control.disarm();
      expect(target.becomesReady(), "full at the start", "it does not start");
      var after = client.post("/api/runs", "-", Posts.start());
      expect(after.status() == 201, "full at the start", "no run after it: " + after);
      tally.add("full disks", 1);
    }
  }

  private void expectNoSpace(Client client) throws IOException, InterruptedException {
    var refused = client.post("/api/runs", "-", Posts.start());
    expect(
        refused.status() == 503 && refused.text("code").equals("disk-full"),
        "full disk",
        "a start is answered with " + refused);
    var ready = client.get("/health/ready");
    expect(
        ready.status() == 503 && ready.text("status").equals("disk-full"),
        "full disk",
        "it says of itself " + ready);
    expect(client.get("/health/live").status() == 200, "full disk", "it does not seem alive");
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static void awaitLive(Client client) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!isLive(client)) {
      if (System.nanoTime() > end) {
        throw new AssertionError("It does not listen.");
      }
      pause();
    }
  }

  private static boolean isLive(Client client) throws InterruptedException {
    try {
      return client.get("/health/live").status() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  private static void awaitReady(Client client) throws IOException, InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (client.get("/health/ready").status() != 200) {
      if (System.nanoTime() > end) {
        throw new AssertionError("It does not get ready.");
      }
      pause();
    }
  }

  private static void pause() throws InterruptedException {
    var _ = new CountDownLatch(1).await(20, TimeUnit.MILLISECONDS);
  }

  private void expect(boolean isSo, String name, String otherwise) {
    if (!isSo) {
      tally.violation(directory + ", " + name, otherwise);
    }
  }

  private void atMost(String figure, String name, long nanos, Duration bound) {
    long millis = Math.max(0, nanos / 1_000_000);
    tally.add(figure, Math.max(0, millis - tally.get(figure)));
    expect(millis <= bound.toMillis(), name, figure + ": " + millis);
  }
}
