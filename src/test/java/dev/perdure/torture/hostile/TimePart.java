package dev.perdure.torture.hostile;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.perdure.torture.Budget;
import dev.perdure.torture.Figures;
import dev.perdure.torture.OtherReader;
import dev.perdure.torture.Part;
import dev.perdure.torture.Target;
import dev.perdure.twin.Twin;
import dev.perdure.twin.TwinBuild;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Sets the wall clock of a server while its runs wait, or stops its process. Sleeps, backoffs and
 * timeouts have to take as long as ever; dates come when the clock shows them; nothing is done
 * twice, nothing is lost, and whoever only waits needs next to no processor. Builds that follow the
 * wrong clock, or none, must be found out first.
 */
public final class TimePart implements Part {

  private static final Duration WITHIN = Duration.ofSeconds(1);
  private static final Duration LATER = Duration.ofMinutes(30);
  private static final double BUSY_SHARE = 0.2;
  private static final long TICKS_PER_SECOND = 100;

  private record Jump(String name, Duration ahead) {}

  private static final Jump HOUR_BACK = new Jump("an hour back", Duration.ofHours(-1));
  private static final Jump DAY_FORWARD = new Jump("a day forward", Duration.ofDays(1));

  private static final List<Jump> JUMPS =
      List.of(HOUR_BACK, DAY_FORWARD, new Jump("ten years forward", Duration.ofDays(3_653)));

  private static final String EARLY = " was early: ";
  private static final String BUSY = "busy while it waits: ";

  /** Twins by what is said of them. */
  private static final Map<Twin, String> TWINS =
      Map.of(
          Twin.WAITS_BY_WALL_CLOCK, EARLY, Twin.RETRY_BEFORE_ITS_TIME, EARLY, Twin.BUSY_WAIT, BUSY);

  private final Duration stop;
  private final List<Twin> twins;

  /** With the process stopped for a minute, and all twins. */
  public TimePart() {
    this(Duration.ofMinutes(1), TWINS.keySet().stream().sorted().toList());
  }

  TimePart(Duration stop, List<Twin> twins) {
    this.stop = stop;
    this.twins = twins;
  }

  @Override
  public String name() {
    return "time";
  }

  @Override
  public Figures run(Budget budget, long seed) throws Exception {
    var tally = new Figures.Tally();
    for (var twin : twins) {
      var found = new Figures.Tally();
      new Cycle(budget.directory().resolve(twin.name()), found).tryOut(twin);
      tally.twin(twin, TWINS.get(twin), found);
    }
    for (int cycle = 0; budget.allows(cycle); cycle++) {
      new Cycle(budget.directory().resolve("cycle" + cycle), tally).run(stop);
      tally.add("cycles", 1);
    }
    return tally.figures(name(), seed);
  }

  /** One server, whose clock is set again and again. */
  private static final class Cycle {
    private final Path directory;
    private final Figures.Tally tally;
    private final SetClock clock;
    private final Notes notes;
    private final List<String> ids = new ArrayList<>();

    private Cycle(Path directory, Figures.Tally tally) throws IOException {
      this.directory = directory;
      this.tally = tally;
      this.clock = SetClock.in(directory);
      this.notes = new Notes(directory.resolve("effects"));
    }

    private void run(Duration stop) throws Exception {
      var data = directory.resolve("data");
      try (var target = server().data(data).start()) {
        var requests = new Requests(target);
        // First, so that the process is warm when what it needs is measured.
        stop(stop, target, requests);
        for (var jump : JUMPS) {
          jump(jump.name(), jump.ahead(), target, requests);
        }
        checkIds();
        target.kill();
      }
      checkSlots(OtherReader.copyOf(data, directory.resolve("copy")));
    }

    /** One jump is enough: who looks at the clock all the time needs a date that is not reached. */
    private void tryOut(Twin twin) throws Exception {
      var jump = twin == Twin.BUSY_WAIT ? HOUR_BACK : DAY_FORWARD;
      try (var target = server().classesFirst(TwinBuild.of(twin)).start()) {
        var requests = new Requests(target);
        // Warm, so that it is not the compiler that is busy.
        for (var run : nap(requests)) {
          requests.awaitEnd(run);
        }
        jump(jump.name(), jump.ahead(), target, requests);
      }
    }

    private Target.Builder server() throws IOException, InterruptedException {
      return clock.into(Target.in(directory).workflows(TimeWorkflows.class));
    }

    /** Runs that wait for as long as a nap. */
    private List<String> nap(Requests requests) throws Exception {
      var waiting = new ArrayList<String>();
      for (var workflow : List.of("sleeps", "retries", "times-out")) {
        waiting.add(start(requests, workflow, "1"));
      }
      return waiting;
    }

    private String start(Requests requests, String workflow, String input) throws Exception {
      var id = requests.start(workflow, input, "key-" + ids.size());
      ids.add(id);
      requests.await(id, Cycle::waits);
      return id;
    }

    /** It waits, or the step whose time is limited is under way. */
    private static boolean waits(JsonObject run) {
      if (run.get("workflow").getAsString().equals("times-out")) {
        return run.getAsJsonArray("steps").asList().stream()
            .map(JsonElement::getAsJsonObject)
            .anyMatch(s -> isNamed(s, "endless") && Requests.status(s).equals("running"));
      }
      return run.has("waitingFor") && run.get("waitingFor").isJsonObject();
    }

