package dev.perdure.simulation;

import com.google.gson.JsonParser;
import dev.perdure.journal.EntryKind;
import dev.perdure.journal.RunDetail;
import dev.perdure.journal.Status;
import dev.perdure.journal.StepRecord;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a program must come to. What races decide, such as which signal came first, is taken from
 * the record; all else follows from the program alone and is held against the record.
 */
final class Expected {

  /** The body has failed. */
  static final class Failed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private Failed() {
      super(null, null, false, false);
    }
  }

  /** The record does not go on from here. */
  static final class Unfinished extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private Unfinished() {
      super(null, null, false, false);
    }
  }

  private static final Failed FAILED = new Failed();
  private static final Unfinished UNFINISHED = new Unfinished();

  private record Place(String scope, int position) {}

  private record Undoing(String scope, int index, boolean hasBegun) {}

  /** Where a body stands. */
  private static final class Cursor {
    final String scope;
    int position;
    int undos;

    Cursor(String scope) {
      this.scope = scope;
    }
  }

  private final SeenRun view;
  private final World world;
  private final boolean stalls;
  private final Map<Place, StepRecord> rows = new HashMap<>();
  private final Set<Place> used = new HashSet<>();
  private final List<Undoing> undoings = new java.util.ArrayList<>();

  /**
   * @param stalls whether any attempt may have taken longer than it may
   */
  Expected(SeenRun view, World world, boolean stalls) {
    this.view = view;
    this.world = world;
    this.stalls = stalls;
    for (var step : view.detail.steps()) {
      rows.put(new Place(step.scope(), step.position()), step);
    }
  }

  /** Holds the end of a run against what it must be. */
  void check() {
    var run = view.detail.run();
    switch (run.status()) {
      case COMPLETED -> completed(view.detail);
      case FAILED -> failed(view.detail);
      case CANCELLED -> {
        require(view.cancelStored, "I6", "It was cancelled, but nobody asked for that.");
        walk();
        if (!view.cancelledAtOnce) {
          checkUndone();
        }
      }
      case BLOCKED -> blocked(view.detail);
      case PENDING, RUNNING -> walk();
    }
  }

  private void completed(RunDetail detail) {
    var value = walk();
    require(value != null, "I7", "It completed, but its record does not lead there.");
    require(
        String.valueOf(value).equals(json(detail)),
        "I7",
        "It must give " + value + ": " + json(detail));
    rows.keySet().removeAll(used);
    require(rows.isEmpty(), "I6", "Nobody asked for " + rows.values());
  }

  private static @Nullable String json(RunDetail detail) {
    return detail.output() == null ? null : detail.output().json();
  }

  private void failed(RunDetail detail) {
    var reason = detail.run().reason();
    boolean isTimedOut = reason != null && reason.code().equals("run-timeout");
    boolean isDeadline = detail.run().deadline() != null;
    if (isTimedOut) {
      require(isDeadline, "I6", "Its time was up, but it has no limit.");
      walk();
    } else {
      require(!view.cancelStored || ended(), "I6", "It was cancelled, and has failed.");
      require(fails(), "I6", "It failed, but its record does not lead there: " + detail.error());
    }
    checkUndone();
  }

  /** A cancellation that was stored in time for the child may still be late for the run. */
  private boolean ended() {
    return view.detail.run().ending() == null;
  }

  private boolean fails() {
    try {
      new Expected(view, world, stalls).whole();
      return false;
    } catch (Failed e) {
      walk();
      return true;
    } catch (Unfinished e) {
      return false;
    }
  }

  private void blocked(RunDetail detail) {
    var code = detail.run().reason() == null ? "" : detail.run().reason().code();
    walk();
    switch (code) {
      case "strikes" ->
          require(
              detail.steps().stream().anyMatch(step -> step.strikes() >= 3),
              "G6",
              "No step has three strikes.");
      case "outcome-unknown" ->
          require(
              detail.steps().stream().anyMatch(this::mayBeUnknown),
              "G8",
              "No step may run at most once and has been cut off.");
      case "compensation-failed" ->
          require(
              detail.steps().stream()
                  .anyMatch(step ->
                      EntryKind.COMPENSATION.equals(step.kind()) && step.status() == Status.FAILED),
              "I6",
              "No compensation has failed.");
      default -> require(false, "I8", "It is blocked: " + detail.run().reason());
    }
  }

  private boolean mayBeUnknown(StepRecord step) {
    var code = Program.codeOf(view.program.byName().get(step.name()), step.position());
    return code != null && code.options().isAtMostOnce() && step.status() == Status.BLOCKED;
  }

  private long input() {
    return Long.parseLong(view.detail.input().json());
  }

  /** The output; null when it has failed or not ended. */
  private @Nullable Long walk() {
    try {
      return whole();
    } catch (Failed | Unfinished e) {
      return null;
    }
  }

  /** What has begun and was to be undone has been, each once. */
  private void checkUndone() {
    for (var undoing : undoings) {
      var row = rows.get(new Place("~" + undoing.scope(), undoing.index()));
      require(
          (row != null && row.status() == Status.COMPLETED) == undoing.hasBegun(),
          "G5",
          "The compensation " + undoing + " is " + row);
    }
  }

  private long whole() {
    var cursor = new Cursor("");
    return view.program.isSequence()
        ? sequence(view.program.nodes(), cursor)
        : body(view.program.nodes(), input(), cursor);
  }

  /** Each step's output is the next one's input; a sleep lets it pass. */
  private long sequence(List<Program.Node> nodes, Cursor cursor) {
    long last = input();
    for (var node : nodes) {
      long value = value(node, last, cursor);
      last = node instanceof Program.Sleep ? last : value;
    }
    return last;
  }

  private long body(List<Program.Node> nodes, long start, Cursor cursor) {
    long sum = start;
    for (var node : nodes) {
      sum = Program.fold(sum, value(node, sum, cursor));
    }
    return sum;
  }

  private StepRecord next(Cursor cursor, String kind, String name) {
    var place = new Place(cursor.scope, cursor.position++);
    var row = rows.get(place);
    if (row == null) {
      throw UNFINISHED;
    }
    used.add(place);
    require(
        row.kind().equals(kind) && row.name().equals(name),
        "I7",
        "At " + place + " must be " + kind + " " + name + ", not " + row);
    return row;
  }

  private static String output(StepRecord row) {
    if (row.status() != Status.COMPLETED || row.output() == null) {
      throw UNFINISHED;
    }
    return String.valueOf(row.output().json());
  }

  private long value(Program.Node node, long sum, Cursor cursor) {
    var name = Program.nameOf(node);
    return switch (node) {
      case Program.Step step ->
          attempted(next(cursor, EntryKind.STEP, name), step.id(), step.code(), sum);
      case Program.Transact step ->
          attempted(next(cursor, EntryKind.TRANSACTION, name), step.id(), step.code(), sum);
      case Program.Sleep _ -> {
        output(next(cursor, EntryKind.TIMER, name));
        yield 1;
      }
      case Program.SleepUntil _ -> {
        output(next(cursor, EntryKind.NOW, EntryKind.NOW));
        output(next(cursor, EntryKind.TIMER, name));
        yield 1;
      }
      case Program.Await wait -> {
        var taken = taken(next(cursor, EntryKind.SIGNAL, Program.signal(wait.signal())));
        require(
            taken != null || wait.timeout() != null, "G10", "A wait for ever was over: " + name);
        yield taken == null ? Program.NOTHING : payload(taken);
      }
      case Program.AwaitAny _ -> {
        var taken = taken(next(cursor, EntryKind.SIGNAL, "any"));
        yield taken == null
            ? Program.NOTHING
            : Program.fold(signalOf(taken).hashCode(), payload(taken));
      }
      case Program.Child _ -> child(next(cursor, EntryKind.CHILD, name));
      case Program.StartChild _ -> {
        output(next(cursor, EntryKind.START, name));
        yield 1;
      }
      case Program.MapSteps map -> mapSteps(map, next(cursor, EntryKind.MAP, name), sum);
      case Program.MapScoped map -> mapScoped(map, next(cursor, EntryKind.MAP, name), sum);
      case Program.Parallel parallel ->
          parallel(parallel, next(cursor, EntryKind.PARALLEL, name), sum);
      case Program.Undo _ -> {
        boolean hasBegun = rows.containsKey(new Place(cursor.scope, cursor.position));
        undoings.add(new Undoing(cursor.scope, cursor.undos++, hasBegun));
        yield 1;
      }
      case Program.Try caught -> {
        try {
          yield body(caught.body(), sum, cursor);
        } catch (Failed e) {
          yield Program.CAUGHT;
        }
      }
      case Program.Random _ ->
          Double.doubleToLongBits(
              JsonParser.parseString(output(next(cursor, EntryKind.RANDOM, EntryKind.RANDOM)))
                  .getAsDouble());
      case Program.Version _ -> Long.parseLong(output(next(cursor, EntryKind.VERSION, name)));
    };
  }

  private long attempted(StepRecord row, int id, Program.Code code, long input) {
    if (row.status() == Status.FAILED) {
      require(
          code.neverCompletes() || code.mayTimeOut() || stalls,
          "I5",
          "It had no reason to fail: " + row);
      checkTries(row, code);
      throw FAILED;
    }
    long value = Program.output(id, input);
    var output = output(row);
    require(!code.neverCompletes(), "I7", "It can not have completed: " + row);
    require(output.equals(Long.toString(value)), "I7", "It must give " + value + ": " + row);
    return value;
  }

  /** A step that fails does so by its last attempt, and by none before. */
  private void checkTries(StepRecord row, Program.Code code) {
    if (code.options().totalTimeout().isPresent()) {
      return;
    }
    int tried = row.attemptCount();
    boolean isRight =
        code.act() == Program.Act.FAILS_FOR_GOOD ? tried == 1 : tried == code.attemptsMax();
    require(isRight || code.mayTimeOut(), "I5", "It failed after " + tried + " attempts: " + row);
  }

  private static com.google.gson.@Nullable JsonObject taken(StepRecord row) {
    var json = JsonParser.parseString(output(row)).getAsJsonObject();
    return json.has("timedOut") ? null : json;
  }

  private static String signalOf(com.google.gson.JsonObject taken) {
    return taken.get("signal").getAsString();
  }

  private static long payload(com.google.gson.JsonObject taken) {
    return taken.get("payload").getAsLong();
  }

  private static long child(StepRecord row) {
    if (row.status() == Status.FAILED) {
      throw FAILED;
    }
    return Long.parseLong(output(row));
  }

  /** A unit of a fan-out: its own row decides, and must be what comes of it. */
  private @Nullable Long unit(StepRecord row, java.util.function.LongSupplier body) {
    return switch (row.status()) {
      case COMPLETED -> {
        long value;
        try {
          value = body.getAsLong();
        } catch (Failed e) {
          require(false, "I7", "It must fail: " + row);
          throw UNFINISHED;
        }
        require(
            output(row).equals(Long.toString(value)), "I7", "It must give " + value + ": " + row);
        yield value;
      }
      case FAILED -> {
        try {
          body.getAsLong();
          require(false, "I7", "It had no reason to fail: " + row);
        } catch (Failed e) {
          // As recorded.
        }
        yield null;
      }
      default -> {
        try {
          body.getAsLong();
        } catch (Failed | Unfinished e) {
          // Looked through for what it registers.
        }
        throw UNFINISHED;
      }
    };
  }

  /** How all units of a fan-out did. */
  private long all(
      StepRecord fanOut,
      int count,
      boolean all,
      java.util.function.IntFunction<@Nullable Long> unit) {
    long sum = 0;
    boolean isFailed = false;
    boolean isOpen = false;
    for (int i = 0; i < count; i++) {
      try {
        var value = unit.apply(i);
        isFailed |= value == null;
        sum = Program.fold(sum, value == null ? Program.FAILED : value);
      } catch (Unfinished e) {
        isOpen = true;
      }
    }
    if (fanOut.status() == Status.FAILED) {
      require(isFailed && !all, "I7", "None of its units has failed: " + fanOut);
      throw FAILED;
    }
    output(fanOut);
    require(!isOpen && (all || !isFailed), "I7", "Not all of its units have completed: " + fanOut);
    return sum;
  }

  private StepRecord unitOf(StepRecord fanOut, int index) {
    var place = new Place(inner(fanOut), index);
    var row = rows.get(place);
    if (row == null) {
      throw UNFINISHED;
    }
    used.add(place);
    return row;
  }

  private static String inner(StepRecord row) {
    return row.scope().isEmpty()
        ? Integer.toString(row.position())
        : row.scope() + "/" + row.position();
  }

  private long mapSteps(Program.MapSteps map, StepRecord fanOut, long sum) {
    return all(
        fanOut,
        map.items(),
        map.all(),
        i -> {
          try {
            return attempted(unitOf(fanOut, i), map.id(), map.codeOf(i), Program.item(sum, i));
          } catch (Failed e) {
            return null;
          }
        });
  }

  private long mapScoped(Program.MapScoped map, StepRecord fanOut, long sum) {
    return all(
        fanOut,
        map.items(),
        map.all(),
        i -> {
          var row = unitOf(fanOut, i);
          return unit(row, () -> body(map.body(), Program.item(sum, i), new Cursor(inner(row))));
        });
  }

  private long parallel(Program.Parallel parallel, StepRecord fanOut, long sum) {
    return all(
        fanOut,
        parallel.branches().size(),
        parallel.all(),
        i -> {
          var row = unitOf(fanOut, i);
          return unit(
              row,
              () -> body(parallel.branches().get(i), Program.item(sum, i), new Cursor(inner(row))));
        });
  }

  private void require(boolean holds, String invariant, String what) {
    if (!holds) {
      world.violated(invariant, "Run " + view.id + " of " + view.program.name() + ": " + what);
    }
  }
}
