package dev.perdure.bench;

import dev.perdure.bench.Orders.Order;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A process that measures when it is told to, by {@link Orders}. Not thread-safe. */
final class Child implements AutoCloseable {

  private final Process process;
  private final PrintStream to;
  private final BufferedReader from;

  private Child(Process process) {
    this.process = process;
    this.to = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    this.from = process.inputReader(StandardCharsets.UTF_8);
  }

  /** Starts one on the class path of this process, and on the same Java. */
  static Child start(Class<?> main, List<String> flags, String... arguments) throws IOException {
    var command = new ArrayList<String>();
    command.add(Java.executable());
    command.addAll(flags);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    return new Child(
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
  }

  Load measure(String what, int count, Duration time) throws IOException {
    to.println(new Order(what, count, time).line());
    String line;
    while ((line = from.readLine()) != null) {
      if (line.startsWith(Orders.ANSWER)) {
        return Load.parse(line.substring(Orders.ANSWER.length()));
      }
    }
    throw new IllegalStateException("It ended before it had measured " + what + ".");
  }

  /** Lets it end by itself: it has nothing more to do. */
  @Override
  public void close() throws IOException {
    to.close();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      process.destroyForcibly();
    }
  }
}
