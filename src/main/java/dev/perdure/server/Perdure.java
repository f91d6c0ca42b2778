package dev.perdure.server;

import dev.perdure.engine.Engine;
import dev.perdure.engine.EngineOptions;
import dev.perdure.engine.Ports;
import dev.perdure.engine.Time;
import dev.perdure.journal.Command.CancelResult;
import dev.perdure.journal.Command.SignalResult;
import dev.perdure.journal.Ending;
import dev.perdure.journal.Journal;
import dev.perdure.journal.JournalException;
import dev.perdure.journal.RunDetail;
import dev.perdure.journal.RunId;
import dev.perdure.journal.Status;
import dev.perdure.journal.ValueRef;
import dev.perdure.sqlite.SqliteJournal;
import dev.perdure.sqlite.SqliteOptions;
import dev.perdure.workflow.SqlQuery;
import dev.perdure.workflow.Workflow;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Perdure inside of another program, without a web server:
 *
 * <pre>{@code
 * try (var perdure = Perdure.open(Path.of("data"), orders)) {
 *   RunId id = perdure.start(orders, order);
 *   RunDetail run = perdure.await(id, Duration.ofMinutes(1)).orElseThrow();
 * }
 * }</pre>
 *
 * <p>Runs that a process before left unfinished go on as soon as it is open. One directory belongs
 * to one engine at a time, in this process and among all.
 *
 * <p>Thread-safe. When the journal has failed (an I/O error, a corrupt, replaced or deleted
 * database), every call throws {@link JournalException.Failed}: nothing is known then of what was
 * under way, and a new process has to look.
 */
