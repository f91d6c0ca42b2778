package dev.perdure.engine;

import com.google.gson.reflect.TypeToken;
import dev.perdure.journal.Command;
import dev.perdure.journal.Command.CancelResult;
import dev.perdure.journal.Command.IdempotencyKey;
import dev.perdure.journal.Command.SignalResult;
import dev.perdure.journal.Command.StartResult;
import dev.perdure.journal.Commits;
import dev.perdure.journal.Journal;
import dev.perdure.journal.JournalException;
import dev.perdure.journal.JournalReader;
import dev.perdure.journal.RunId;
import dev.perdure.workflow.SqlQuery;
import dev.perdure.workflow.Workflow;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.ZoneId;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Runs workflows against a journal. Thread-safe.
 *
 * <p>A run is a virtual thread while it has something to do, and an entry in memory while it waits.
 */
public final class Engine implements AutoCloseable {

  private static final Logger LOG = System.getLogger(Engine.class.getName());
  private static final Health FULL =
      new Health(false, "disk-full", "There is no space left for the journal.");

  private enum State {
    NEW,
    STARTING,
    RUNNING,
    STOPPING,
    FAILED
  }

  private final SpaceWatch journal;
  private final EngineOptions options;
  private final EngineCore core;
  private final Admission admission;
  private final ParkedRuns parked;
  private final LiveRuns live;
  private final RunLauncher launcher;
  private final CancelRuns cancelRuns;
  private final Suspects suspects = new Suspects();
  private final Schedules schedules;
  private final AwaitJournal await;
  private final Map<String, CronRule> cronRules;
  private final String bootId;
  private final AtomicReference<State> state = new AtomicReference<>(State.NEW);
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile @Nullable RunStarter starter;
  private volatile @Nullable RunIds runIds;

  /** An engine with real time and randomness; see the other constructor. */
  public Engine(Journal journal, Collection<Workflow<?, ?>> workflows, EngineOptions options) {
    this(journal, workflows, options, Ports.system());
  }

  /**
   * An engine that does nothing until {@link #start()}. It closes the journal when it closes.
   *
   * @throws IllegalArgumentException when a workflow is not sound: its example does not fit its
   *     type, its schedule can not be read, or its name is taken
   */
  public Engine(
      Journal journal, Collection<Workflow<?, ?>> workflows, EngineOptions options, Ports ports) {
    this.journal = new SpaceWatch(journal, ports.time(), this::isStopping);
    this.options = options;
    this.bootId = new UUID(ports.idRandom().nextLong(), ports.idRandom().nextLong()).toString();
    var values = new Values();
    var definitions = new Definitions(workflows, values);
    this.cronRules = cronRules(workflows, options.zone());
    var zombies = new Zombies(Carriers.count());
    this.admission =
        new Admission(this.journal, ports.time(), options.activeRunsMax(), this::launchStored);
    var gate = new StartGate(zombies, ports.time(), admission::hasReadyBeside);
    this.await = new AwaitJournal(this.journal, ports.time());
    this.core =
        new EngineCore(
            this.journal,
            await,
            ports,
            Timers.Clocks.of(ports.time()),
            values,
            definitions,
            zombies,
            gate,
            this::cleared,
            new Others(),
            this::isStopping);
    this.parked = new ParkedRuns(ports.time(), admission::resume);
    this.live = new LiveRuns(parked);
    this.launcher = new RunLauncher(core, admission, live, suspects);
    this.cancelRuns = new CancelRuns(core, admission, live);
    this.schedules =
        new Schedules(
            ports.time(),
            (definition, slot) ->
                starter().start(definition, Json.stored(definition.example()), null, slot));
    journal.onFailure(this::failed);
  }

  private static Map<String, CronRule> cronRules(
      Collection<Workflow<?, ?>> workflows, ZoneId zone) {
    return workflows.stream()
        .filter(workflow -> workflow.cron().isPresent())
        .collect(
            Collectors.toMap(
                Workflow::name,
                workflow -> CronRule.parse(workflow.name(), workflow.cron().orElseThrow(), zone)));
  }

  /**
   * Takes over the journal, goes on with every unfinished run and begins to accept new ones.
   *
   * @throws JournalException when the journal does not let it
   * @throws IllegalStateException when the tables of a workflow can not be brought up to date
   */
  public void start() {
    start((_, why) -> {
      throw new IllegalStateException(why);
    });
  }

