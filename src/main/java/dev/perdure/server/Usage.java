package dev.perdure.server;

/** What {@code --help} says. */
final class Usage {

  private Usage() {}

  static String text() {
    var text =
        new StringBuilder(
            """
            Perdure takes no arguments. It is set up by environment variables, or system properties
            (-Dperdure.port=8081 goes before PERDURE_PORT=8081):

            """);
    for (var setting : Setting.values()) {
      var fallback = setting.fallback().map(value -> " (" + value + ")").orElse("");
      text.append(String.format("  %-24s %s%s%n", setting.variable(), setting.meaning(), fallback));
    }
    return text.toString();
  }
}
