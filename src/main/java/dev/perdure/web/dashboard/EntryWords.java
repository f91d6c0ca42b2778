package dev.perdure.web.dashboard;

import dev.perdure.journal.EntryKind;
import dev.perdure.journal.StepRecord;
import dev.perdure.journal.WaitingFor;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What an entry of the journal is, in words. */
final class EntryWords {

  private static final Set<String> CONTAINERS =
      Set.of(EntryKind.MAP, EntryKind.PARALLEL, EntryKind.ITEM, EntryKind.BRANCH);
  private static final Pattern ITEMS = Pattern.compile("\\{\\s*\"items\"\\s*:\\s*(\\d{1,9})\\s*}");

  private EntryWords() {}

  /** Whether it has a list of its own. */
  static boolean isContainer(String kind) {
    return CONTAINERS.contains(kind);
  }

  /** Whether it holds items or branches, and nothing that somebody wrote. */
  static boolean isFanOut(String kind) {
    return kind.equals(EntryKind.MAP) || kind.equals(EntryKind.PARALLEL);
  }

  /** The list that a container owns. */
  static String listOf(StepRecord container) {
    return container.scope().isEmpty()
        ? Integer.toString(container.position())
        : container.scope() + "/" + container.position();
  }

  /** How many items a map has or branches a parallel; -1 when that is not known. */
  static int size(StepRecord container) {
    var input = container.input();
    var found = input == null || input.json() == null ? null : ITEMS.matcher(input.json());
    return found != null && found.matches() ? Integer.parseInt(found.group(1)) : -1;
  }

  /** What stands beside the name: "item 17 of 10,000", "timer"; empty for a step of the run. */
  static String kind(StepRecord step, @Nullable StepRecord parent) {
    if (parent != null && parent.kind().equals(EntryKind.MAP)) {
      int size = size(parent);
      return "item " + number(step.position() + 1L) + (size < 0 ? "" : " of " + number(size));
    }
    boolean said = step.kind().equals(EntryKind.STEP) || step.kind().equals(step.name());
    return said ? "" : step.kind();
  }

  /** The same for one whose container is not on the page. */
  static String kindWithin(StepRecord step) {
    var top = step.scope().replaceFirst("^~", "").replaceFirst("/.*", "");
    var kind = step.kind().equals(EntryKind.STEP) ? "" : step.kind() + " ";
    return kind + number(step.position() + 1L) + " within step " + (Integer.parseInt(top) + 1);
  }

  /** What a step waits for, where its badge and its due time do not say it. */
  static String wait(WaitingFor waiting) {
    var whose = waiting.name() == null ? "" : " " + waiting.name();
    return switch (waiting.kind()) {
      case TIMER, RETRY -> "";
      case SIGNAL -> "Waits for the signal" + whose;
      case CHILD -> "Waits for the run" + whose;
      case SLOT -> "Waits for a place among the active runs";
      case ZOMBIE -> "Waits for a timed-out attempt to end";
      case PAUSED -> "Paused";
    };
  }

  /** "10,000". */
  static String number(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }
}