  /**
   * The same without the workflows whose tables can not be brought up to date: they are as if they
   * were not installed.
   *
   * @param leftOut is told the name of each, and why in a sentence
   * @throws JournalException when the journal does not let it
   */
  public void start(BiConsumer<String, String> leftOut) {
    if (!state.compareAndSet(State.NEW, State.STARTING)) {
      throw new IllegalStateException("An engine starts once.");
    }
    var time = core.time();
    var before = await.write(new Command.TakeOver(bootId, time.instant()));
    if (!before.cleanEnd()) {
      LOG.log(
          Level.WARNING,
          "The process before ended uncleanly. Attempts that were cut off: {0}.",
          before.interrupted());
    }
    var newest = await.read(() -> journal.reader().newestId());
    var ids = new RunIds(time, core.ports().idRandom(), newest);
    starter = new RunStarter(core, ids, admission, live, launcher::launch);
    runIds = ids;
    new PrepareTables(core, await).prepare(leftOut);
    new RecoverRuns(core, await, admission, parked, suspects).recover();
    registerSchedules();
    // Counted before anything new is accepted, so that nothing is counted twice.
    long pending = await.read(() -> journal.reader().pending());
    if (state.compareAndSet(State.STARTING, State.RUNNING)) {
      admission.open(pending);
      schedules.start();
      launcher.nextSuspect();
    }
  }

  private void registerSchedules() {
    for (var definition : core.definitions().all()) {
      String name = definition.workflow().name();
      var rule = cronRules.get(name);
      if (rule != null) {
        var schedule =
            await.write(
                new Command.RegisterSchedule(
                    name, rule.text(), rule.zone().getId(), core.time().instant()));
        schedules.add(definition, rule, schedule);
      }
    }
  }

  /** The installed workflows, by name. */
  public List<InstalledWorkflow> workflows() {
    return core.definitions().all().stream().map(this::installed).toList();
  }

  private InstalledWorkflow installed(Definition definition) {
    var workflow = definition.workflow();
    return new InstalledWorkflow(
        workflow.name(),
        workflow.version(),
        workflow.description(),
        definition.example(),
        definition.plan(),
        workflow.cron().orElse(null),
        schedules.next(workflow.name()).orElse(null));
  }

  /**
   * Starts a run; answers when it is durable.
   *
   * @param input JSON; null takes the workflow's example
   * @param idempotencyKey null when the start need not be repeatable
   * @return {@link StartResult.Started} or {@link StartResult.Existing}
   * @throws StartException nothing was stored
   * @throws JournalException as it says
   */
  public StartResult startRun(
      String workflow, @Nullable String input, @Nullable String idempotencyKey) {
    var definition = core.definitions().require(workflow);
    return startRun(
        definition,
        input == null ? Json.stored(definition.example()) : checked(definition, input),
        idempotencyKey);
  }

  /**
   * Starts a run of a workflow that is at hand; like {@link #startRun}, but writes the input
   * itself.
   *
   * @param input is stored as JSON
   */
  public <I> StartResult start(Workflow<I, ?> workflow, I input, @Nullable String idempotencyKey) {
    var definition = core.definitions().require(workflow.name());
    var json = encode(workflow, input);
    // What this workflow's type has written it can read; another one's, or null, is to be checked.
    boolean isItsOwn = workflow.equals(definition.workflow()) && !json.text().equals("null");
    return startRun(definition, isItsOwn ? json : checked(definition, json.text()), idempotencyKey);
  }

  private StartResult startRun(Definition definition, Json input, @Nullable String idempotencyKey) {
    var key =
        idempotencyKey == null
            ? null
            : new IdempotencyKey(idempotencyKey, core.values().digest(input.text()));
    requireAccepting();
    if (admission.pending() >= options.pendingRunsMax()) {
      throw new StartException.Full(options.pendingRunsMax());
    }
    return switch (Futures.join(starter().start(definition, input, key, null))) {
      case StartResult.KeyReused(var id) -> throw new StartException.KeyReused(id);
      case StartResult.Started started -> started;
      case StartResult.Existing existing -> existing;
      case StartResult.SlotTaken taken -> throw new IllegalStateException("no slot: " + taken);
    };
  }

  private <I> Json encode(Workflow<I, ?> workflow, I input) {
    try {
      return core.values().encode(input, workflow.input());
    } catch (ValueException e) {
      throw new StartException.InvalidInput(e.path(), String.valueOf(e.getMessage()));
    }
  }

  /**
   * The JSON of the payload of a signal, by the type that it has, as {@link #signal} takes it.
   *
   * @throws InvalidSignalException when it can not be written as JSON
   */
  public String encodeAny(@Nullable Object value) {
    try {
      return core.values().encodeInput(value);
    } catch (ValueException e) {
      throw new InvalidSignalException(String.valueOf(e.getMessage()));
    }
  }

  /** A value of a run from its JSON, as the steps of workflows read it; for tests. */
  public <T> T decode(String json, TypeToken<T> type) {
    return core.values().decode(json, type);
  }

  /**
   * Sends a signal to a run; answers when it is durable.
   *
   * @param name letters, digits, '.', '_' and '-', at most 100 characters
   * @param id makes the request repeatable; null when it need not be
   * @param payload JSON of at most 64 KiB; null sends {@code null}
   * @throws InvalidSignalException nothing was stored
   * @throws JournalException as it says
   */
  public SignalResult signal(
      RunId run, String name, @Nullable String id, @Nullable String payload) {
    requireAccepting();
    var command =
        Signals.command(
            core.values(), run, name, id, payload == null ? "null" : payload, core.time());
    var result = Futures.join(journal.submit(command));
    if (result instanceof SignalResult.Stored) {
      live.call(run);
    }
    return result;
  }

