package dev.perdure.engine;

import static java.util.Objects.requireNonNull;

import com.google.gson.reflect.TypeToken;
import dev.perdure.journal.EntryKind;
import dev.perdure.journal.ErrorRecord;
import dev.perdure.workflow.Branch;
import dev.perdure.workflow.Branches;
import dev.perdure.workflow.FanOut;
import dev.perdure.workflow.LimitExceededException;
import dev.perdure.workflow.Names;
import dev.perdure.workflow.Outcome;
import dev.perdure.workflow.StepFailedException;
import dev.perdure.workflow.StepFunction;
import dev.perdure.workflow.WorkflowBody;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The maps and parallels that one scope asks for. */
final class FanOuts {

  private static final int UNITS_MAX = 10_000;

  private final ActiveRun run;
  private final Scope scope;
  private final Calls calls;
  private final Values values;

  FanOuts(ActiveRun run, Scope scope, Calls calls) {
    this.run = run;
    this.scope = scope;
    this.calls = calls;
    this.values = run.core().values();
  }

  <I, O> List<O> map(
      String name, List<I> items, TypeToken<O> output, StepFunction<I, O> code, FanOut options) {
    return outputs(name, steps(name, items, output, code, options, true), output);
  }

  <I, O> List<Outcome<O>> mapAll(
      String name, List<I> items, TypeToken<O> output, StepFunction<I, O> code, FanOut options) {
    return outcomes(name, steps(name, items, output, code, options, false), output);
  }

  private <I, O> List<StepEnd> steps(
      String name,
      List<I> items,
      TypeToken<O> output,
      StepFunction<I, O> code,
      FanOut options,
      boolean firstFailureEndsAll) {
    requireNonNull(code, "code");
    var fixed = List.copyOf(items);
    if (calls.peek() == null) {
      // What can not be written as JSON is for the body to hear of before anything begins.
      fixed.forEach(values::encodeInput);
    }
    var units = new ItemSteps<>(run, name, fixed, output, code, options.step());
    return carryOut(EntryKind.MAP, name, units, options, firstFailureEndsAll);
  }

  <I, O> List<O> mapScoped(
      String name, List<I> items, TypeToken<O> output, WorkflowBody<I, O> code, FanOut options) {
    return outputs(name, bodies(name, items, output, code, options, true), output);
  }

  <I, O> List<Outcome<O>> mapScopedAll(
      String name, List<I> items, TypeToken<O> output, WorkflowBody<I, O> code, FanOut options) {
    return outcomes(name, bodies(name, items, output, code, options, false), output);
  }

  private <I, O> List<StepEnd> bodies(
      String name,
      List<I> items,
      TypeToken<O> output,
      WorkflowBody<I, O> code,
      FanOut options,
      boolean firstFailureEndsAll) {
    requireNonNull(code, "code");
    var units = new ArrayList<ScopedUnits.Unit>();
    for (var item : List.copyOf(items)) {
      String json = values.encodeInput(item);
      units.add(
          new ScopedUnits.Unit(
              EntryKind.ITEM,
              name,
              json,
              values.digest(json),
              output,
              context -> code.run(item, context)));
    }
    return carryOut(EntryKind.MAP, name, new ScopedUnits(run, units), options, firstFailureEndsAll);
  }

  Branches parallel(
      String name, FanOut options, boolean firstFailureEndsAll, List<Branch<?>> branches) {
    checkNames(branches);
    var units = branches.stream().map(FanOuts::unit).toList();
    var ends =
        carryOut(
            EntryKind.PARALLEL, name, new ScopedUnits(run, units), options, firstFailureEndsAll);
    return new EndedBranches(branches, ends);
  }

  private static void checkNames(List<Branch<?>> branches) {
    var names = new HashSet<String>();
    for (var branch : branches) {
      if (!names.add(branch.name())) {
        throw new IllegalArgumentException("Two branches are named \"" + branch.name() + "\".");
      }
    }
  }

  private static ScopedUnits.Unit unit(Branch<?> branch) {
    return new ScopedUnits.Unit(
        EntryKind.BRANCH, branch.name(), "null", null, branch.output(), branch.body()::run);
  }

  private List<StepEnd> carryOut(
      String kind,
      String name,
      FanOutRun.Units units,
      FanOut options,
      boolean firstFailureEndsAll) {
    Names.check("name", name);
    checkLimits(units.count());
    String input = "{\"items\":" + units.count() + "}";
    var place = calls.nextEvenIfEnding(kind, name, values.digest(input));
    var rules = new FanOutRun.Rules(options.limit(), firstFailureEndsAll);
    try {
      return new FanOutRun(run, scope, place, units, rules).run(input);
    } catch (FanOutRun.UnitFailed e) {
      throw exception(name, e.error());
    }
  }

  /** Before anything of it begins, so that the body sees the error and nothing is left half. */
  private void checkLimits(int count) {
    if (count > UNITS_MAX) {
      throw new LimitExceededException(
          "A fan-out has at most 10,000 items, not " + count + ". Hand them to several.");
    }
    if (calls.peek() != null) {
      return;
    }
    if (Scope.isTooDeep(Scope.within(scope.path(), scope.nextPosition()))) {
      throw Calls.tooDeep();
    }
    run.entries().requireRoomFor(1 + count);
  }

  private static StepFailedException exception(String name, ErrorRecord error) {
    return new StepFailedException(name, error.code(), error.type(), error.message());
  }

  private <O> List<O> outputs(String name, List<StepEnd> ends, TypeToken<O> type) {
    return outcomes(name, ends, type).stream().map(Outcome::orThrow).toList();
  }

  private <O> List<Outcome<O>> outcomes(String name, List<StepEnd> ends, TypeToken<O> type) {
    var outcomes = new ArrayList<Outcome<O>>();
    ends.forEach(end -> outcomes.add(outcome(name, end, type)));
    return List.copyOf(outcomes);
  }

  private <O extends @Nullable Object> Outcome<O> outcome(
      String name, StepEnd end, TypeToken<O> type) {
    return switch (end) {
      case StepEnd.Completed(var json) -> new Outcome.Completed<>(take(name, json, type));
      case StepEnd.Failed(var error, var _) -> new Outcome.Failed<>(exception(name, error));
    };
  }

  private <O extends @Nullable Object> O take(String name, Json json, TypeToken<O> type) {
    try {
      return json.take(values, type);
    } catch (ValueException e) {
      throw Unwind.blocked(Reasons.unreadable("output of \"" + name + "\"", e));
    }
  }

  /** How branches did that have all ended. */
  private final class EndedBranches implements Branches {
    private final List<Branch<?>> branches;
    private final List<StepEnd> ends;

    private EndedBranches(List<Branch<?>> branches, List<StepEnd> ends) {
      this.branches = branches;
      this.ends = ends;
    }

    @Override
    public <O> O get(Branch<O> branch) {
      return outcome(branch).orThrow();
    }

    @Override
    public <O> Outcome<O> outcome(Branch<O> branch) {
      for (int i = 0; i < branches.size(); i++) {
        if (branches.get(i).name().equals(branch.name())) {
          return FanOuts.this.outcome(branch.name(), ends.get(i), branch.output());
        }
      }
      throw new IllegalArgumentException(
          "The branch \"" + branch.name() + "\" is not one of these.");
    }
  }
}
