package dev.perdure.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.mockito.Mockito.mock;

import dev.perdure.engine.Engine;
import dev.perdure.web.EngineGate.State;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EngineGateTest {

  private final Engine engine = mock(Engine.class);
  private final EngineGate gate = new EngineGate();

  /** The journal can fail just before its engine is said to be on its way, or to be ready. */
  @Test
  void whatHasFailedIsNotShownAsStartingOrReadyAnyMore() {
    var seen = new ArrayList<State>();
    gate.onChange(seen::add);
    var failed = new State.Failed("an I/O error");
    gate.set(failed);
    gate.set(new State.Recovering(engine));
    gate.set(new State.Ready(engine));
    assertEquals(failed, gate.state());
    assertEquals(List.of(failed), seen);
  }

  @Test
  void whatHasFailedCanBeStopped() {
    gate.set(new State.Failed("an I/O error"));
    gate.set(new State.Stopped());
    assertInstanceOf(State.Stopped.class, gate.state());
  }
}
