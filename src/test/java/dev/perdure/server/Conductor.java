package dev.perdure.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Tells the steps of {@link TrialWorkflows} how to go on, so that a test knows where a run is
 * without looking again and again. Whoever is told nothing waits. Reads their ledger, too.
 */
final class Conductor implements AutoCloseable {

  private static final int PATIENCE_SECONDS = 60;

  private final ServerSocket server;
  private final Path ledger;
  private final BlockingQueue<Question> questions = new LinkedBlockingQueue<>();

  Conductor(Path directory) throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    ledger = directory.resolve("ledger");
    Thread.ofPlatform().daemon().start(this::accept);
  }

  /** What a server's environment needs, so that its steps come here. */
  Map<String, String> settings() {
    return Map.of(
        "TRIAL_CONDUCTOR", Integer.toString(server.getLocalPort()),
        "TRIAL_LEDGER", ledger.toString());
  }

  /** A step that waits to be told how to go on. */
  record Question(String text, Socket socket) {

    void go() {
      answer("go");
    }

    void fail() {
      answer("fail");
    }

    private void answer(String word) {
      try (socket) {
        socket.getOutputStream().write((word + "\n").getBytes(UTF_8));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private void accept() {
    try {
      while (true) {
        var socket = server.accept();
        var text = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
        questions.add(new Question(String.valueOf(text.readLine()), socket));
      }
    } catch (IOException e) {
      // Closed: the test is over.
    }
  }

  /** The next question, which must be this one. */
  Question await(String text) throws InterruptedException {
    return awaitAll(text).getFirst();
  }

  /** The next questions, which must be these, in whatever order they come. */
  List<Question> awaitAll(String... texts) throws InterruptedException {
    var all = new ArrayList<Question>();
    while (all.size() < texts.length) {
      var question = questions.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      all.add(requireNonNull(question, () -> "Nobody asks any more after " + all));
    }
    var expected = Stream.of(texts).sorted().toList();
    assertEquals(expected, all.stream().map(Question::text).sorted().toList());
    return all;
  }

  /** Which steps of a run have begun, each as its name and attempt, in order. */
  List<String> begun(String run) throws IOException {
    return Files.readAllLines(ledger).stream()
        .filter(line -> line.startsWith(run + " "))
        .map(line -> line.substring(run.length() + 1))
        .toList();
  }

  /** The last attempt of each step: the run's id without hyphens, the name, the number. */
  Set<String> lastAttempts() throws IOException {
    var last = new HashMap<String, String>();
    for (var line : Files.readAllLines(ledger)) {
      var words = line.replace("-", "").split(" ", -1);
      last.put(words[0] + " " + words[1], words[2]);
    }
    return last.entrySet().stream()
        .map(entry -> entry.getKey() + " " + entry.getValue())
        .collect(Collectors.toSet());
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
