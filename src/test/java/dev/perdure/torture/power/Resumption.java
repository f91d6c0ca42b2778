package dev.perdure.torture.power;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.google.gson.JsonParser;
import dev.perdure.torture.Audit;
import dev.perdure.torture.Settle;
import dev.perdure.torture.Target;
import dev.perdure.torture.Trees;
import dev.perdure.torture.power.Event.Noted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Starts the real server on what a power cut has left, has it bring every run to its end, and has
 * the whole of it audited.
 *
 * @param directory with the disk, and the ledgers as they were at the cut
 */
record Resumption(Path directory) {

  private static final Duration PATIENCE = Duration.ofSeconds(120);

  private Path data() {
    return directory.resolve("disk").resolve(Recording.DATABASE).getParent();
  }

  private Path effects() {
    return directory.resolve("effects");
  }

  private Path acks() {
    return directory.resolve("acks");
  }

  /** Keeps a state, which may then change, and what had happened before its place. */
  static Resumption of(Path directory, Path state, Trace trace, List<Promise> promises, int place)
      throws IOException {
    var resumption = new Resumption(Files.createDirectories(directory));
    copy(state, directory.resolve("disk"));
    Files.createDirectories(resumption.data());
    Files.writeString(resumption.effects(), effectsBefore(trace, place), ISO_8859_1);
    Files.writeString(resumption.acks(), acksBefore(promises, place));
    return resumption;
  }

  private static void copy(Path from, Path to) throws IOException {
    try (var all = Files.walk(from)) {
      for (var file : all.toList()) {
        Files.copy(file, to.resolve(from.relativize(file)));
      }
    }
  }

  private static String effectsBefore(Trace trace, int place) {
    var lines = new StringBuilder();
    for (var event : trace.events().subList(0, place + 1)) {
      if (event instanceof Noted(var line)) {
        lines.append(line);
      }
    }
    return lines.toString();
  }

  private static String acksBefore(List<Promise> promises, int place) {
    var lines = new StringBuilder();
    for (var promise : promises) {
      if (promise.place() <= place) {
        lines.append(line(promise));
      }
    }
    return lines.toString();
  }

  /** As in the ledger of acknowledgements; what that does not hold is left out. */
  private static String line(Promise promise) {
    return switch (promise) {
      case Promise.Run(_, var run, var workflow, var input, var key) ->
          "run %s %s %s %s\n".formatted(run, workflow, nonce(input), key.isEmpty() ? "-" : key);
      case Promise.Signal(_, var run, var name, var key) ->
          "signal %s %s %s\n".formatted(run, name, key);
      case Promise.Cancel(_, var run) -> "cancel %s\n".formatted(run);
      case Promise.Ended _, Promise.Completed _, Promise.Effect _ -> "";
    };
  }

  private static String nonce(String input) {
    return JsonParser.parseString(input).getAsJsonObject().get("nonce").getAsString();
  }

  /** What is wrong; the files stay if there is anything. */
  List<String> violations() throws Exception {
    try {
      bringToTheEnd();
    } catch (AssertionError e) {
      return List.of(String.valueOf(e.getMessage()));
    }
    var found = new Audit(data(), acks(), effects()).afterTheEnd().violations();
    if (found.isEmpty()) {
      Trees.empty(directory);
    }
    return found.stream().map(Object::toString).toList();
  }

  private void bringToTheEnd() throws Exception {
    try (var target =
        Target.in(directory.resolve("server")).data(data()).effects(effects()).start()) {
      Settle.within(target.url(), PATIENCE);
      target.signal("TERM");
      target.awaitExit(PATIENCE);
    }
  }
}
