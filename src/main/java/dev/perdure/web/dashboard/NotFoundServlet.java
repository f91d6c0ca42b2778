package dev.perdure.web.dashboard;

/** Answers every address that nothing else answers. */
final class NotFoundServlet extends PageServlet {

  private static final long serialVersionUID = 1L;

  NotFoundServlet(Pages pages) {
    super(pages);
  }
}
