package dev.perdure.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.perdure.torture.WorkflowsJar;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** The server as {@code make run} starts it, with {@link BenchWorkflows} beside. */
final class Server implements AutoCloseable {

  private static final Path WEB_ROOT = Path.of("target/perdure");
  private static final String READY = "Perdure is ready: ";
  private static final Duration ENDS_WITHIN = Duration.ofSeconds(60);
  private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");

  /** It ended before it was ready. */
  static final class NotReadyException extends IllegalStateException {
    NotReadyException(String message) {
      super(message);
    }
  }

  private final Process process;
  private final URI url;
  private final Duration readyAfter;

  private Server(Process process, URI url, Duration readyAfter) {
    this.process = process;
    this.url = url;
    this.readyAfter = readyAfter;
  }

  /**
   * Starts one and waits until it is ready.
   *
   * @param directory for what it logs, and its workflows
   * @param flags for Java, beside those of {@code make run}
   */
  static Server start(Path directory, Path data, String... flags) throws IOException {
    var workflows = WorkflowsJar.in(directory, BenchWorkflows.class, Payload.class);
    var builder = new ProcessBuilder(command(flags));
    builder.environment().keySet().removeIf(name -> name.startsWith("PERDURE_"));
    builder.environment().put("PERDURE_PORT", "0");
    builder.environment().put("PERDURE_DATA", data.toAbsolutePath().toString());
    builder.environment().put("PERDURE_WORKFLOWS", workflows.toAbsolutePath().toString());
    var log = directory.resolve("server.log");
    builder.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
    long began = System.nanoTime();
    var process = builder.start();
    BufferedReader output = process.inputReader(UTF_8);
    String line;
    while ((line = output.readLine()) != null) {
      if (line.startsWith(READY)) {
        return new Server(
            process,
            URI.create(line.substring(READY.length()).strip()),
            Duration.ofNanos(System.nanoTime() - began));
      }
    }
    throw new NotReadyException("The server ended before it was ready:\n" + Files.readString(log));
  }

  private static List<String> command(String... flags) {
    var command = new ArrayList<String>();
    command.add(Java.executable());
    command.addAll(Java.RUN_FLAGS);
    command.addAll(List.of(flags));
    command.add("-Dperdure.webroot=" + WEB_ROOT.toAbsolutePath());
    command.addAll(
        List.of(
            "-cp",
            WEB_ROOT + "/WEB-INF/lib/*:" + WEB_ROOT + "/WEB-INF/embedded/*",
            "dev.perdure.server.Main"));
    return command;
  }

  int port() {
    return url.getPort();
  }

  /** From the start of the process until it said so. */
  Duration readyAfter() {
    return readyAfter;
  }

  /** What it has in memory now, in MB. */
  double residentMb() throws IOException {
    var status = Files.readString(Path.of("/proc", Long.toString(process.pid()), "status"));
    var found = RESIDENT.matcher(status);
    if (!found.find()) {
      throw new IllegalStateException("There is no VmRSS in:\n" + status);
    }
    return Long.parseLong(found.group(1)) * 1024 / 1e6;
  }

  /** Lets it be for so long. */
  void idle(Duration time) throws InterruptedException {
    if (process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new IllegalStateException("The server has ended by itself.");
    }
  }

  /** Has it collect all garbage. */
  void collect() throws IOException, InterruptedException {
    var jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    int exit =
        new ProcessBuilder(jcmd, Long.toString(process.pid()), "GC.run")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor();
    if (exit != 0) {
      throw new IllegalStateException("jcmd has ended with " + exit + ".");
    }
  }

  /** Asks it to end, as kill does, and waits for that. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(ENDS_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException("The server does not end.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      process.destroyForcibly();
    }
  }
}
