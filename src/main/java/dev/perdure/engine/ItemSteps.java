package dev.perdure.engine;

import com.google.gson.reflect.TypeToken;
import dev.perdure.journal.EntryKind;
import dev.perdure.workflow.StepFunction;
import dev.perdure.workflow.StepOptions;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The items of a map whose unit is one step. */
final class ItemSteps<I, O extends @Nullable Object> implements FanOutRun.Units {

  private final ActiveRun run;
  private final String name;
  private final List<I> items;
  private final TypeToken<O> output;
  private final StepFunction<I, O> code;
  private final StepOptions options;

  ItemSteps(
      ActiveRun run,
      String name,
      List<I> items,
      TypeToken<O> output,
      StepFunction<I, O> code,
      StepOptions options) {
    this.run = run;
    this.name = name;
    this.items = items;
    this.output = output;
    this.code = code;
    this.options = options;
  }

  @Override
  public int count() {
    return items.size();
  }

  @Override
  public StepEnd run(int index, Scope list) {
    var values = run.core().values();
    I item = items.get(index);
    String json = values.encodeInput(item);
    var scope = list.open(list.path());
    try {
      var place = new Calls(run, scope).at(index, EntryKind.STEP, name, values.digest(json));
      var work = new StepCall.Work.Plain(step -> values.encode(code.run(item, step), output));
      return new StepRunner(run, scope, run.journal()::handOver)
          .run(new StepCall(place, json, options, work));
    } finally {
      scope.close();
    }
  }
}
