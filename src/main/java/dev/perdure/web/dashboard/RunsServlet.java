package dev.perdure.web.dashboard;

import dev.perdure.engine.Engine;
import dev.perdure.engine.StartException;
import dev.perdure.journal.JournalException;
import dev.perdure.journal.RunId;
import dev.perdure.web.EngineGate;
import dev.perdure.web.Standing;
import dev.perdure.web.Unavailable;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** The page of one run, and the form that starts one. */
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
    var path = request.getPathInfo();
    if (path == null || path.equals("/")) {
      seeOther(response, Pages.root(request));
      return;
    }
    var id = RunId.parse(path.substring(1));
    if (id.isPresent()) {
      show(request, response, id.get());
    } else {
      pages.problem(request, response, ProblemView.notFound());
    }
  }

  private void show(HttpServletRequest request, HttpServletResponse response, RunId id)
      throws IOException {
    var engine = gate.engine();
    int from = from(request);
    var now = pages.now();
    var tag = pages.tag(engine, id + " " + from);
    if (isLive(request) && tag.isKnownTo(request, now)) {
      response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
      return;
    }
    var run = read(engine, id, from, now);
    if (run.isEmpty()) {
      pages.problem(request, response, ProblemView.noRun(id.toString()));
      return;
    }
    var header = tag.header(run.get().validUntil());
    response.setHeader("ETag", header);
    pages.send(
        response,
        HttpServletResponse.SC_OK,
        isLive(request) ? "live/run.jte" : "page/run.jte",
        Map.of("page", pages.live(request, run.get().workflow()), "run", run.get(), "tag", header));
  }

  private static Optional<RunView> read(Engine engine, RunId id, int from, Instant now) {
    return engine
        .reader()
        .detail(id, from, HomePage.STEPS_MAX, ValueView.SHOWN_BYTES_MAX)
        .map(
            detail -> RunView.of(detail, Standing.of(engine, detail.run(), now), engine.zombies()));
  }

  private static int from(HttpServletRequest request) {
    var from = request.getParameter("from");
    return from != null && from.matches("\\d{1,9}") ? Integer.parseInt(from) : 0;
  }

  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    var form = StartForm.of(request, keys);
    if (request.getPathInfo() != null || form.isEmpty()) {
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
