package dev.perdure.web.dashboard;

import dev.perdure.web.Access;
import dev.perdure.web.EngineGate;
import dev.perdure.web.WebSettings;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServlet;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** The dashboard as a whole. */
public final class Dashboard {

  private Dashboard() {}

  /**
   * Registers the pages. They take every path that nothing else takes, so that what does not exist
   * gets an answer in the same dress and no file of the web root is served by the container.
   */
  public static void register(
      ServletContext context, EngineGate gate, Access access, WebSettings settings) {
    var assets = Assets.read(context);
    var pages = new Pages(assets, access, settings);
    Supplier<String> keys = keys(new SecureRandom());
    add(context, "home", new HomeServlet(pages, gate, keys), "");
    add(context, "runs", new RunsServlet(pages, gate, keys), "/runs");
    add(context, "run", new RunServlet(pages, gate), "/runs/*");
    add(context, "login", new LoginServlet(pages, access), "/login", "/logout");
    add(context, "assets", new AssetsServlet(pages, assets), "/assets/*");
    add(context, "not-found", new NotFoundServlet(pages), "/");
  }

  /** Idempotency keys of forms: 128 random bits each. */
  private static Supplier<String> keys(RandomGenerator random) {
    return () ->
        HexFormat.of().toHexDigits(random.nextLong())
            + HexFormat.of().toHexDigits(random.nextLong());
  }

  private static void add(
      ServletContext context, String name, HttpServlet servlet, String... paths) {
    var registration = context.addServlet("dashboard-" + name, servlet);
    registration.setAsyncSupported(true);
    registration.addMapping(paths);
  }
}
