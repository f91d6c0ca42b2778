package dev.perdure.web;

import static java.util.Objects.requireNonNull;

import dev.perdure.engine.Engine;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * Where the web asks for the engine. The server says how the engine stands, and servlets are up
 * before it is ready and after it has gone. Thread-safe.
 */
public final class EngineGate {

  /** How the engine stands. */
  public sealed interface State {

    /** It is on its way; the first state. */
    record Starting() implements State {}

    /** There is no space left to open the data with; it goes on by itself when there is. */
    record NoSpace() implements State {}

    /** It takes over the data and goes on with unfinished runs. */
    record Recovering(Engine engine) implements State {
      public Recovering {
        requireNonNull(engine, "engine");
      }
    }

    /** It can be used. */
    record Ready(Engine engine) implements State {
      public Ready {
        requireNonNull(engine, "engine");
      }
    }

    /**
     * Another engine owns the data; this one takes over when that one has let go.
     *
     * @param holder who it is, in words
     */
    record Standby(String holder) implements State {
      public Standby {
        requireNonNull(holder, "holder");
      }
    }

    /**
     * It has failed and stays so.
     *
     * @param message what happened, for the log and the operator's eyes; clients are not told
     */
    record Failed(String message) implements State {
      public Failed {
        requireNonNull(message, "message");
      }
    }

    /** It is shutting down or has ended; the last state. */
    record Stopped() implements State {}
  }

  private final List<Consumer<State>> listeners = new CopyOnWriteArrayList<>();

  // Written only under the lock of this.
  private volatile State state = new State.Starting();

  /**
   * Says how the engine stands from now on. After {@link State.Failed} it can only be stopped, and
   * after {@link State.Stopped} nothing changes it: whoever is on the way to say that it starts may
   * be late.
   */
  public void set(State next) {
    requireNonNull(next, "next");
    synchronized (this) {
      if (isLast(next)) {
        return;
      }
      state = next;
    }
    listeners.forEach(listener -> listener.accept(next));
  }

  private boolean isLast(State next) {
    return switch (state) {
      case State.Stopped() -> true;
      case State.Failed _ -> !(next instanceof State.Stopped);
      case State.Starting(), State.NoSpace(), State.Recovering _, State.Ready _, State.Standby _ ->
          false;
    };
  }

  public State state() {
    return state;
  }

  /**
   * The engine.
   *
   * @throws Unavailable unless it is ready; becomes a 503 for the client
   */
  public Engine engine() {
    return switch (state) {
      case State.Ready(var engine) -> engine;
      case State.Starting() -> throw Unavailable.starting();
      case State.NoSpace() -> throw Unavailable.noSpace();
      case State.Recovering(var engine) ->
          throw engine.hasSpace() ? Unavailable.starting() : Unavailable.noSpace();
      case State.Standby(var holder) -> throw Unavailable.standby(holder);
      case State.Failed _ -> throw Unavailable.failed();
      case State.Stopped() -> throw Unavailable.stopping();
    };
  }

  /** Calls back after each change, on the thread that made it. */
  public void onChange(Consumer<State> listener) {
    listeners.add(requireNonNull(listener, "listener"));
  }
}
