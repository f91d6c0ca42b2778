package dev.perdure.torture.power;

import dev.perdure.torture.Budget;
import dev.perdure.torture.Figures;
import dev.perdure.torture.Part;
import dev.perdure.twin.Twin;
import dev.perdure.twin.TwinBuild;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Simulated power cuts. Records the disk of a server under load and cuts the power at every place
 * of the recording, in many ways. Crippled builds and a disk that lies must be found out.
 *
 * <p>A recording can not be made again, so it is kept: {@code make torture PART=power} with the
 * {@code TRACE} and the {@code STATE} of a violation looks at that state again.
 */
public final class PowerPart implements Part {

  private static final long ACKS = 2_000;
  private static final long TWIN_ACKS = 150;
  private static final long TWIN_STATES = 1_000;
  private static final long UPGRADE_ACKS = 20;
  private static final long UPGRADE_STATES = 20_000;
  private static final int LIES = 5;

  /** The share of bad states that a build that does not sync must have; by the figure. */
  private static final double SHARE_MIN = 0.1;

  private static final Replay.Visitor NOBODY = (_, _, _) -> {};

  @Override
  public String name() {
    return "power";
  }

  @Override
  public Figures run(Budget budget, long seed) throws Exception {
    var tally = new Figures.Tally();
    var given = System.getProperty("torture.trace", "");
    if (!given.isEmpty()) {
      again(Path.of(given), budget, seed, tally);
      return tally.figures(name(), seed);
    }
    catchTwins(budget, seed, tally);
    upgrade(budget.in("upgrade"), seed, UPGRADE_STATES, tally);
    for (int n = 0; budget.allows(tally.get("states")); n++) {
      round(budget.in("round" + n), seed + n, ACKS, tally);
    }
    return tally.figures(name(), seed);
  }

  /** One recording and its states. */
  static void round(Budget budget, long seed, long acks, Figures.Tally tally) throws Exception {
    var recording = new Recording(budget.directory());
    var trace = recording.record(recording.server(), seed, acks);
    replay(trace, List.of(), budget, seed, tally);
  }

  /**
   * The file of an older build is brought up to date, and the power is cut at every place of that.
   * A build that does it in parts must be found out.
   */
  static void upgrade(Budget budget, long seed, long states, Figures.Tally tally) throws Exception {
    var bad = upgradeOfTwin(budget.in("twin"), seed, states);
    tally.add("twin MIGRATION_IN_PARTS: bad states", bad.bad());
    requireCaught(bad, 0, "a build that brings a file up to date in parts", tally);
    var recording = new Recording(budget.directory());
    var server = recording.server();
    var old = OldFile.at(recording.disk().resolve(Recording.DATABASE));
    var trace = recording.record(server, seed, UPGRADE_ACKS).behind(old);
    replay(
        trace, old.promises(), Budget.of(budget.atMost(), states, budget.directory()), seed, tally);
  }

  private static Replay.Result upgradeOfTwin(Budget budget, long seed, long states)
      throws Exception {
    var recording = new Recording(budget.directory());
    var server = recording.server().classesFirst(TwinBuild.of(Twin.MIGRATION_IN_PARTS));
    var old = OldFile.at(recording.disk().resolve(Recording.DATABASE));
    var trace = recording.record(server, seed, 1).behind(old);
    var plan = new Spread(states, trace.events().size(), seed, budget);
    return new Replay(trace, old.promises(), states(budget), Recording.DATABASE)
        .run(from(firstPlace(old.promises()), plan), NOBODY);
  }

  private static void again(Path file, Budget budget, long seed, Figures.Tally tally)
      throws Exception {
    var trace = Trace.read(file, file.resolveSibling("disk").toAbsolutePath());
    var state = System.getProperty("torture.state", "");
    if (state.isEmpty()) {
      replay(trace, List.of(), budget, seed, tally);
      return;
    }
    var words = state.split("/", -1);
    int place = Integer.parseInt(words[0]);
    var survival = new Survival(Survival.Kind.valueOf(words[1]), Long.parseLong(words[2]));
    var replay = new Replay(trace, budget.directory().resolve("states"), Recording.DATABASE);
    note(replay.run(at -> at == place ? List.of(survival) : List.of(), NOBODY), trace, tally);
  }

