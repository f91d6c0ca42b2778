package dev.perdure.web;

import static jakarta.servlet.DispatcherType.ASYNC;
import static jakarta.servlet.DispatcherType.REQUEST;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.ServletContext;
import java.security.SecureRandom;
import java.util.EnumSet;

/**
 * The filters that protect Perdure. They are the application's own, because in a foreign container
 * nothing else applies.
 */
public final class WebFilters {

  private WebFilters() {}

  /** Registers the filters, outermost first, for every path. Called once, by the listener. */
  public static void register(ServletContext context, WebSettings settings, Access access) {
    var edge = new EdgeFilter(new RequestIds(new SecureRandom()));
    add(context, "edge", edge, EnumSet.of(REQUEST, ASYNC));
    add(context, "address", new AddressFilter(settings), EnumSet.of(REQUEST));
    add(context, "origin", new OriginFilter(settings), EnumSet.of(REQUEST));
    add(context, "access", new AccessFilter(access), EnumSet.of(REQUEST));
    add(context, "body", new BodyFilter(settings.bodyDeadline()), EnumSet.of(REQUEST, ASYNC));
  }

  private static void add(
      ServletContext context, String name, Filter filter, EnumSet<DispatcherType> dispatches) {
    var registration = context.addFilter("perdure-" + name, filter);
    registration.setAsyncSupported(true);
    registration.addMappingForUrlPatterns(dispatches, true, "/*");
  }
}
