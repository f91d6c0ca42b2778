package dev.perdure.engine;

import dev.perdure.engine.ReplayFinding.Outcome;
import dev.perdure.journal.Journal;
import dev.perdure.journal.JournalException;
import dev.perdure.journal.Reason;
import dev.perdure.journal.RunDetail;
import dev.perdure.journal.RunFilter;
import dev.perdure.journal.RunId;
import dev.perdure.journal.RunPage;
import dev.perdure.journal.RunRecord;
import dev.perdure.journal.Status;
import dev.perdure.workflow.Workflow;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Replays every unfinished run of a journal against a set of workflows, without running a step and
 * without writing anything, and says which runs would not go on. The code of bodies does run, as it
 * does in every replay.
 *
 * <p>A run is replayed up to the first thing that its journal does not hold. What the new code does
 * behind that is new, and lawful.
 */
public final class ReplayCheck {

  /** How long a body may take to come to its next step. */
  public static final Duration REPLAY_MAX = Duration.ofSeconds(10);

  private static final int PAGE = 200;

  /** Each body that is stuck keeps its thread; after this many the others of a workflow are too. */
  private static final int STUCK_MAX = 3;

  private final Journal journal;
  private final Ports ports;
  private final Values values = new Values();
  private final Definitions definitions;
  private final Map<String, Integer> stuck = new HashMap<>();

  /**
   * A check that can be made once.
   *
   * @param journal a copy that nobody else uses; it stays open, and nobody has to take it over
   * @throws IllegalArgumentException when a workflow is not sound, as for an {@link Engine}
   */
  public ReplayCheck(Journal journal, Collection<Workflow<?, ?>> workflows, Ports ports) {
    this.journal = journal;
    this.ports = ports;
    this.definitions = new Definitions(workflows, values);
  }

  /**
   * Replays one run after the other: those that are running or blocked from old to new, then those
   * that are pending from new to old.
   *
   * @param found is told of each run as soon as it is known
   * @throws JournalException when the journal can not be read
   */
  public void check(Consumer<ReplayFinding> found) {
    eachPage(last -> journal.reader().unfinished(PAGE, last), found);
    var pending = new RunFilter(null, Status.PENDING);
    eachPage(last -> journal.reader().runs(pending, PAGE, last), found);
  }

  private void eachPage(Function<@Nullable RunId, RunPage> pages, Consumer<ReplayFinding> found) {
    @Nullable RunId next = null;
    do {
      var page = pages.apply(next);
      page.runs().forEach(run -> found.accept(finding(run)));
      next = page.next();
    } while (next != null);
  }

  private ReplayFinding finding(RunRecord run) {
    var definition = definitions.find(run.workflow());
    if (definition.isEmpty()) {
      return found(run, Outcome.MISSING, Reasons.missing(run.workflow()));
    }
    if (stuck.getOrDefault(run.workflow(), 0) >= STUCK_MAX) {
      return found(run, Outcome.STUCK, stuckAsOthers());
    }
    return journal
        .reader()
        .replay(run.id())
        .map(detail -> finding(detail, definition.get()))
        .orElseThrow(() -> new IllegalStateException("The run " + run.id() + " has gone."));
  }

  private ReplayFinding finding(RunDetail detail, Definition definition) {
    var run = detail.run();
    var refusing = new RefusingJournal(journal);
    var why = replayed(LoadedRun.of(detail, definition, Map.of()), refusing);
    if (why.isEmpty()) {
      stuck.merge(run.workflow(), 1, Integer::sum);
      return found(run, Outcome.STUCK, stuckAlone());
    }
    if (why.get() instanceof Unwind.Why.Blocked blocked) {
      return found(run, Outcome.WOULD_BLOCK, blocked.reason());
    }
    return refusing
        .failure()
        .map(failure -> found(run, Outcome.WOULD_FAIL, failure))
        .orElseGet(() -> fitting(run));
  }

  /** What was blocked because it did not fit goes on when it does; all else waits for a person. */
  private static ReplayFinding fitting(RunRecord run) {
    var reason = run.reason();
    boolean isBlocked =
        run.status() == Status.BLOCKED
            && reason != null
            && !reason.code().equals(Reasons.MISMATCH)
            && !reason.code().equals(Reasons.MISSING);
    return isBlocked
        ? new ReplayFinding(run.id(), run.workflow(), Outcome.STAYS_BLOCKED, reason)
        : new ReplayFinding(run.id(), run.workflow(), Outcome.GOES_ON, null);
  }

  /** A run that is blocked for this reason already is no news. */
  private static ReplayFinding found(RunRecord run, Outcome outcome, Reason reason) {
    var before = run.reason();
    boolean isOld =
        run.status() == Status.BLOCKED && before != null && before.code().equals(reason.code());
    return new ReplayFinding(
        run.id(), run.workflow(), isOld ? Outcome.STAYS_BLOCKED : outcome, reason);
  }

  /** How the replay ended; empty when it did not in time. Its thread is then left to itself. */
  private Optional<Unwind.Why> replayed(LoadedRun run, RefusingJournal refusing) {
    var ended = new CompletableFuture<Optional<Unwind.Why>>();
    var core = core(refusing);
    // A thread of the platform: a body that only computes must not hold up those behind it.
    var thread =
        Thread.ofPlatform()
            .daemon()
            .name("perdure-check-" + run.id())
            .start(() -> carryOut(core, run, ended));
    var timeUp = ports.time().after(REPLAY_MAX, () -> ended.complete(Optional.empty()));
    var why = ended.join();
    timeUp.cancel();
    if (why.isEmpty()) {
      thread.interrupt();
    }
    return why;
  }

  private static void carryOut(
      EngineCore core, LoadedRun run, CompletableFuture<Optional<Unwind.Why>> ended) {
    try {
      ended.complete(Optional.of(new RunExecution(new ActiveRun(core, run), _ -> {}).proceed()));
    } catch (Throwable e) {
      ended.completeExceptionally(e);
    }
  }

  /** A gate of its own for each run, so that none waits for one that is stuck. */
  private EngineCore core(Journal refusing) {
    var zombies = new Zombies(Carriers.count());
    return new EngineCore(
        refusing,
        new AwaitJournal(refusing, ports.time()),
        ports,
        Timers.Clocks.of(ports.time()),
        values,
        definitions,
        zombies,
        new StartGate(zombies, ports.time(), _ -> false),
        _ -> {},
        new Nobody(),
        () -> false);
  }

  /** The other runs of a journal that nothing is written to: they are never reached. */
  private final class Nobody implements OtherRuns {
    private final RunIds ids = new RunIds(ports.time(), ports.idRandom(), Optional.empty());

    @Override
    public RunId newId() {
      return ids.next();
    }

    @Override
    public void pendingAdded(long count) {}

    @Override
    public void cancel(RunId run) {}

    @Override
    public void call(RunId run) {}
  }

  private static Reason stuckAlone() {
    return new Reason(
        "stuck",
        "The workflow's code did not come to its next step within "
            + REPLAY_MAX.toSeconds()
            + " s. Look for a loop that does not end, or for waiting outside of steps.");
  }

  private static Reason stuckAsOthers() {
    return new Reason(
        "stuck",
        "Not replayed: the code of this workflow did not come to its next step in "
            + STUCK_MAX
            + " other runs.");
  }
}
