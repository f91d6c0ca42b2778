package dev.perdure.web.dashboard;

import dev.perdure.engine.Engine;
import dev.perdure.journal.Command.CancelResult;
import dev.perdure.journal.Ending;
import dev.perdure.journal.RunDetail;
import dev.perdure.journal.RunId;
import dev.perdure.journal.Status;
import dev.perdure.web.EngineGate;
import dev.perdure.web.Standing;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The page of one run, those of the logs of its steps, and the form that cancels it. */
final class RunServlet extends PageServlet {

  private static final long serialVersionUID = 1L;
  private static final int LOGS_MAX = 10;

  private final transient EngineGate gate;

  RunServlet(Pages pages, EngineGate gate) {
    super(pages);
    this.gate = gate;
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    var path = request.getPathInfo();
    if (path == null || path.equals("/")) {
      seeOther(response, Pages.root(request));
      return;
    }
    var parts = List.of(path.substring(1).split("/", -1));
    var id = RunId.parse(parts.getFirst());
    if (id.isPresent() && parts.size() == 1) {
      show(request, response, id.get());
    } else if (id.isPresent() && isLog(parts)) {
      showLog(request, response, id.get(), Integer.parseInt(parts.get(2)));
    } else {
      pages.problem(request, response, ProblemView.notFound());
    }
  }

  private static boolean isLog(List<String> parts) {
    return parts.size() == 4
        && parts.get(1).equals("steps")
        && parts.get(2).matches("0|[1-9][0-9]{0,8}")
        && parts.get(3).equals("log");
  }

  private void show(HttpServletRequest request, HttpServletResponse response, RunId id)
      throws IOException {
    var engine = gate.engine();
    var from = StepsFrom.of(request);
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

  private static Optional<RunView> read(Engine engine, RunId id, StepsFrom from, Instant now) {
    Function<RunDetail, RunView> view =
        detail ->
            RunView.of(
                detail,
                from,
                from.context(engine.reader(), id),
                Standing.of(engine, detail.run(), now),
                engine.zombies(),
                Logs.read(engine.reader(), id, detail.steps(), LOGS_MAX));
    return engine
        .reader()
        .detail(id, from.ordinal(), HomePage.STEPS_MAX, ValueView.SHOWN_BYTES_MAX)
        .map(view);
  }

  private void showLog(
      HttpServletRequest request, HttpServletResponse response, RunId id, int ordinal)
      throws IOException {
    var reader = gate.engine().reader();
    var run = reader.detail(id, ordinal, 1, 0);
    if (run.isEmpty()) {
      pages.problem(request, response, ProblemView.noRun(id.toString()));
      return;
    }
    var step = run.get().steps().stream().filter(found -> found.ordinal() == ordinal).findFirst();
    if (step.isEmpty()) {
      pages.problem(request, response, ProblemView.noLog());
      return;
    }
    var log = LogView.whole(step.get().startedAt(), reader.log(id, ordinal), "runs/" + id);
    var page = pages.still(request, "Log of " + step.get().name());
    pages.send(
        response,
        HttpServletResponse.SC_OK,
        "page/log.jte",
        Map.of("page", page, "step", step.get().name(), "log", log));
  }

  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    var path = String.valueOf(request.getPathInfo());
    var id =
        path.endsWith("/cancel")
            ? RunId.parse(path.substring(1, path.length() - "/cancel".length()))
            : Optional.<RunId>empty();
    if (id.isPresent()) {
      cancel(request, response, id.get());
    } else {
      pages.problem(request, response, ProblemView.notFound());
    }
  }

  private void cancel(HttpServletRequest request, HttpServletResponse response, RunId id)
      throws IOException {
    var tooLate =
        switch (gate.engine().cancelRun(id)) {
          case CancelResult.Accepted _ -> "";
          case CancelResult.AlreadyEnding(var ending) ->
              ending == Ending.CANCELLED ? "" : "It has failed and undoes what it did.";
          case CancelResult.RunEnded(var status) ->
              status == Status.CANCELLED ? "" : "It was " + status.word() + " before.";
          case CancelResult.NoSuchRun() -> null;
        };
    if (tooLate == null) {
      pages.problem(request, response, ProblemView.noRun(id.toString()));
    } else if (tooLate.isEmpty()) {
      seeOther(response, "../" + id);
    } else {
      pages.problem(request, response, ProblemView.tooLate(tooLate));
    }
  }
}
