package dev.perdure.torture;

import dev.perdure.workflow.WorkflowProvider;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The server as a real process: the unpacked WAR that the build has made, on the Java that runs the
 * tests. Whatever it says is kept in its directory. Safe to use from any thread.
 */
public final class Target implements AutoCloseable {

  private static final Path WEB_ROOT = Path.of("target/perdure");
  private static final String READY = "Perdure is ready: ";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Process process;
  private final Path log;
  private final CompletableFuture<URI> ready = new CompletableFuture<>();
  private volatile Instant readyAt = Instant.MIN;

  private Target(Process process, Path log) {
    this.process = process;
    this.log = log;
    Thread.ofPlatform().daemon().name("target-output").start(this::readOutput);
  }

  /** How to start one that keeps what it needs in this directory. */
  public static Builder in(Path directory) {
    return new Builder(directory);
  }

  /** How to start one. Data and effects are in its directory unless it says otherwise. */
  public static final class Builder {
    private final Path directory;
    private final Map<String, String> environment = new LinkedHashMap<>();
    private final List<String> flags = new ArrayList<>();
    private Class<? extends WorkflowProvider> workflows = TortureWorkflows.class;
    private Path data;
    private @Nullable Path classesFirst;
    private boolean isCold;
    private List<String> wrapper = List.of();

    private Builder(Path directory) {
      this.directory = directory.toAbsolutePath();
      data = this.directory.resolve("data");
      effects(this.directory.resolve("effects"));
    }

    /** The same, to be changed without changing this one. */
    Builder copy() {
      var copy = new Builder(directory).workflows(workflows).data(data).env(environment);
      copy.flags.addAll(flags);
      copy.isCold = isCold;
      copy.wrapper = wrapper;
      return copy.classesFirst(classesFirst);
    }

    /** Classes that stand in front of those of the build, as those of a twin do. */
    public Builder classesFirst(@Nullable Path classes) {
      this.classesFirst = classes;
      return this;
    }

    /** A native library that is loaded before all others. */
    public Builder preload(Path library) {
      return env("LD_PRELOAD", library.toAbsolutePath().toString());
    }

    public Builder env(String name, String value) {
      environment.put(name, value);
      return this;
    }

    public Builder env(Map<String, String> values) {
      environment.putAll(values);
      return this;
    }

    /** Flags for Java; the last of two that contradict each other counts. */
    public Builder jvm(String... more) {
      flags.addAll(List.of(more));
      return this;
    }

    /** A command that replaces itself by the one that it is given. */
    public Builder wrapped(List<String> command) {
      wrapper = List.copyOf(command);
      return this;
    }

    /** Without the cache of loaded classes. */
    Builder cold() {
      isCold = true;
      return this;
    }

    /** Where the database is. */
    public Builder data(Path directory) {
      this.data = directory.toAbsolutePath();
      return this;
    }

    /** Where the steps of {@link TortureWorkflows} write what they do. */
    public Builder effects(Path file) {
      return env(TortureWorkflows.EFFECTS, file.toAbsolutePath().toString());
    }

    /** Other workflows than {@link TortureWorkflows}. */
    public Builder workflows(Class<? extends WorkflowProvider> provider) {
      this.workflows = provider;
      return this;
    }

    /** Starts it, and does not wait until it is ready. */
    public Target launch() throws IOException {
      Files.createDirectories(directory);
      var log = directory.resolve("server.log");
      var builder = new ProcessBuilder(command());
      builder.environment().keySet().removeIf(name -> name.startsWith("PERDURE_"));
      builder.environment().put("PERDURE_PORT", "0");
      builder.environment().put("PERDURE_DATA", data.toString());
      builder
          .environment()
          .put("PERDURE_WORKFLOWS", WorkflowsJar.in(directory, workflows).toString());
      builder.environment().putAll(environment);
      builder.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
      return new Target(builder.start(), log);
    }

    /** Starts it and waits until it is ready. */
    public Target start() throws IOException {
      var target = launch();
      try {
        var _ = target.url();
        return target;
      } catch (Throwable e) {
        target.close();
        throw e;
      }
    }

