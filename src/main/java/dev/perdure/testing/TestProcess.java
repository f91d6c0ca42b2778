package dev.perdure.testing;

import dev.perdure.engine.Engine;
import dev.perdure.engine.EngineOptions;
import dev.perdure.engine.Ports;
import dev.perdure.journal.Journal;
import dev.perdure.journal.JournalException;
import dev.perdure.workflow.Workflow;
import java.util.List;
import java.util.SplittableRandom;

/** One life of an engine, which ends by a crash. */
final class TestProcess {

  private final Quiescence quiescence = new Quiescence();
  private final WatchedJournal journal;
  private final ProcessTime time;
  private final Engine engine;

  /**
   * @param crashBehind the number of the write that it dies behind; 0 for none
   * @param seed of ids and jitter
   */
  TestProcess(
      Journal journal,
      ManualTime time,
      List<Workflow<?, ?>> workflows,
      int crashBehind,
      long seed) {
    this.journal = new WatchedJournal(journal, quiescence, crashBehind);
    this.time = new ProcessTime(time);
    var random = new SplittableRandom(seed);
    var ports = new Ports(this.time, random, random.split(), quiescence);
    this.engine = new Engine(this.journal, workflows, EngineOptions.DEFAULT, ports);
  }

  void start() {
    try {
      engine.start();
    } catch (JournalException e) {
      if (!isCrashed()) {
        throw e;
      }
    }
  }

  Engine engine() {
    return engine;
  }

  Quiescence quiescence() {
    return quiescence;
  }

  int writes() {
    return journal.writes();
  }

  boolean isCrashed() {
    return journal.isCrashed();
  }

  /** Is gone, as if killed. */
  void end() {
    time.end();
    journal.close();
    quiescence.end();
  }
}
