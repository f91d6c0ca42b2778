package dev.perdure.bench;

import dev.perdure.bench.Orders.Order;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
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
    return new Child(
        new ProcessBuilder(Java.command(main, flags, arguments))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start());
  }

  /** Lets it measure a load. */
  Load measure(String what, int count, Duration time) throws IOException {
    return Load.parse(ask(new Order(what, count, time)));
  }

  /** What it answers. */
  String ask(Order order) throws IOException {
    to.println(order.line());
    return answer();
  }

  /** What it answers next. */
  String answer() throws IOException {
    String line;
    while ((line = from.readLine()) != null) {
      if (line.startsWith(Orders.ANSWER)) {
        return line.substring(Orders.ANSWER.length());
      }
    }
    throw new IllegalStateException("It ended before it had answered.");
  }

  /** Kills it as kill -9 does, and waits until it is gone. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
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
