package dev.perdure.torture.hostile;

import com.google.gson.JsonObject;
import dev.perdure.torture.Budget;
import dev.perdure.torture.Figures;
import dev.perdure.torture.Part;
import dev.perdure.torture.Target;
import dev.perdure.twin.Twin;
import dev.perdure.twin.TwinBuild;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * Runs that end the server each time they are let, beside others that want to be done. Each of them
 * has to be blocked after three ends that it was there for; those that time out or throw what they
 * can have to fail, and all the others have to complete. Builds that give in to one of them must be
 * found out first.
 */
public final class HostilePart implements Part {

  private static final String ENDED_WITH = "ends with exit code ";

  /** 128 and the number of SIGKILL. */
  private static final String KILLED = ENDED_WITH + 137;

  private static final long MEMORY_BYTES = 320 << 20;
  private static final int BYSTANDERS = 6;
  private static final int STRIKES_OUT = 3;
  private static final Duration ENDS_WITHIN = Duration.ofSeconds(60);

  private static final String STILL_ENDED = "still ends the server, with exit code %d after";

  /**
   * What finds a twin out.
   *
   * @param deeds what is done to it, beside the failures that there always are
   * @param sign what is said of it then
   */
  private record Trial(List<String> deeds, String sign) {}

  private static final Map<Twin, Trial> TWINS =
      Map.of(
          Twin.LATE_RESULT_TAKEN, new Trial(List.of(), "not " + Expected.FAILED),
          Twin.STEP_ERROR_ENDS_PROCESS, new Trial(List.of(), STILL_ENDED.formatted(1)),
          Twin.NO_STRIKES,
              new Trial(List.of("halts"), STILL_ENDED.formatted(HostileWorkflows.HALT_CODE)));

  private final int deedsAtOnce;
  private final List<Twin> twins;
  private final boolean isLong;

  /** With up to four hostile runs at once, all twins, and a kernel that kills. */
  public HostilePart() {
    this(4, TWINS.keySet().stream().sorted().toList(), true);
  }

  HostilePart(int deedsAtOnce, List<Twin> twins) {
    this(deedsAtOnce, twins, false);
  }

  private HostilePart(int deedsAtOnce, List<Twin> twins, boolean isLong) {
    this.isLong = isLong;
    this.deedsAtOnce = deedsAtOnce;
    this.twins = twins;
  }

  @Override
  public String name() {
    return "hostile";
  }

  @Override
  public Figures run(Budget budget, long seed) throws Exception {
    var tally = new Figures.Tally();
    var random = new Random(seed);
    for (var twin : twins) {
      tryOut(twin, budget.directory().resolve(twin.name()), tally);
    }
    if (isLong) {
      killedByKernel(budget.directory().resolve("kernel"), tally);
    }
    for (int round = 0; budget.allows(tally.get("cycles")); round++) {
      var deeds = new ArrayList<>(HostileWorkflows.DEEDS);
      Collections.shuffle(deeds, random);
      var where = budget.directory().resolve("round" + round);
      round(server(where), where, deeds.subList(0, deedsAtOnce), tally);
      tally.add("cycles", 1);
    }
    return tally.figures(name(), seed);
  }

  private static Target.Builder server(Path directory) {
    return Target.in(directory)
        .workflows(HostileWorkflows.class)
        .jvm("-Xmx96m", "-XX:+ExitOnOutOfMemoryError");
  }

  /** The heap may grow beyond what the machine gives: then Java is not asked any more. */
  static void killedByKernel(Path directory, Figures.Tally tally) throws Exception {
    try (var limit = MemoryLimit.of(MEMORY_BYTES)) {
      if (limit == null) {
        tally.note("memory limit", "none could be set, so the kernel has killed nothing");
        return;
      }
      long before = tally.get(KILLED);
      var server = server(directory).jvm("-Xmx2g").wrapped(limit.command());
      round(server, directory, List.of("fills-memory"), tally);
      long kills = tally.get(KILLED) - before;
      tally.add("ends by the kernel for want of memory", kills);
      if (kills != STRIKES_OUT) {
        tally.violation(directory.toString(), "the kernel killed it " + kills + " times");
      }
    }
  }

  private static void tryOut(Twin twin, Path directory, Figures.Tally tally) throws Exception {
    var found = new Figures.Tally();
    var server = server(directory).classesFirst(TwinBuild.of(twin));
    var trial = TWINS.get(twin);
    round(server, directory, trial.deeds(), found);
    tally.twin(twin, trial.sign(), found);
  }

  /** Workflows by the keys of their runs, in the order in which they are started. */
  private static Map<String, String> wanted(List<String> deeds) {
    var wanted = new LinkedHashMap<String, String>();
    for (int i = 0; i < BYSTANDERS; i++) {
      wanted.put("key-" + i, HostileWorkflows.BYSTANDER);
    }
    HostileWorkflows.FAILURES.forEach(failure -> wanted.put("key-" + failure, failure));
    deeds.forEach(deed -> wanted.put("key-" + deed, deed));
    return wanted;
  }

  private static void round(
      Target.Builder server, Path directory, List<String> deeds, Figures.Tally tally)
      throws Exception {
    var wanted = wanted(deeds);
    int endsMax = STRIKES_OUT * deeds.size();
    int ends = 0;
    int exit = 0;
    boolean isOver = false;
    while (!isOver && ends <= endsMax) {
      try (var target = server.start()) {
        try {
          look(new Requests(target), wanted, directory, tally);
          isOver = true;
        } catch (IOException e) {
          ends++;
          exit = target.awaitExit(ENDS_WITHIN);
          tally.add(ENDED_WITH + exit, 1);
        }
      }
    }
    tally.add("ends", ends);
    if (!isOver) {
      tally.violation(directory + " " + deeds, STILL_ENDED.formatted(exit) + " " + ends + " ends");
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
      var expected = expected(run.getValue());
      found.add(() -> tally.add("runs that have to be " + expected, 1));
      if (!expected.holds(end)) {
        found.add(() -> tally.violation(directory + " " + run, "not " + expected + ": " + end));
      }
    }
    if (!requests.isAlive()) {
      found.add(() -> tally.violation(directory.toString(), "not alive in the end"));
    }
    found.forEach(Runnable::run);
  }

  private enum Expected {
    COMPLETED,
    FAILED,
    BLOCKED;

    boolean holds(JsonObject run) {
      boolean isSo = Requests.status(run).equals(toString());
      return isSo && (this != BLOCKED || run.get("reason").toString().contains("strikes"));
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static Expected expected(String workflow) {
    if (workflow.equals(HostileWorkflows.BYSTANDER)) {
      return Expected.COMPLETED;
    }
    return HostileWorkflows.FAILURES.contains(workflow) ? Expected.FAILED : Expected.BLOCKED;
  }
}
