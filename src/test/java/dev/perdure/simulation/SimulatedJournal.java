package dev.perdure.simulation;

import dev.perdure.journal.Change;
import dev.perdure.journal.Command;
import dev.perdure.journal.ForwardingJournal;
import dev.perdure.journal.Journal;
import dev.perdure.journal.JournalException;
import dev.perdure.journal.JournalReader;
import dev.perdure.journal.Transact;
import dev.perdure.testing.memory.MemoryStore;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The journal of one life. A thread of its own commits what has come in, together, and answers one
 * after the other; it may be slow, find the disk full, fail, and die before, between or behind.
 */
final class SimulatedJournal extends ForwardingJournal {

  /** What waits to be committed. */
  private static final class Item {
    private final String what;
    private final Consumer<Throwable> fail;
    private final List<Runnable> answers = new ArrayList<>();
    private @Nullable Runnable apply;

    private Item(String what, Consumer<Throwable> fail) {
      this.what = what;
      this.fail = fail;
    }
  }

  /** Where the journal in memory hands over what it would do. */
  private static final class Turns implements Executor {
    private final Deque<Item> waiting = new ArrayDeque<>();
    private final Map<Thread, Item> expected = new HashMap<>();
    private @Nullable Thread writer;

    @Override
    public void execute(Runnable write) {
      var item = expected.remove(Thread.currentThread());
      if (item == null) {
        throw new IllegalStateException("Nobody expected that.");
      }
      item.apply = write;
      waiting.add(item);
      LockSupport.unpark(writer);
    }

    void expect(Item item) {
      expected.put(Thread.currentThread(), item);
    }

    void expectNoMore() {
      expected.remove(Thread.currentThread());
    }
  }

  private final Turns turns;
  private final Life life;
  private final World world;
  private final Faults faults;
  private final Witness witness;
  private final JournalReader reader;
  private final boolean acknowledgesEarly;
  private final List<Consumer<JournalException.Failed>> listeners = new ArrayList<>();
  private final List<Command.Advance> written = new ArrayList<>();
  private List<Item> underWay = List.of();
  private @Nullable Item applying;
  private JournalException.@Nullable Failed failure;

  private SimulatedJournal(
      Journal inner,
      Turns turns,
      Life life,
      World world,
      Faults faults,
      Witness witness,
      boolean acknowledgesEarly) {
    super(inner);
    this.acknowledgesEarly = acknowledgesEarly;
    this.turns = turns;
    this.life = life;
    this.world = world;
    this.faults = faults;
    this.witness = witness;
    this.reader =
        (JournalReader)
            Proxy.newProxyInstance(
                JournalReader.class.getClassLoader(),
                new Class<?>[] {JournalReader.class},
                (_, method, arguments) -> read(method, arguments));
  }

  static SimulatedJournal on(
      MemoryStore store,
      Life life,
      World world,
      Faults faults,
      Witness witness,
      boolean acknowledgesEarly) {
    var turns = new Turns();
    var inner = store.open(turns, life.ofTransactions());
    var journal =
        new SimulatedJournal(inner, turns, life, world, faults, witness, acknowledgesEarly);
    turns.writer = life.thread("writer", journal::write);
    return journal;
  }

  @Override
  public <R> CompletableFuture<R> submit(Command<R> command) {
    life.port();
    var refusal = refusal();
    if (refusal != null) {
      return CompletableFuture.failedFuture(refusal);
    }
    var told = new CompletableFuture<R>();
    var item = new Item(what(command), told::completeExceptionally);
    turns.expect(item);
    var written = inner.submit(command);
    turns.expectNoMore();
    var _ =
        written.whenComplete((answer, error) -> {
          if (error == null) {
            witness.committed(life, command, answer);
            remember(command);
          }
          answer(item, told, answer, error);
        });
    if (acknowledgesEarly && command instanceof Command.StartRun start) {
      acknowledge(told, new Command.StartResult.Started(start.id()));
    }
    life.pause();
    return told;
  }

  /** The mistake of a crippled twin. */
  @SuppressWarnings("unchecked")
  private static <R> void acknowledge(CompletableFuture<R> told, Command.StartResult answer) {
    told.complete((R) answer);
  }

  private String what(Command<?> command) {
    return world.isTraced() ? command.toString() : "";
  }

  private @Nullable JournalException refusal() {
    if (failure != null) {
      return new JournalException.Failed("It has failed before.", failure);
    }
    return faults.overloadedHere() ? new JournalException.Overloaded("Too much waits.") : null;
  }

  private <R> void answer(
      Item item, CompletableFuture<R> told, @Nullable R answer, @Nullable Throwable error) {
    Runnable tell =
        () -> {
          if (error == null) {
            told.complete(answer);
          } else {
            told.completeExceptionally(error);
          }
        };
    if (applying == item) {
      item.answers.add(tell);
    } else {
      tell.run();
    }
  }

