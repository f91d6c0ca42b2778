package dev.perdure.web.api;

import dev.perdure.web.EngineGate;
import dev.perdure.web.WebSettings;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServlet;

/** The servlets of the API and of health. */
public final class ApiServlets {

  private ApiServlets() {}

  /** Registers them. Called once, by the listener, after the filters. */
  public static void register(ServletContext context, WebSettings settings, EngineGate gate) {
    add(context, "workflows", new WorkflowsServlet(gate, settings), "/api/workflows");
    add(context, "runs", new RunsServlet(gate, settings), "/api/runs");
    add(context, "run", new RunServlet(gate, settings, new Waits(gate)), "/api/runs/*");
    add(context, "nothing", new NothingServlet(), "/api/*");
    add(context, "live", new LiveServlet(), "/health/live");
    add(context, "ready", new ReadyServlet(gate), "/health/ready");
  }

  private static void add(
      ServletContext context, String name, HttpServlet servlet, String pattern) {
    var registration = context.addServlet("perdure-api-" + name, servlet);
    registration.setAsyncSupported(true);
    registration.addMapping(pattern);
  }
}
