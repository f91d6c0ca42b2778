package dev.perdure.server;

import dev.perdure.engine.ReplayFinding;
import dev.perdure.engine.ReplayFinding.Outcome;
import java.io.PrintStream;
import java.nio.file.Path;

/** For people: a line for each run that would not go on, and a summary. */
final class TextCheckReport extends CheckReport {

  private final PrintStream out;
  private final Path database;

  TextCheckReport(PrintStream out, Path database) {
    this.out = out;
    this.database = database;
  }

  @Override
  void show(ReplayFinding finding) {
    var reason = finding.reason();
    out.printf(
        "%s  %s  %s%s%n",
        finding.run(),
        finding.workflow(),
        inWords(finding.outcome()),
        reason == null ? "" : "  " + reason.code() + ": " + onOneLine(reason.message()));
  }

  @Override
  void show(LoadProblem problem) {
    out.println(onOneLine(problem.message()));
  }

  @Override
  void end() {
    out.printf(
        "%s: %d unfinished runs checked. %d would go on, %d would be blocked, %d would fail, %d are"
            + " stuck, %d have no workflow, %d are blocked already.%n",
        database,
        checked(),
        count(Outcome.GOES_ON),
        count(Outcome.WOULD_BLOCK),
        count(Outcome.WOULD_FAIL),
        count(Outcome.STUCK),
        count(Outcome.MISSING),
        count(Outcome.STAYS_BLOCKED));
  }

  private static String inWords(Outcome outcome) {
    return switch (outcome) {
      case GOES_ON -> "goes on";
      case WOULD_BLOCK -> "would be blocked";
      case WOULD_FAIL -> "would fail";
      case MISSING -> "has no workflow";
      case STUCK -> "is stuck";
      case STAYS_BLOCKED -> "is blocked already";
    };
  }

  /** What a body has thrown may hold anything. */
  private static String onOneLine(String text) {
    return text.replaceAll("\\p{Cntrl}+", " ");
  }
}
