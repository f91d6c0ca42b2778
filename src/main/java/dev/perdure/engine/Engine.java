package dev.perdure.engine;

import dev.perdure.journal.Command.StartResult;
import dev.perdure.journal.Commits;
import dev.perdure.journal.Journal;
import dev.perdure.journal.JournalReader;
import dev.perdure.journal.RunId;
import dev.perdure.workflow.Workflow;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs workflows against a journal. Thread-safe. */
public final class Engine implements AutoCloseable {

  /** An engine that does nothing until {@link #start()}. It closes the journal when it closes. */
  public Engine(Journal journal, Collection<Workflow<?, ?>> workflows, EngineOptions options) {
    throw new UnsupportedOperationException();
  }

  /** Takes over the journal, goes on with every unfinished run and begins to accept new ones. */
  public void start() {
    throw new UnsupportedOperationException();
  }

  /** The installed workflows, by name. */
  public List<InstalledWorkflow> workflows() {
    throw new UnsupportedOperationException();
  }

  /**
   * Starts a run; answers when it is durable.
   *
   * @param input JSON; null takes the workflow's example
   * @param idempotencyKey null when the start need not be repeatable
   * @return {@link StartResult.Started} or {@link StartResult.Existing}
   * @throws StartException nothing was stored
   * @throws dev.perdure.journal.JournalException as it says
   */
  public StartResult startRun(
      String workflow, @Nullable String input, @Nullable String idempotencyKey) {
    throw new UnsupportedOperationException();
  }

  public JournalReader reader() {
    throw new UnsupportedOperationException();
  }

  public Commits commits() {
    throw new UnsupportedOperationException();
  }

  /** Differs for every start of an engine. */
  public String bootId() {
    throw new UnsupportedOperationException();
  }

  public Health health() {
    throw new UnsupportedOperationException();
  }

  /** Whether the run is ready to go on and waits for a place among the active ones. */
  public boolean isQueued(RunId id) {
    throw new UnsupportedOperationException();
  }

  public List<Zombie> zombies() {
    throw new UnsupportedOperationException();
  }

  /**
   * Lets steps finish for the grace period, interrupts the rest, closes the journal. Idempotent.
   */
  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
