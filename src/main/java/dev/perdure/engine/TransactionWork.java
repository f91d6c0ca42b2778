package dev.perdure.engine;

import com.google.gson.reflect.TypeToken;
import dev.perdure.journal.Command;
import dev.perdure.journal.RunId;
import dev.perdure.journal.SqlConnection;
import dev.perdure.journal.Transact;
import dev.perdure.workflow.Transaction;
import dev.perdure.workflow.TransactionFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a transactional step does, and what it is handed. Belongs to the thread that runs it. */
final class TransactionWork extends Transaction {

  private final EngineCore core;
  private final List<Command<?>> commands = new ArrayList<>();

  private TransactionWork(EngineCore core, SqlConnection connection) {
    super(connection::as);
    this.core = core;
  }

  static <I, O extends @Nullable Object> StepCall.Work of(
      EngineCore core, Supplier<I> input, TypeToken<O> output, TransactionFunction<I, O> code) {
    return new StepCall.Work.InTransaction((connection, step) -> {
      var transaction = new TransactionWork(core, connection);
      var value = code.run(input.get(), transaction, step);
      String json = core.values().encode(value, output).text();
      return new Transact.Done(json, transaction.commands, core.time().instant());
    });
  }

  @Override
  public String start(String workflow, Object input) {
    var child = PendingRuns.of(core, workflow, core.values().encodeInput(input), null);
    commands.add(child);
    return child.id().toString();
  }

  @Override
  public void signal(String runId, String name, Object payload) {
    var id =
        RunId.parse(runId)
            .orElseThrow(() -> new IllegalArgumentException("This is no run id: " + runId));
    commands.add(
        Signals.command(
            core.values(), id, name, null, core.values().encodeInput(payload), core.time()));
  }
}
