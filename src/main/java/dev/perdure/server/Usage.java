package dev.perdure.server;

/** What {@code --help} says. */
final class Usage {

  private Usage() {}

  static String text() {
    var text =
        new StringBuilder(
            """
            Without arguments Perdure serves. Before a new build is deployed,

              check FILE [--workflows JARS] [--json]

            replays every unfinished run of a copied database against it, without running a step.
            "check --help" says more.

            The server is set up by environment variables, or system properties
            (-Dperdure.port=8081 goes before PERDURE_PORT=8081):

            """);
    for (var setting : Setting.values()) {
      var fallback = setting.fallback().map(value -> " (" + value + ")").orElse("");
      text.append(String.format("  %-24s %s%s%n", setting.variable(), setting.meaning(), fallback));
    }
    return text.toString();
  }
}