  private static void replay(
      Trace trace, List<Promise> before, Budget budget, long seed, Figures.Tally tally)
      throws Exception {
    var replay = new Replay(trace, before, states(budget), Recording.DATABASE);
    count(replay.promises(), tally);
    long wanted = budget.cyclesMax() - tally.get("states");
    var plan = new Spread(wanted, trace.events().size(), seed, budget);
    try (var resumptions = new Resumptions(budget.directory(), trace, replay.promises())) {
      note(replay.run(from(firstPlace(before), plan), resumptions), trace, tally);
      resumptions.awaitAll();
      tally.add("servers started on a state", resumptions.count());
      resumptions.violations().forEach(it -> tally.violation("started on a state", it));
    }
  }

  private static int firstPlace(List<Promise> before) {
    return before.isEmpty() ? 0 : before.getFirst().place();
  }

  /** What was there before is not on trial. */
  private static Replay.Plan from(int first, Replay.Plan plan) {
    return place -> place < first ? List.of() : plan.at(place);
  }

  /** In memory where there is a place for that. */
  static Path states(Budget budget) throws Exception {
    var memory = Path.of("/dev/shm");
    return Files.isWritable(memory)
        ? Files.createTempDirectory(memory, "perdure-states")
        : Files.createDirectories(budget.directory().resolve("states"));
  }

  private static void count(List<Promise> promises, Figures.Tally tally) {
    tally.add("recordings", 1);
    for (var promise : promises) {
      var what =
          switch (promise) {
            case Promise.Run _, Promise.Signal _, Promise.Cancel _ -> "acks";
            case Promise.Effect _ -> "effects";
            case Promise.Ended _, Promise.Completed _ -> "ends seen by readers";
          };
      tally.add(what, 1);
    }
  }

  private static void note(Replay.Result result, Trace trace, Figures.Tally tally) {
    tally.add("states", result.states());
    tally.add(
        "of them looked at page by page",
        (result.states() + Replay.THOROUGH - 1) / Replay.THOROUGH);
    tally.add("bad states", result.bad());
    tally.add("seconds", result.nanos() / 1_000_000_000);
    result.findings().forEach(it -> tally.violation("TRACE=" + trace.file(), it));
  }

  // What must be found out

  private static void catchTwins(Budget budget, long seed, Figures.Tally tally) throws Exception {
    var normal = twin(Twin.SYNCHRONOUS_NORMAL, budget, seed, TWIN_STATES);
    tally.add("twin NORMAL: states", normal.states());
    tally.add("twin NORMAL: bad states", normal.bad());
    requireCaught(normal, SHARE_MIN, "a build that syncs later", tally);
    var early = twin(Twin.ACK_BEFORE_COMMIT, budget, seed, TWIN_STATES);
    tally.add("twin ACK_BEFORE_COMMIT: states", early.states());
    tally.add("twin ACK_BEFORE_COMMIT: bad states", early.bad());
    requireCaught(early, 0, "a build that acknowledges early", tally);
    tally.add("lies of a disk that were found out, of " + LIES, lies(budget, seed));
    if (tally.get("lies of a disk that were found out, of " + LIES) == 0) {
      tally.violation("void", "a disk that lies about a sync was not found out");
    }
  }

  private static void requireCaught(
      Replay.Result result, double share, String what, Figures.Tally tally) {
    if (result.bad() <= share * result.states()) {
      tally.violation("void", what + " was not found out: " + result);
    }
  }

  /** What the replay makes of a crippled build. */
  static Replay.Result twin(Twin twin, Budget budget, long seed, long states) throws Exception {
    var recording = new Recording(budget.in(twin.name()).directory());
    var trace = recording.recordTwin(TwinBuild.of(twin), seed, TWIN_ACKS);
    var replay = new Replay(trace, states(budget), Recording.DATABASE);
    return replay.run(new Spread(states, trace.events().size(), seed, budget), NOBODY);
  }

  private static int lies(Budget budget, long seed) throws Exception {
    var recording = new Recording(budget.in("lies").directory());
    return liesFoundOut(recording.record(recording.server(), seed, LIES * LIES), budget);
  }

  /** How many of a few lies of the disk, each just before an acknowledgement, are found out. */
  static int liesFoundOut(Trace trace, Budget budget) throws Exception {
    var acks = Promise.in(trace).stream().filter(Promise.Run.class::isInstance).toList();
    int caught = 0;
    for (int i = 0; i < LIES; i++) {
      int place = acks.get(i * (acks.size() - 1) / LIES).place();
      var lying = trace.lyingBefore(place);
      var synced = List.of(new Survival(Survival.Kind.SYNCED, 0));
      var replay = new Replay(lying, states(budget), Recording.DATABASE);
      var result = replay.run(at -> at == place ? synced : List.of(), NOBODY);
      caught += result.bad() > 0 ? 1 : 0;
    }
    return caught;
  }
}