    private static boolean isNamed(JsonObject step, String name) {
      return step.get("name").getAsString().equals(name);
    }

    private void jump(String name, Duration ahead, Target target, Requests requests)
        throws Exception {
      boolean isForward = !ahead.isNegative();
      var soon = Instant.now().plus(TimeWorkflows.NAP);
      var date = start(requests, "until", quoted(isForward ? Instant.now().plus(LATER) : soon));
      var naps = nap(requests);
      long jumpedAt = System.nanoTime();
      clock.set(ahead);
      for (var run : naps) {
        requests.awaitEnd(run);
      }
      for (var run : naps) {
        checkNap(name, run, TimeWorkflows.NAP);
      }
      if (isForward) {
        requests.awaitEnd(date);
        checkDate(name, date, jumpedAt);
        checkTicked(name, jumpedAt);
        checkCalm(name, target, requests);
        clock.set(Duration.ZERO);
      } else {
        checkCalm(name, target, requests);
        require(notes.times("to", date).isEmpty(), name, "the date came before its time");
        long setAt = System.nanoTime();
        clock.set(Duration.ZERO);
        requests.awaitEnd(date);
        checkDate(name, date, setAt);
      }
      tally.add(name, 1);
    }

    private static String quoted(Instant instant) {
      return "\"" + instant + "\"";
    }

    private void stop(Duration length, Target target, Requests requests) throws Exception {
      var naps = nap(requests);
      target.signal("STOP");
      pass(length);
      long goesOnAt = System.nanoTime();
      target.signal("CONT");
      for (var run : naps) {
        requests.awaitEnd(run);
        var from = notes.times("from", run);
        var atMost = Duration.ofNanos(goesOnAt - from.getFirst());
        checkNap("stopped", run, atMost);
      }
      tally.add("stopped for " + length.toSeconds() + " s", 1);
    }

    /** The process is to be stopped for this long: that is the fault, nothing is waited for. */
    private static void pass(Duration length) throws InterruptedException {
      var _ = new CountDownLatch(1).await(length.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Never earlier than a nap, and at most a second after the later of the nap and this. */
    private void checkNap(String name, String run, Duration orLater) throws IOException {
      var from = notes.times("from", run);
      var to = notes.times("to", run);
      require(from.size() == 1 && to.size() == 1, name, "not once: " + run + " " + from + to);
      var took = Duration.ofNanos(to.getFirst() - from.getFirst());
      var least = TimeWorkflows.NAP;
      var most = (orLater.compareTo(least) > 0 ? orLater : least).plus(WITHIN);
      require(took.compareTo(least) >= 0, name, run + EARLY + took);
      require(took.compareTo(most) <= 0, name, run + " was late: " + took + " of " + most);
      tally.most("latest nap, ms over", took.minus(most.minus(WITHIN)).toMillis());
      tally.add("waits", 1);
    }

    private void checkDate(String name, String run, long setAt) throws IOException {
      var to = notes.times("to", run);
      require(to.size() == 1, name, "the date came " + to.size() + " times");
      var took = Duration.ofNanos(to.getFirst() - setAt);
      require(!took.isNegative(), name, "the date came before its time");
      require(took.compareTo(WITHIN) <= 0, name, "the date came " + took + " late");
      tally.most("latest date, ms over", took.toMillis());
      tally.add("waits", 1);
    }

    private void checkTicked(String name, long jumpedAt) throws IOException {
      boolean hasTicked =
          notes.all().stream().anyMatch(n -> n.what().equals("tick") && n.nanos() > jumpedAt);
      require(hasTicked, name, "the schedule did not follow the clock");
    }

    /** What the jump has set off is over; now a single run waits. */
    private void checkCalm(String name, Target target, Requests requests) throws Exception {
      var run = start(requests, "sleeps", "1");
      long before = cpuTicks(target);
      long beganAt = System.nanoTime();
      requests.awaitEnd(run);
      checkNap(name, run, TimeWorkflows.NAP);
      double seconds = (System.nanoTime() - beganAt) / 1e9;
      double share = (double) (cpuTicks(target) - before) / TICKS_PER_SECOND / seconds;
      tally.most("busiest wait, % of a core", Math.round(share * 100));
      require(share < BUSY_SHARE, name, BUSY + share);
    }

    /** What the process has used of all processors, in ticks: fields 14 and 15 of its line. */
    private static long cpuTicks(Target target) throws IOException {
      var line = Files.readString(Path.of("/proc/" + target.pid() + "/stat"));
      var fields = line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
      return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }

    private void checkIds() {
      require(ids.stream().sorted().toList().equals(ids), "ids", "not in order: " + ids);
    }

    private void checkSlots(OtherReader database) throws Exception {
      var counts =
          database.rows(
              """
              SELECT count(*), count(DISTINCT run_id),
                (SELECT count(*) FROM runs WHERE workflow = 'ticks')
              FROM slots WHERE workflow = 'ticks'
              """);
      var each = counts.getFirst().split("\\|", -1);
      require(
          each[0].equals(each[1]) && each[1].equals(each[2]), "slots", "not one run: " + counts);
      tally.add("slots", Long.parseLong(each[0]));
    }

    private void require(boolean holds, String where, String what) {
      if (!holds) {
        tally.violation(directory.getFileName() + ", " + where, what);
      }
    }
  }
}
