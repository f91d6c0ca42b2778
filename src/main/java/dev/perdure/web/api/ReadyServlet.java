package dev.perdure.web.api;

import dev.perdure.web.EngineGate;
import dev.perdure.web.EngineGate.State;
import dev.perdure.web.JsonAnswer;
import dev.perdure.web.ProblemCode;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Whether new work is taken. Open to anyone, so it says the state and nothing else. */
final class ReadyServlet extends ApiServlet {

  private static final long serialVersionUID = 1L;
  private static final String READY = "ready";
  private static final int RETRY_AFTER_SECONDS = 2;

  private final transient EngineGate gate;

  ReadyServlet(EngineGate gate) {
    this.gate = gate;
  }

  @Override
  void get(HttpServletRequest request, HttpServletResponse response) throws IOException {
    var status = status(gate.state());
    boolean ready = status.equals(READY);
    if (!ready) {
      response.setIntHeader("Retry-After", RETRY_AFTER_SECONDS);
    }
    JsonAnswer.send(
        response,
        ready ? 200 : 503,
        json -> json.beginObject().name("status").value(status).endObject());
  }

  private static String status(State state) {
    return switch (state) {
      case State.Ready(var engine) -> {
        var health = engine.health();
        yield health.ready() ? READY : health.code();
      }
      case State.Recovering(var engine) -> engine.health().code();
      case State.Starting() -> ProblemCode.STARTING.word();
      case State.NoSpace() -> ProblemCode.DISK_FULL.word();
      case State.Standby _ -> ProblemCode.STANDBY.word();
      case State.Failed _ -> ProblemCode.FAILED.word();
      case State.Stopped() -> ProblemCode.STOPPING.word();
    };
  }
}