public final class Perdure implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(Perdure.class.getName());
  private static final int STEPS_MAX = 1_000;
  private static final int VALUE_BYTES_MAX = 1 << 20;

  private final Engine engine;
  private final AtomicReference<JournalException.@Nullable Failed> failure;
  private final AwaitEnd awaitEnd;

  private Perdure(
      Engine engine, Time time, AtomicReference<JournalException.@Nullable Failed> failure) {
    this.engine = engine;
    this.failure = failure;
    this.awaitEnd = new AwaitEnd(engine, time, this::check);
  }

  /**
   * Opens the journal in a directory, with {@link EngineOptions#DEFAULT}.
   *
   * @see #open(Path, EngineOptions, Collection)
   */
  public static Perdure open(Path directory, Workflow<?, ?>... workflows) {
    return open(directory, EngineOptions.DEFAULT, List.of(workflows));
  }

  /**
   * Opens the journal in a directory and goes on with its unfinished runs.
   *
   * @param directory holds {@code perdure.db}; it is made when it is absent
   * @throws JournalException.Owned when another engine has it open; nothing was touched
   * @throws JournalException.Failed when it can not be used
   * @throws IllegalArgumentException when a workflow is not sound
   */
  public static Perdure open(
      Path directory, EngineOptions options, Collection<Workflow<?, ?>> workflows) {
    ProcessDefaults.parallelismWarning().ifPresent(text -> LOG.log(Level.WARNING, text));
    var ports = Ports.system();
    var time = ports.time();
    var journal =
        SqliteJournal.open(
            directory, SqliteOptions.with(time, time::nanos).heldBy("an embedded perdure"));
    try {
      return open(journal, options, workflows, ports);
    } catch (RuntimeException | Error e) {
      journal.close();
      throw e;
    }
  }

  private static Perdure open(
      Journal journal, EngineOptions options, Collection<Workflow<?, ?>> workflows, Ports ports) {
    var failure = new AtomicReference<JournalException.@Nullable Failed>();
    journal.onFailure(failure::set);
    var engine = new Engine(journal, workflows, options, ports);
    engine.start();
    return new Perdure(engine, ports.time(), failure);
  }

  /**
   * Starts a run; answers when it is durable.
   *
   * @throws dev.perdure.engine.StartException nothing was stored
   * @throws JournalException as it says
   */
  public <I> RunId start(Workflow<I, ?> workflow, I input) {
    return startRun(workflow, input, null);
  }

  /**
   * Starts a run once, however often this is called with the same key: the key belongs to the
   * workflow, and leads to the same run also after a restart.
   *
   * @throws dev.perdure.engine.StartException nothing was stored; also when the key was used with
   *     another input
   * @throws JournalException as it says
   */
  public <I> RunId start(Workflow<I, ?> workflow, I input, String idempotencyKey) {
    return startRun(workflow, input, idempotencyKey);
  }

  private <I> RunId startRun(Workflow<I, ?> workflow, I input, @Nullable String key) {
    check();
    return engine.start(workflow, input, key).id();
  }

  /**
   * Sends a signal to a run; answers when it is durable. It is kept until the run waits for it.
   *
   * @param name letters, digits, '.', '_' and '-', at most 100 characters
   * @param payload is stored as JSON, by the type that it has; at most 64 KiB
   * @throws IllegalArgumentException when there is no such run
   * @throws SignalException when the run has ended, or too many signals wait; nothing was stored
   * @throws dev.perdure.engine.InvalidSignalException when no run could take it; nothing was stored
   * @throws JournalException as it says
   */
  public void signal(RunId id, String name, @Nullable Object payload) {
    sendSignal(id, name, payload, null);
  }

  /**
   * Sends a signal once, however often this is called with the same key: the key belongs to the
   * run, also after a restart.
   *
   * @param idempotencyKey 1 to 255 characters
   * @see #signal(RunId, String, Object)
   */
  public void signal(RunId id, String name, @Nullable Object payload, String idempotencyKey) {
    sendSignal(id, name, payload, idempotencyKey);
  }

  private void sendSignal(
      RunId id, String name, @Nullable Object payload, @Nullable String idempotencyKey) {
    check();
    switch (engine.signal(id, name, idempotencyKey, engine.encodeAny(payload))) {
      case SignalResult.Stored(), SignalResult.Known() -> {}
      case SignalResult.RunEnded(var status) -> throw new SignalException.RunEnded(id, status);
      case SignalResult.InboxFull() -> throw new SignalException.Full(id);
      case SignalResult.NoSuchRun() -> throw AwaitEnd.noSuchRun(id);
    }
  }

  /**
   * Asks for a run to be cancelled, and the children that it waits for before it; answers when that
   * is durable. A step that runs is interrupted, and what has been done is compensated; {@link
   * #await} waits for the end of it. Asking again is like asking once.
   *
   * @return false when it came too late: the run has completed or failed, or is failing already
   * @throws IllegalArgumentException when there is no such run
   * @throws JournalException as it says
   */
  public boolean cancel(RunId id) {
    check();
    return switch (engine.cancelRun(id)) {
      case CancelResult.Accepted _ -> true;
      case CancelResult.AlreadyEnding(var ending) -> ending == Ending.CANCELLED;
      case CancelResult.RunEnded(var status) -> status == Status.CANCELLED;
      case CancelResult.NoSuchRun() -> throw AwaitEnd.noSuchRun(id);
    };
  }

  /**
   * Reads the tables that transactional steps have written, as they were at one moment; for 5 s at
   * most. Do not open the file a second time in this process instead: closing that connection would
   * take away the locks of this one.
   *
   * @param query is handed a connection that can not write, and refuses Perdure's own tables
   * @return what the query returns
   * @throws JournalException as it says; {@link JournalException.Overloaded} when it took too long
   * @throws Exception what the query throws
   */
  public <T> T read(SqlQuery<T> query) throws Exception {
    check();
    return engine.read(query);
  }

  /** A run with its values and its first 1,000 steps; empty when there is none. */
  public Optional<RunDetail> find(RunId id) {
    check();
    return engine.reader().detail(id, 0, STEPS_MAX, VALUE_BYTES_MAX);
  }

  /**
   * Waits until a run has ended, or is blocked and needs a person.
   *
   * @return how it stands then; empty when the time is up before
   * @throws IllegalArgumentException when there is no such run
   */
  public Optional<RunDetail> await(RunId id, Duration atMost) throws InterruptedException {
    return awaitEnd.of(id, atMost) instanceof AwaitEnd.Stand.Open
        ? Optional.empty()
        : Optional.of(find(id).orElseThrow(() -> AwaitEnd.noSuchRun(id)));
  }

  /**
   * Waits until a run has completed, and returns its output. Costs no read of the journal while the
   * run is under way in this engine.
   *
   * @param workflow whose run it is
   * @return the output, as read from its JSON; empty when the time is up before, and also when the
   *     output is null: {@link #find} tells the two apart
   * @throws RunNotCompletedException when the run has failed, was cancelled or is blocked
   * @throws IllegalArgumentException when there is no such run
   * @throws JournalException as it says
   */
  public <O> Optional<O> result(Workflow<?, O> workflow, RunId id, Duration atMost)
      throws InterruptedException {
    return switch (awaitEnd.of(id, atMost)) {
      case AwaitEnd.Stand.Completed(var output) ->
          Optional.ofNullable(
              engine.decode(output == null ? storedOutput(id) : output, workflow.output()));
      case AwaitEnd.Stand.Stopped(var run) -> throw new RunNotCompletedException(run);
      case AwaitEnd.Stand.Open _ -> Optional.empty();
    };
  }

  private String storedOutput(RunId id) {
    return engine
        .reader()
        .value(id, new ValueRef.RunOutput())
        .orElseThrow(() -> AwaitEnd.noSuchRun(id));
  }

  private void check() {
    var failed = failure.get();
    if (failed != null) {
      throw new JournalException.Failed(String.valueOf(failed.getMessage()), failed);
    }
  }

  /**
   * Lets steps finish within the shutdown grace of the options, interrupts the rest, and lets go of
   * the directory. What was cut off goes on when it is opened again, and uses up no attempt.
   */
  @Override
  public void close() {
    engine.close();
  }
}