  /**
   * Asks for a run to be cancelled, and the children that it waits for before it; answers when that
   * is durable. What was running is interrupted and has its grace.
   *
   * @throws JournalException as it says
   */
  public CancelResult cancelRun(RunId run) {
    requireAccepting();
    return cancelRuns.cancel(run);
  }

  private void requireAccepting() {
    if (state.get() != State.RUNNING) {
      throw new StartException.NotAccepting();
    }
  }

  /**
   * Reads the tables of workflows.
   *
   * @throws JournalException as it says
   * @throws Exception what the query throws
   */
  public <T> T read(SqlQuery<T> query) throws Exception {
    return journal.reader().query(connection -> query.runOn(connection::as));
  }

  private Json checked(Definition definition, String input) {
    try {
      return core.values().checkInput(input, definition.workflow().input());
    } catch (ValueException e) {
      throw new StartException.InvalidInput(e.path(), String.valueOf(e.getMessage()));
    }
  }

  private RunStarter starter() {
    var current = starter;
    if (current == null) {
      throw new StartException.NotAccepting();
    }
    return current;
  }

  public JournalReader reader() {
    return journal.reader();
  }

  public Commits commits() {
    return journal.commits();
  }

  /**
   * Completes with the output of a run that is under way in this engine, as JSON, when that is
   * durable. Completes without one, and then the {@linkplain #reader() journal} has to be asked:
   * when the run ends otherwise, parks or is blocked, when it is not under way, and when the engine
   * ends. Asks nobody but this engine's memory.
   */
  public CompletableFuture<Optional<String>> output(RunId id) {
    return live.output(id);
  }

  /** Whether the run is active, or about to be. */
  public boolean isUnderWay(RunId id) {
    return live.isUnderWay(id);
  }

  /** Differs for every engine. */
  public String bootId() {
    return bootId;
  }

  public Health health() {
    return switch (state.get()) {
      case NEW, STARTING ->
          journal.isFull() ? FULL : new Health(false, "starting", "The engine is starting.");
      case STOPPING -> new Health(false, "stopping", "The engine is shutting down.");
      case FAILED ->
          new Health(false, "failed", "The journal has failed. Look at the log, then restart.");
      case RUNNING -> working();
    };
  }

  /** Whether the latest write to the journal found space. */
  public boolean hasSpace() {
    return !journal.isFull();
  }

  private Health working() {
    if (core.zombies().holdTooMuch()) {
      return new Health(
          false,
          "zombies",
          "Steps that timed out and do not end hold half of the carrier threads or more.");
    }
    if (journal.isFull()) {
      return FULL;
    }
    return new Health(true, "ok", "New runs are accepted.");
  }

  /** Whether the run is ready to go on and waits for a place among the active ones. */
  public boolean isQueued(RunId id) {
    return admission.isQueued(id) || suspects.isWaiting(id);
  }

  /** The attempts that timed out, were interrupted and still run after their grace. */
  public List<Zombie> zombies() {
    return core.zombies().list();
  }

  /**
   * Lets steps finish for the grace period, interrupts the rest, closes the journal. Idempotent;
   * blocks for the grace period and a few seconds at most.
   */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    var was = state.getAndUpdate(now -> now == State.FAILED ? now : State.STOPPING);
    await.stop();
    schedules.stop();
    admission.close();
    core.gate().stop();
    if (was == State.RUNNING || was == State.STARTING) {
      new Shutdown(core, admission).run(options.shutdownGrace());
    }
    journal.close();
    live.close();
    if (core.time() instanceof AutoCloseable time) {
      closeQuietly(time);
    }
  }

  private static void closeQuietly(AutoCloseable resource) {
    try {
      resource.close();
    } catch (Exception e) {
      LOG.log(Level.WARNING, "Could not close " + resource, e);
    }
  }

  private boolean isStopping() {
    return state.get() == State.STOPPING || state.get() == State.FAILED;
  }

  private void failed(JournalException.Failed failure) {
    state.set(State.FAILED);
    LOG.log(Level.ERROR, "The journal has failed; nothing more is accepted or started.", failure);
    await.stop();
    schedules.stop();
    admission.close();
    core.gate().stop();
    live.close();
  }

  private void launchStored(Admission.Ready ready) {
    launcher.launchStored(ready);
  }

  private void cleared(RunId run) {
    launcher.cleared(run);
  }

  /** How runs reach other runs. */
  private final class Others implements OtherRuns {
    @Override
    public RunId newId() {
      var ids = runIds;
      if (ids == null) {
        throw new IllegalStateException("The engine has not been started.");
      }
      return ids.next();
    }

    @Override
    public void pendingAdded(long count) {
      admission.pendingAdded(count);
    }

    @Override
    public void cancel(RunId run) {
      cancelRuns.cancelForSure(run);
    }

    @Override
    public void call(RunId run) {
      live.call(run);
    }
  }
}
