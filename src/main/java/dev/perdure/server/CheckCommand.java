package dev.perdure.server;

import dev.perdure.builtin.Builtin;
import dev.perdure.builtin.BuiltinSettings;
import dev.perdure.engine.Ports;
import dev.perdure.engine.ReplayCheck;
import dev.perdure.engine.StepThreads;
import dev.perdure.engine.SystemTime;
import dev.perdure.journal.Journal;
import dev.perdure.journal.JournalException;
import dev.perdure.sqlite.DatabaseCopy;
import dev.perdure.sqlite.SqliteJournal;
import dev.perdure.sqlite.SqliteOptions;
import dev.perdure.workflow.Workflow;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/**
 * Says before a new build is deployed which runs would not go on with it. Works on a private copy
 * of the file that it is given, so that not even an older schema is brought up to date there.
 */
final class CheckCommand {

  static final int ALL_FIT = 0;
  static final int SOME_DO_NOT_FIT = 1;
  static final int NOT_CHECKED = ExitCode.REFUSED;

  private final PrintStream out;
  private final PrintStream err;

  CheckCommand(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  /** Does it, and answers the exit code. */
  int run(List<String> arguments) {
    if (arguments.contains("--help")) {
      out.print(CheckArguments.help());
      return ALL_FIT;
    }
    try {
      return check(CheckArguments.of(arguments));
    } catch (ConfigException e) {
      return notChecked(String.join(" ", e.problems()));
    } catch (JournalException.Owned e) {
      return notChecked(e.getMessage() + " " + howToCopy());
    } catch (JournalException e) {
      return notChecked(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      return notChecked("A jar can not be read: " + e.getMessage());
    }
  }

  private int notChecked(String sentence) {
    err.println("Not checked: " + sentence);
    return NOT_CHECKED;
  }

  private static String howToCopy() {
    return "Copy the database first, with sqlite3 perdure.db \"VACUUM INTO 'copy.db'\" beside the"
        + " running server, or as files once it has stopped; then check the copy.";
  }

  private int check(CheckArguments arguments) throws IOException {
    try (var copy = DatabaseCopy.of(arguments.database());
        var time = new SystemTime();
        var journal = opened(copy, time);
        var jars = WorkflowJars.open(arguments.jars(), builtIn(journal, time), ZoneOffset.UTC)) {
      var report =
          arguments.json()
              ? new JsonCheckReport(out)
              : new TextCheckReport(out, arguments.database());
      jars.problems().forEach(report::problem);
      var random = new SecureRandom();
      var ports = new Ports(time, random, random, StepThreads.VIRTUAL);
      new ReplayCheck(journal, jars.workflows(), ports).check(report::found);
      report.end();
      return report.allFit() ? ALL_FIT : SOME_DO_NOT_FIT;
    }
  }

  /** Speaks of the file that was given, not of its copy. */
  private static Journal opened(DatabaseCopy copy, SystemTime time) {
    try {
      return SqliteJournal.open(
          copy.directory(), SqliteOptions.with(time, time::nanos).heldBy("check"));
    } catch (JournalException.Failed e) {
      Path unpacked = copy.directory().resolve("perdure.db");
      throw new JournalException.Failed(
          String.valueOf(e.getMessage()).replace(unpacked.toString(), copy.original().toString()),
          e);
    }
  }

  private static List<Workflow<?, ?>> builtIn(Journal journal, SystemTime time) {
    return Builtin.workflows(
        new BuiltinSettings(List.of(), journal.statistics(), time, time::nanos, Optional::empty));
  }
}
