package dev.perdure.engine;

import dev.perdure.journal.Status;
import dev.perdure.journal.StepRecord;
import dev.perdure.workflow.LimitExceededException;
import org.jspecify.annotations.Nullable;

/**
 * Gives out the places of a scope: while entries of the journal remain each call must equal the
 * next one; behind the last, calls are new. Belongs to the thread of the scope's body.
 */
final class Calls {

  private final ActiveRun run;
  private final Scope scope;

  Calls(ActiveRun run, Scope scope) {
    this.run = run;
    this.scope = scope;
  }

  /**
   * The place of the next call.
   *
   * @throws Unwind when it is not what the journal holds, is new and nothing may begin, or was
   *     given up with its scope
   */
  Place next(String kind, String name, @Nullable String inputDigest) {
    var place = nextEvenIfEnding(kind, name, inputDigest);
    var recorded = place.recorded();
    if (recorded == null) {
      return place;
    }
    if (recorded.status() == Status.CANCELLED) {
      throw Recorded.leaving(scope);
    }
    var why = scope.ending();
    if (why != null && !recorded.status().isTerminal()) {
      throw new Unwind(why);
    }
    return place;
  }

  /** {@link #next}, for a call that does not give up what it has begun. */
  Place nextEvenIfEnding(String kind, String name, @Nullable String inputDigest) {
    var place = at(scope.nextPosition(), kind, name, inputDigest);
    scope.advance();
    return place;
  }

  /** What the journal holds at the next place, which stays the next; null when nothing. */
  @Nullable StepRecord peek() {
    return run.entries().at(scope.path(), scope.nextPosition());
  }

  /** The place at this position, of which only one thread makes use. */
  Place at(int position, String kind, String name, @Nullable String inputDigest) {
    var recorded = run.entries().at(scope.path(), position);
    if (recorded == null) {
      return begin(position, kind, name, inputDigest);
    }
    if (!isSame(recorded, kind, name, inputDigest)) {
      throw Unwind.blocked(
          Reasons.mismatch(
              scope.path(),
              position,
              Reasons.describe(recorded),
              Reasons.describe(kind, name, inputDigest)));
    }
    return new Place(scope.path(), position, recorded.ordinal(), kind, name, inputDigest, recorded);
  }

  private Place begin(int position, String kind, String name, @Nullable String inputDigest) {
    var why = scope.ending();
    if (why != null) {
      throw new Unwind(why);
    }
    if (Scope.isTooDeep(scope.path())) {
      throw tooDeep();
    }
    int ordinal = run.entries().begin(scope.path(), position);
    return new Place(scope.path(), position, ordinal, kind, name, inputDigest, null);
  }

  static LimitExceededException tooDeep() {
    return new LimitExceededException(
        "Fan-outs are nested more than 8 deep. Start child runs for what is inside.");
  }

  private static boolean isSame(
      StepRecord recorded, String kind, String name, @Nullable String inputDigest) {
    return recorded.kind().equals(kind)
        && recorded.name().equals(name)
        && (recorded.inputDigest() == null || recorded.inputDigest().equals(inputDigest));
  }

  /** A body must have asked for everything that the journal holds. */
  void checkConsumed() {
    run.entries()
        .from(scope.path(), scope.nextPosition())
        .ifPresent(left -> {
          throw Unwind.blocked(Reasons.unconsumed(scope.path(), scope.nextPosition(), left));
        });
  }
}
