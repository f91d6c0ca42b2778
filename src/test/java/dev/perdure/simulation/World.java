package dev.perdure.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Simulated time and what is to happen when. Time stands still while any thread has something to
 * do, and then moves to the next event; only a stall lets it pass while threads wait for a turn.
 */
final class World {

  /** Whatever takes more turns than that will never end. */
  private static final long TURNS_MAX = 2_000_000;

  /** Says nothing that helps, and much of it. */
  private static final Pattern STACK = Pattern.compile("\\s+at [^ ]*\\([^ ]*\\)");

  static final Instant START = Instant.parse("2026-11-22T10:00:00Z");
  private static final long START_NANOS = Duration.ofHours(7).toNanos();

  /** Something that is to happen; forgotten when its process is gone. */
  private record Event(
      long dueNanos, long number, Scheduler.@Nullable Process process, Runnable action) {}

  private record Dated(Instant due, long number, Scheduler.Process process, Runnable action) {}

  final Scheduler scheduler = new Scheduler();
  private final Chooser chooser;
  private final long choicesFrom;
  private final NavigableSet<Event> events =
      new TreeSet<>(Comparator.comparingLong(Event::dueNanos).thenComparingLong(Event::number));
  private final NavigableSet<Dated> dated =
      new TreeSet<>(Comparator.comparing(Dated::due).thenComparingLong(Dated::number));
  private final List<Event> due = new ArrayList<>();
  private long nanos = START_NANOS;
  private long wallAhead;
  private long number;
  private long turns;
  private long digest;
  private @Nullable Consumer<String> trace;
  private @Nullable Violation violation;

  World(Chooser chooser) {
    this(chooser, Duration.ZERO);
  }

  /**
   * @param choicesFrom before that the first of several things happens first
   */
  World(Chooser chooser, Duration choicesFrom) {
    this.chooser = chooser;
    this.choicesFrom = START_NANOS + choicesFrom.toNanos();
  }

  void traceTo(@Nullable Consumer<String> lines) {
    trace = lines;
  }

  boolean isTraced() {
    return trace != null;
  }

  /** Says what happens. Part of the digest: two plays of one seed must say the same. */
  void say(String what) {
    if (trace != null) {
      var flat = STACK.matcher(what).replaceAll("").replace('\n', ' ');
      trace.accept("%10.3f %s".formatted((nanos - START_NANOS) / 1e6, flat));
    }
  }

  void mix(long value) {
    digest = Mix.of(digest, value);
  }

  /** Of every decision so far. */
  long digest() {
    return digest;
  }

  long turns() {
    return turns;
  }

  long nanos() {
    return nanos;
  }

  /** How long the simulation has been going on. */
  Duration elapsed() {
    return Duration.ofNanos(nanos - START_NANOS);
  }

  Instant instant() {
    return Instant.ofEpochMilli(
        START.toEpochMilli() + (nanos - START_NANOS) / 1_000_000 + wallAhead);
  }

  /** Sets the wall clock alone. */
  void jump(Duration by) {
    wallAhead += by.toMillis();
    takeDated();
  }

  /** Time passes although threads could go on. */
  void stall(Duration by) {
    moveTo(nanos + by.toNanos());
  }

  /** The first thing that went wrong. What is thrown on simulated threads would get lost. */
  void violated(String invariant, String what) {
    if (violation == null) {
      violation = new Violation(invariant, what);
      say("VIOLATION " + violation.getMessage());
    }
  }

  /** Is violated unless that holds. */
  void require(String invariant, boolean holds, Supplier<String> what) {
    if (!holds) {
      violated(invariant, what.get());
    }
  }

  /** Happens on the driving thread: it must not wait for anything. */
  void after(Duration delay, Runnable action) {
    add(new Event(nanos + Math.max(0, delay.toNanos()), number++, null, action));
  }

  Runnable after(Duration delay, Scheduler.Process process, Runnable action) {
    return at(nanos + Math.max(0, delay.toNanos()), process, action);
  }

  Runnable at(long dueNanos, Scheduler.Process process, Runnable action) {
    var event = new Event(Math.max(nanos, dueNanos), number++, process, action);
    add(event);
    return () -> {
      if (!events.remove(event)) {
        due.remove(event);
      }
    };
  }

  Runnable at(Instant instant, Scheduler.Process process, Runnable action) {
    var wait = new Dated(instant, number++, process, action);
    dated.add(wait);
    takeDated();
    return () -> dated.remove(wait);
  }

  private void add(Event event) {
    if (event.dueNanos() <= nanos) {
      due.add(event);
    } else {
      events.add(event);
    }
  }

  /** What the process waited for does not happen any more. */
  void forget(Scheduler.Process process) {
    events.removeIf(event -> event.process() == process);
    due.removeIf(event -> event.process() == process);
    dated.removeIf(wait -> wait.process() == process);
  }

  /**
   * One thing happens: a thread has its turn, or something is due.
   *
   * @param patience time does not move further than that at once
   * @return false when nothing is left to happen
   */
  boolean step(Duration patience) {
    int ready = scheduler.ready();
    int options = ready + due.size();
    if (options == 0) {
      return advance(patience);
    }
    int chosen = options == 1 || nanos < choicesFrom ? 0 : chooser.among(options);
    mix(options * 31L + chosen);
    turns++;
    if (chosen < ready) {
      scheduler.turn(chosen);
    } else {
      due.remove(chosen - ready).action().run();
    }
    check();
    return true;
  }

  void check() {
    if (turns > TURNS_MAX) {
      violated("I8", "It goes on and on: " + turns + " turns.");
    }
    if (violation != null) {
      throw violation;
    }
  }

  /** How far time would have to move until something is due; null when nothing ever is. */
  @Nullable Duration untilNext() {
    if (scheduler.ready() > 0 || !due.isEmpty()) {
      return Duration.ZERO;
    }
    long next = nextNanos();
    return next == Long.MAX_VALUE ? null : Duration.ofNanos(next - nanos);
  }

  private long nextNanos() {
    long byNanos = events.isEmpty() ? Long.MAX_VALUE : events.first().dueNanos();
    long byClock =
        dated.isEmpty()
            ? Long.MAX_VALUE
            : nanos + Math.max(0, Duration.between(instant(), dated.first().due()).toNanos());
    return Math.min(byNanos, byClock);
  }

  private boolean advance(Duration patience) {
    long next = nextNanos();
    if (next == Long.MAX_VALUE || next - nanos > patience.toNanos()) {
      return false;
    }
    moveTo(next);
    return true;
  }

  private void moveTo(long next) {
    nanos = Math.max(nanos, next);
    while (!events.isEmpty() && events.first().dueNanos() <= nanos) {
      due.add(events.pollFirst());
    }
    takeDated();
  }

  private void takeDated() {
    while (!dated.isEmpty() && !dated.first().due().isAfter(instant())) {
      var wait = dated.pollFirst();
      due.add(new Event(nanos, wait.number(), wait.process(), wait.action()));
    }
  }
}
