package dev.perdure.engine;

import dev.perdure.journal.Command.MigrateResult;
import dev.perdure.journal.Command.MigrateTables;
import dev.perdure.workflow.Tables;
import java.util.function.BiConsumer;

/**
 * Brings the tables of workflows up to date before anything goes on. Workflows whose tables can not
 * be are left out, as if they were not installed: their runs wait, blocked, for code that fits.
 */
final class PrepareTables {

  private final EngineCore core;
  private final AwaitJournal await;

  PrepareTables(EngineCore core, AwaitJournal await) {
    this.core = core;
    this.await = await;
  }

  /**
   * @param leftOut is told the name of each workflow that is left out, and why in a sentence
   */
  void prepare(BiConsumer<String, String> leftOut) {
    for (var tables : core.definitions().tables()) {
      var migrate = new MigrateTables(tables.name(), tables.migrations(), core.time().instant());
      if (await.write(migrate) instanceof MigrateResult.Refused(int number, var why)) {
        var sentence = sentence(tables, number, why);
        core.definitions().leaveOut(tables).forEach(name -> leftOut.accept(name, sentence));
      }
    }
  }

  private static String sentence(Tables tables, int number, String why) {
    return "The tables %s can not be brought up to date. Migration %d: %s"
        .formatted(tables.name(), number, why);
  }
}
