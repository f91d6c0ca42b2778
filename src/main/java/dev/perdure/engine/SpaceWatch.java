package dev.perdure.engine;

import dev.perdure.journal.Command;
import dev.perdure.journal.ForwardingJournal;
import dev.perdure.journal.Journal;
import dev.perdure.journal.JournalException;
import dev.perdure.journal.Transact;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A journal that knows whether it has space, from every write that goes through it, whoever it is
 * for. While there is none it tries by itself each second: whoever asks for readiness before it
 * sends a run would never send the one that finds space. Thread-safe.
 */
final class SpaceWatch extends ForwardingJournal {

  private static final Logger LOG = System.getLogger(SpaceWatch.class.getName());
  private static final Duration PROBE_AFTER = Duration.ofSeconds(1);

  private final Time time;
  private final BooleanSupplier stopping;
  private final AtomicBoolean full = new AtomicBoolean();
  private final AtomicLong numbers = new AtomicLong();
  private final AtomicLong latestRefused = new AtomicLong();

  SpaceWatch(Journal inner, Time time, BooleanSupplier stopping) {
    super(inner);
    this.time = time;
    this.stopping = stopping;
  }

  /** Whether the latest write found no space. */
  boolean isFull() {
    return full.get();
  }

  @Override
  public <R> CompletableFuture<R> submit(Command<R> command) {
    long number = numbers.incrementAndGet();
    var written = inner.submit(command);
    var _ = written.whenComplete((_, error) -> notice(number, error));
    return written;
  }

  /** What was written before there was no space, and is heard of later, says nothing of it. */
  private void notice(long number, @Nullable Throwable error) {
    if (error instanceof JournalException.Full) {
      latestRefused.accumulateAndGet(number, Math::max);
      if (full.compareAndSet(false, true)) {
        LOG.log(
            Level.WARNING,
            "There is no space left for the journal. Steps that ended keep their results in memory"
                + " until there is; no run is accepted.");
        probeLater();
      }
    } else if (error == null && number > latestRefused.get() && full.compareAndSet(true, false)) {
      LOG.log(Level.INFO, "There is space for the journal again.");
    }
  }

  private void probeLater() {
    time.after(PROBE_AFTER, this::probe);
  }

  private void probe() {
    if (full.get() && !stopping.getAsBoolean()) {
      var _ = submit(new Command.Probe()).whenComplete((_, _) -> probeLater());
    }
  }

  @Override
  public CompletableFuture<Transact.Result> transact(Transact transact) {
    long number = numbers.incrementAndGet();
    var written = inner.transact(transact);
    var _ = written.whenComplete((_, error) -> notice(number, error));
    return written;
  }
}
