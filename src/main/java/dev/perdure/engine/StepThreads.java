package dev.perdure.engine;

/** The port that says where the code of runs and steps is carried out. */
@FunctionalInterface
public interface StepThreads {

  /** A virtual thread for each. */
  StepThreads VIRTUAL = (name, code) -> Thread.ofVirtual().name(name).start(code);

  /** Starts the code on a thread of its own, which is its to interrupt. */
  Thread start(String name, Runnable code);
}