    private List<String> command() throws IOException {
      var command = new ArrayList<>(wrapper);
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(
          List.of(
              "-XX:+UseSerialGC",
              "-XX:TieredStopAtLevel=1",
              "--enable-native-access=ALL-UNNAMED",
              "-Djava.io.tmpdir=" + Files.createDirectories(directory.resolve("tmp")),
              "-XX:-CreateCoredumpOnCrash",
              "-XX:ErrorFile=" + directory.resolve("crash-%p.log"),
              "-Dperdure.webroot=" + WEB_ROOT));
      if (!isCold && classesFirst == null) {
        // The cache holds for the class path of the build alone.
        command.add(WarmStart.flag());
      }
      command.addAll(flags);
      command.addAll(List.of("-cp", classPath(), "dev.perdure.server.Main"));
      return command;
    }

    private String classPath() throws IOException {
      var build = jars("lib") + ":" + jars("embedded");
      return classesFirst == null ? build : classesFirst.toAbsolutePath() + ":" + build;
    }

    /** One by one and in order: the order of a wildcard is that of the file system. */
    private static String jars(String directory) throws IOException {
      try (var jars = Files.list(WEB_ROOT.resolve("WEB-INF").resolve(directory))) {
        return jars.map(Path::toString).sorted().collect(Collectors.joining(":"));
      }
    }
  }

  private void readOutput() {
    try (BufferedReader output = process.inputReader()) {
      String line;
      while ((line = output.readLine()) != null) {
        if (line.startsWith(READY)) {
          readyAt = Instant.now();
          ready.complete(URI.create(line.substring(READY.length())));
        }
      }
    } catch (IOException e) {
      ready.completeExceptionally(e);
    }
    ready.completeExceptionally(new IllegalStateException("It ended before it was ready."));
  }

  /** Where it is reached; waits until it is ready. */
  public URI url() {
    try {
      return ready.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError("It did not become ready:\n" + log(), e);
    }
  }

  /** Waits until it is ready or has ended, and says which. */
  public boolean becomesReady() {
    return ready
        .handle((_, failure) -> failure == null)
        .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
        .join();
  }

  /** When it said that it was ready. */
  public Instant readyAt() {
    return readyAt;
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Everything that those in its directory have logged. */
  public String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return "There is no log: " + e;
    }
  }

  // Ends

  /** Kills it as kill -9 does, and waits until it is gone. */
  public void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  /**
   * Sends a signal, such as TERM, SEGV or STOP, if it still runs; does not wait for what follows.
   */
  public void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("/bin/kill", "-" + name, Long.toString(pid()))
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }

  /**
   * Stops it and waits until none of its threads can come back to its own code; where one is inside
   * of the kernel, what the kernel answers reaches it no more. It can still be killed.
   */
  public void freeze() throws IOException, InterruptedException {
    signal("STOP");
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!standsStill()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("It does not stop:\n" + log());
      }
      Thread.onSpinWait();
    }
  }

  /** Stopped by a signal, in a call that no signal interrupts, or gone. */
  private boolean standsStill() throws IOException {
    try (var threads = Files.list(Path.of("/proc", Long.toString(pid()), "task"))) {
      return threads.map(Target::state).allMatch(state -> "TDZX".indexOf(state) >= 0);
    } catch (NoSuchFileException e) {
      return true;
    }
  }

  /** Field 3 of a thread's line, behind its name in brackets. */
  private static char state(Path thread) {
    try {
      var line = Files.readString(thread.resolve("stat"));
      return line.charAt(line.lastIndexOf(')') + 2);
    } catch (IOException e) {
      return 'X';
    }
  }

  /** Waits for its end, by itself, and answers its exit code. */
  public int awaitExit(Duration atMost) throws InterruptedException {
    if (!process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new AssertionError("It does not end within " + atMost + ":\n" + log());
    }
    return process.exitValue();
  }

  /** Ends it if it runs. */
  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