  @Override
  public CompletableFuture<Transact.Result> transact(Transact transact) {
    life.port();
    var refusal = refusal();
    if (refusal != null) {
      return CompletableFuture.failedFuture(refusal);
    }
    var told = new CompletableFuture<Transact.Result>();
    var item = new Item("transaction " + transact.id(), told::completeExceptionally);
    var watched =
        new Transact(
            transact.id(),
            transact.generation(),
            transact.ordinal(),
            transact.attempt(),
            transact.atMost(),
            connection -> {
              var done = transact.code().run(connection);
              life.port();
              turns.expect(item);
              return done;
            });
    var _ =
        inner
            .transact(watched)
            .whenComplete((result, error) -> {
              if (result instanceof Transact.Result.Committed(var done)) {
                witness.committed(life, transact, done);
              }
              answer(item, told, result, error);
            });
    return told;
  }

  private void write() {
    while (true) {
      while (turns.waiting.isEmpty()) {
        LockSupport.park(this);
      }
      underWay = batch();
      var takes = faults.commitTakes();
      if (!takes.isZero()) {
        life.sleepThrough(takes);
      }
      commit();
    }
  }

  private List<Item> batch() {
    int most = faults.flip() ? turns.waiting.size() : 1 + faults.upTo(turns.waiting.size());
    var batch = new ArrayList<Item>();
    for (int i = 0; i < most; i++) {
      batch.add(turns.waiting.remove());
    }
    return batch;
  }

  private void commit() {
    life.port();
    var batch = underWay;
    switch (faults.fate()) {
      case DONE -> {
        apply();
        lateWriter();
        life.port();
        answer(batch);
      }
      case FULL -> {
        underWay = List.of();
        refuse(batch, new JournalException.Full("No space.", new IOException("ENOSPC")));
      }
      case FAILED_AND_LOST -> fail(batch, false);
      case FAILED_AND_KEPT -> fail(batch, true);
    }
  }

  private void apply() {
    for (var item : underWay) {
      world.say("commit " + item.what);
      applying = item;
      if (item.apply != null) {
        item.apply.run();
      }
      applying = null;
    }
    underWay = List.of();
  }

  private void remember(Command<?> command) {
    if (command instanceof Command.Advance advance
        && advance.changes().stream().anyMatch(SimulatedJournal::isGuarded)) {
      written.add(advance);
    }
  }

  /** A change that names the attempt from which it starts. */
  private static boolean isGuarded(Change change) {
    return change instanceof Change.StepCompleted
        || change instanceof Change.AttemptFailed
        || change instanceof Change.AttemptStarted
        || change instanceof Change.StepFailed;
  }

  /** A writer that comes too late: it says again what was said before, and must not be heard. */
  private void lateWriter() {
    if (written.isEmpty() || !faults.lateWriterHere()) {
      return;
    }
    var command = written.get(faults.upTo(written.size()));
    var item = new Item("late", _ -> {});
    turns.expect(item);
    var told = inner.submit(command);
    turns.waiting.remove(item);
    if (item.apply != null) {
      item.apply.run();
    }
    if (!told.isCompletedExceptionally() && told.join() == Command.Verdict.APPLIED) {
      witness.committed(life, command, Command.Verdict.APPLIED);
      world.violated("G4", "A late writer was not refused: " + command);
    }
  }

  private void answer(List<Item> batch) {
    for (var item : batch) {
      item.answers.forEach(Runnable::run);
      life.pause();
    }
  }

  private void refuse(List<Item> batch, JournalException why) {
    batch.forEach(item -> item.fail.accept(why));
  }

  private void fail(List<Item> batch, boolean isKept) {
    failure = new JournalException.Failed("EIO");
    if (isKept) {
      apply();
    }
    underWay = List.of();
    var all = new ArrayList<>(batch);
    all.addAll(turns.waiting);
    turns.waiting.clear();
    refuse(all, failure);
    listeners.forEach(listener -> listener.accept(failure));
    witness.journalFailed(life);
  }

  /** The process dies: what is on its way to the disk gets there or not. */
  void crash() {
    if (!underWay.isEmpty() && faults.flip()) {
      apply();
    }
    underWay = List.of();
    inner.close();
  }

  private Object read(Method method, Object[] arguments) throws Throwable {
    life.port();
    var refusal = refusal();
    if (refusal != null) {
      throw refusal;
    }
    var takes = faults.readTakes();
    if (takes.isZero()) {
      return readNow(method, arguments);
    }
    // What it sees may be older than its end, but not than its beginning.
    boolean isOld = faults.flip();
    var seen = isOld ? readNow(method, arguments) : null;
    life.sleepThrough(takes);
    return isOld ? seen : readNow(method, arguments);
  }

  private Object readNow(Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(inner.reader(), arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  @Override
  public JournalReader reader() {
    return reader;
  }

  @Override
  public void onFailure(Consumer<JournalException.Failed> listener) {
    listeners.add(listener);
  }

  @Override
  public void close() {
    while (failure == null && !(turns.waiting.isEmpty() && underWay.isEmpty())) {
      life.sleepThrough(Duration.ofMillis(1));
    }
    inner.close();
  }
}
