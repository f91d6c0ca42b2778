package dev.perdure.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Runs that are killed in the middle: from the start of the next process until all have ended. */
final class RecoveryPart implements Part {

  private static final int RUNS = 10_000;
  private static final int LIMIT_AT = 256;

  @Override
  public String name() {
    return "recovery";
  }

  /** What one kill has led to. */
  private record Outcome(double openSteps, double seconds, double idleSeconds) {

    /** Without what a start costs that finds nothing to do. */
    double stepsPerSecond() {
      return openSteps / (seconds - idleSeconds);
    }
  }

  @Override
  public List<Figure> measure(Bounds bounds) throws Exception {
    int runs = bounds.scaled(RUNS);
    var outcomes = new ArrayList<Outcome>();
    RawProcess.Pairs pairs;
    try (var raw = RawProcess.start(bounds.directory())) {
      raw.measure(LIMIT_AT, bounds.warmUp());
      pairs =
          raw.alternate(
              LIMIT_AT,
              bounds,
              () -> {
                var outcome = kill(bounds.directory().resolve("round" + outcomes.size()), runs);
                outcomes.add(outcome);
                return new Load(outcome.stepsPerSecond(), Double.NaN, Double.NaN);
              });
    }
    var name = "%,d runs killed in the middle".formatted(runs);
    return List.of(
        pairs.rate(name + ", open steps, without the start", Goal.atLeast(0.4, 0.25)),
        Figure.note(name + ", all complete", "s", Series.of(outcomes, Outcome::seconds)),
        Figure.note(name + ", steps open", "steps", Series.of(outcomes, Outcome::openSteps)),
        Figure.note(
            "the same start, nothing to do", "s", Series.of(outcomes, Outcome::idleSeconds)));
  }

  private static Outcome kill(Path directory, int runs) throws Exception {
    var data = directory.resolve("data");
    var first = start("begin", data, runs);
    try {
      var _ = first.answer();
    } finally {
      first.kill();
    }
    long open = (long) Load.STEPS_PER_RUN * runs - completedSteps(data);
    // The second one has nothing left to do, and the same file to open.
    return new Outcome(open, finish(data, runs), finish(data, runs));
  }

  /** In seconds, from the start of the process. */
  private static double finish(Path data, int runs) throws IOException {
    Files.createDirectories(data.getParent());
    long before = System.nanoTime();
    try (var next = start("finish", data, runs)) {
      var _ = next.answer();
      return (System.nanoTime() - before) / 1e9;
    }
  }

  private static Child start(String what, Path data, int runs) throws IOException {
    return Child.start(
        Recovery.class, Java.EMBEDDED_FLAGS, what, data.toString(), Integer.toString(runs));
  }

  /** Looks without a trace: the next process is to find what the kill has left. */
  private static long completedSteps(Path data) throws SQLException {
    var file = data.resolve("perdure.db").toUri().getPath();
    try (var connection = DriverManager.getConnection("jdbc:sqlite:file:" + file + "?mode=ro");
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery("SELECT count(*) FROM steps WHERE status = 'completed'")) {
      return rows.getLong(1);
    }
  }
}
