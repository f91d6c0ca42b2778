package dev.perdure.torture.power;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts the power at every place of a trace, lays out what may be left in each of several ways, and
 * has it checked.
 */
final class Replay {

  /** Every so many states are looked at page by page. */
  static final int THOROUGH = 20;

  /** A state that lacks something. */
  record Finding(int place, Survival survival, List<String> violations) {
    @Override
    public String toString() {
      return "STATE=%d/%s/%d: %s"
          .formatted(place, survival.kind(), survival.seed(), String.join("; ", violations));
    }
  }

  /** What came of it. Only the first few findings are kept. */
  record Result(long states, long bad, List<Finding> findings, long nanos) {}

  private static final int FINDINGS_MAX = 20;

  private final Trace trace;
  private final List<Promise> promises;
  private final Path directory;
  private final Path database;

  /**
   * @param directory for the states; best held in memory
   * @param database where the database is below the traced directory
   */
  Replay(Trace trace, Path directory, Path database) {
    this(trace, List.of(), directory, database);
  }

  /**
   * @param before what had been promised before the trace began
   */
  Replay(Trace trace, List<Promise> before, Path directory, Path database) {
    this.trace = trace;
    this.promises = new ArrayList<>(before);
    promises.addAll(Promise.in(trace));
    this.directory = directory;
    this.database = database;
  }

  List<Promise> promises() {
    return promises;
  }

  /** Decides which states of a place are looked at. */
  interface Plan {
    List<Survival> at(int place);
  }

  /** Looks at a state, too; it must leave the files as they are. */
  interface Visitor {
    void visit(Path state, int place, Survival survival) throws IOException;
  }

  Result run(Plan plan, Visitor visitor) throws IOException, SQLException {
    long began = System.nanoTime();
    long states = 0;
    long bad = 0;
    var findings = new ArrayList<Finding>();
    var disk = new Disk(trace.disk());
    try (var stage = new Stage(directory);
        var checker = new Checker(promises)) {
      for (int place = 0; place < trace.events().size(); place++) {
        disk.apply(trace.events().get(place));
        for (var survival : plan.at(place)) {
          stage.lay(disk, survival.at(place));
          visitor.visit(stage.state(), place, survival);
          var violations = look(stage, checker, place, states++ % THOROUGH == 0);
          bad += violations.isEmpty() ? 0 : 1;
          if (!violations.isEmpty() && findings.size() < FINDINGS_MAX) {
            findings.add(new Finding(place, survival, violations));
          }
        }
      }
    }
    return new Result(states, bad, findings, System.nanoTime() - began);
  }

  private List<String> look(Stage stage, Checker checker, int place, boolean isThorough)
      throws IOException {
    var file = stage.state().resolve(database);
    var violations = checker.violations(file, place, isThorough);
    if (!isWhole(stage, file)) {
      stage.distrust();
    }
    return violations;
  }

  /** One that SQLite opens without changing anything. */
  private static boolean isWhole(Stage stage, Path file) {
    var journal = file.resolveSibling(file.getFileName() + "-journal");
    return stage.length(file).orElse(0) > 0 && stage.length(journal).isEmpty();
  }
}
