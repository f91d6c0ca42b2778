package dev.perdure.web.dashboard;

import dev.perdure.engine.Engine;
import dev.perdure.engine.StartException;
import dev.perdure.journal.JournalException;
import dev.perdure.web.EngineGate;
import dev.perdure.web.Unavailable;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import java.util.function.Supplier;

/** The form that starts a run. */
final class RunsServlet extends PageServlet {

  private static final long serialVersionUID = 1L;
  private static final int UNPROCESSABLE = 422;

  private final transient EngineGate gate;
  private final transient Supplier<String> keys;

  RunsServlet(Pages pages, EngineGate gate, Supplier<String> keys) {
    super(pages);
    this.gate = gate;
    this.keys = keys;
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    seeOther(response, Pages.root(request));
  }

  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    var form = StartForm.of(request, keys);
    if (form.isEmpty()) {
      pages.problem(request, response, ProblemView.notFound());
    } else {
      start(request, response, form.get());
    }
  }

  private void start(HttpServletRequest request, HttpServletResponse response, StartForm form)
      throws IOException {
    try {
      var engine = gate.engine();
      var fault = form.faultOfInput();
      if (fault.isPresent()) {
        again(request, response, engine, UNPROCESSABLE, form.withError(fault.get()));
        return;
      }
      var started = engine.startRun(form.workflow(), form.inputOrNull(), form.key());
      seeOther(response, "./?open=" + started.id() + "#run-" + started.id());
    } catch (StartException e) {
      refused(request, response, form, e);
    } catch (JournalException e) {
      pages.problem(request, response, ProblemView.of(e).keeping(form));
    } catch (Unavailable e) {
      pages.problem(request, response, ProblemView.of(e.problem()).keeping(form));
    }
  }

  private void refused(
      HttpServletRequest request,
      HttpServletResponse response,
      StartForm form,
      StartException thrown)
      throws IOException {
    var why = form.withError(String.valueOf(thrown.getMessage()));
    switch (thrown) {
      case StartException.InvalidInput _ ->
          again(request, response, gate.engine(), UNPROCESSABLE, why);
      case StartException.KeyReused _ ->
          again(
              request,
              response,
              gate.engine(),
              UNPROCESSABLE,
              form.withKey(keys.get())
                  .withError(
                      "This form had started a run before, with another input. Press Start again"
                          + " to start a new one."));
      case StartException.UnknownWorkflow _ ->
          pages.problem(request, response, ProblemView.noWorkflow(why).keeping(form));
      case StartException.Full _, StartException.NotAccepting _ -> {
        response.setHeader("Retry-After", "5");
        again(request, response, gate.engine(), HttpServletResponse.SC_SERVICE_UNAVAILABLE, why);
      }
    }
  }

  /** The home page again, with what the person wrote and why it could not be done. */
  private void again(
      HttpServletRequest request,
      HttpServletResponse response,
      Engine engine,
      int status,
      StartForm sent)
      throws IOException {
    var query = HomeQuery.NEWEST;
    var now = pages.now();
    var tag = pages.tag(engine, query.toString());
    var home = new HomePage(engine, keys, now).view(query, sent);
    pages.send(
        response,
        status,
        "page/home.jte",
        Map.of(
            "page",
            pages.live(request, "Not started"),
            "home",
            home,
            "tag",
            tag.header(home.validUntil())));
  }
}
