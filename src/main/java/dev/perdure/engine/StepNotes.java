package dev.perdure.engine;

import static java.util.Objects.requireNonNull;

import dev.perdure.journal.Change;
import dev.perdure.journal.StepLog;
import dev.perdure.journal.StepProgress;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** What the code of one attempt says about itself, cut to what is kept. Thread-safe. */
final class StepNotes {

  private static final String LAST = "… (a step keeps 1,000 lines; this and more were not kept)";

  private final int ordinal;
  private final int attempt;
  private final Time time;
  private final Consumer<Change> keep;
  private final AtomicInteger lines = new AtomicInteger();

  StepNotes(int ordinal, int attempt, Time time, Consumer<Change> keep) {
    this.ordinal = ordinal;
    this.attempt = attempt;
    this.time = time;
    this.keep = keep;
  }

  void progress(double fraction, String text) {
    double within = Double.isNaN(fraction) ? 0 : Math.clamp(fraction, 0, 1);
    var kept = ErrorRecords.sound(requireNonNull(text, "text"), StepProgress.TEXT_CHARS_MAX);
    keep.accept(new Change.StepProgressed(ordinal, attempt, within, kept, time.instant()));
  }

  void log(String line) {
    int number = lines.incrementAndGet();
    if (number <= StepLog.LINES_MAX) {
      var kept = number == StepLog.LINES_MAX ? LAST : requireNonNull(line, "line");
      keep.accept(
          new Change.StepLogged(
              ordinal, attempt, ErrorRecords.sound(kept, StepLog.LINE_CHARS_MAX), time.instant()));
    }
  }
}
