package dev.perdure.engine;

import com.google.gson.reflect.TypeToken;
import dev.perdure.journal.Change;
import dev.perdure.journal.ErrorRecord;
import dev.perdure.journal.Reason;
import dev.perdure.workflow.RunContext;
import dev.perdure.workflow.StepFailedException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The units of a fan-out that are small bodies, each with a list of entries of its own. */
final class ScopedUnits implements FanOutRun.Units {

  /**
   * One unit.
   *
   * @param input as JSON
   */
  record Unit(
      String kind,
      String name,
      String input,
      @Nullable String inputDigest,
      TypeToken<?> output,
      Body body) {}

  /** What a unit does. */
  @FunctionalInterface
  interface Body {
    @Nullable Object run(RunContext context) throws Exception;
  }

  private final ActiveRun run;
  private final List<Unit> units;

  ScopedUnits(ActiveRun run, List<Unit> units) {
    this.run = run;
    this.units = units;
  }

  @Override
  public int count() {
    return units.size();
  }

  @Override
  public StepEnd run(int index, Scope list) {
    var unit = units.get(index);
    var outer = list.open(list.path());
    try {
      var place = new Calls(run, outer).at(index, unit.kind(), unit.name(), unit.inputDigest());
      if (place.recorded() == null) {
        run.journal().handOver(place.begin(unit.input(), null, run.core().time().instant()));
      }
      return run(unit, place, outer);
    } finally {
      outer.close();
    }
  }

  /** A body whose end is recorded runs for what it registers only. */
  private StepEnd run(Unit unit, Place place, Scope outer) {
    var scope = outer.open(place.inner());
    try {
      if (!isOver(place)) {
        return runBody(unit, place, scope);
      }
      scope.end(new Unwind.Why.Dropped());
      try {
        runBody(unit, place, scope);
      } catch (Unwind unwind) {
        if (!(unwind.why() instanceof Unwind.Why.Dropped)) {
          throw unwind;
        }
      }
      return asRecorded(place);
    } finally {
      scope.close();
    }
  }

  private StepEnd runBody(Unit unit, Place place, Scope scope) {
    var context = new ReplayContext(run, scope);
    Object output;
    try {
      output = unit.body().run(context);
    } catch (Throwable error) {
      context.rethrowUnwinding();
      return failed(place, error);
    }
    context.rethrowUnwinding();
    context.checkConsumed();
    return completed(unit, place, output);
  }

  private static boolean isOver(Place place) {
    return place.isCompleted() || place.isFailed();
  }

  private static StepEnd asRecorded(Place place) {
    var recorded = place.recorded();
    if (recorded == null) {
      throw new IllegalStateException("not recorded: " + place);
    }
    return place.isFailed()
        ? Recorded.failure(recorded)
        : new StepEnd.Completed(Recorded.output(recorded));
  }

  private StepEnd completed(Unit unit, Place place, @Nullable Object output) {
    Json json;
    try {
      json = run.core().values().encode(output, unit.output());
    } catch (ValueException e) {
      return failed(place, e);
    }
    if (!isOver(place)) {
      run.journal().handOver(place.complete(json.text(), run.core().time().instant()));
    }
    return new StepEnd.Completed(json);
  }

  private StepEnd failed(Place place, Throwable error) {
    var record = recordOf(error);
    var reason = reasonOf(place, error, record);
    if (!isOver(place)) {
      run.journal()
          .handOver(
              new Change.EntryFailed(place.ordinal(), record, reason, run.core().time().instant()));
    }
    return new StepEnd.Failed(record, reason);
  }

  private static ErrorRecord recordOf(Throwable error) {
    return switch (error) {
      case StepFailedException failed -> ErrorRecords.of(failed);
      case ValueException unfit -> ErrorRecords.of(ErrorRecords.VALUE, unfit);
      default -> ErrorRecords.of(ErrorRecords.ERROR, error);
    };
  }

  private static Reason reasonOf(Place place, Throwable error, ErrorRecord record) {
    return error instanceof StepFailedException failed
        ? Reasons.stepFailed(failed)
        : Reasons.unitFailed(place.kind(), place.name(), record);
  }
}
