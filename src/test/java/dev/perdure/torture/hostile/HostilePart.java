package dev.perdure.torture.hostile;

import dev.perdure.torture.Budget;
import dev.perdure.torture.Figures;
import dev.perdure.torture.Part;
import dev.perdure.torture.Target;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Runs that end the server each time they are let, beside others that want to be done. Each of them
 * has to be blocked after three ends that it was there for, and all the others have to complete.
 */
public final class HostilePart implements Part {

  private static final int BYSTANDERS = 6;
  private static final int STRIKES_OUT = 3;
  private static final Duration ENDS_WITHIN = Duration.ofSeconds(60);

  private final int deedsAtOnce;

  /** With up to four hostile runs at once. */
  public HostilePart() {
    this(4);
  }

  HostilePart(int deedsAtOnce) {
    this.deedsAtOnce = deedsAtOnce;
  }

  @Override
  public String name() {
    return "hostile";
  }

  @Override
  public Figures run(Budget budget, long seed) throws Exception {
    var tally = new Figures.Tally();
    var random = new Random(seed);
    for (int round = 0; budget.allows(tally.get("cycles")); round++) {
      var deeds = new ArrayList<>(HostileWorkflows.DEEDS);
      Collections.shuffle(deeds, random);
      round(budget.directory().resolve("round" + round), deeds.subList(0, deedsAtOnce), tally);
      tally.add("cycles", 1);
    }
    return tally.figures(name(), seed);
  }

  /** Workflows by the keys of their runs, in the order in which they are started. */
  private static Map<String, String> wanted(List<String> deeds) {
    var wanted = new LinkedHashMap<String, String>();
    for (int i = 0; i < BYSTANDERS; i++) {
      wanted.put("key-" + i, HostileWorkflows.BYSTANDER);
    }
    deeds.forEach(deed -> wanted.put("key-" + deed, deed));
    return wanted;
  }

  private static void round(Path directory, List<String> deeds, Figures.Tally tally)
      throws Exception {
    var wanted = wanted(deeds);
    int endsMax = STRIKES_OUT * deeds.size();
    int ends = 0;
    boolean isOver = false;
    while (!isOver && ends <= endsMax) {
      try (var target =
          Target.in(directory)
              .workflows(HostileWorkflows.class)
              .jvm("-Xmx96m", "-XX:+ExitOnOutOfMemoryError")
              .start()) {
        try {
          look(new Requests(target), wanted, directory, tally);
          isOver = true;
        } catch (IOException e) {
          ends++;
          tally.add("ends with exit code " + target.awaitExit(ENDS_WITHIN), 1);
        }
      }
    }
    tally.add("ends", ends);
    if (!isOver) {
      tally.violation(directory + " " + deeds, "still ended the server after " + endsMax + " ends");
    }
  }

  /** Starts what has not been started, waits for all of it, and looks what has come of it. */
  private static void look(
      Requests requests, Map<String, String> wanted, Path directory, Figures.Tally tally)
      throws IOException, InterruptedException {
    var runs = new LinkedHashMap<String, String>();
    for (var one : wanted.entrySet()) {
      runs.put(requests.start(one.getValue(), "1", one.getKey()), one.getValue());
    }
    var found = new ArrayList<Runnable>();
    for (var run : runs.entrySet()) {
      var end = requests.awaitEnd(run.getKey());
      boolean isBystander = run.getValue().equals(HostileWorkflows.BYSTANDER);
      var expected = isBystander ? "completed" : "blocked";
      boolean isRight =
          Requests.status(end).equals(expected)
              && (isBystander || end.get("reason").toString().contains("strikes"));
      found.add(() -> tally.add(isBystander ? "bystanders" : "hostile runs", 1));
      if (!isRight) {
        found.add(() -> tally.violation(directory + " " + run, "not " + expected + ": " + end));
      }
    }
    if (!requests.isAlive()) {
      found.add(() -> tally.violation(directory.toString(), "not alive in the end"));
    }
    found.forEach(Runnable::run);
  }
}
