package dev.perdure.bench;

/** What is asked of a server about one run. */
final class RunOverHttp {

  /** Lets the answer come when the run has ended, and tells of nothing before. */
  static final String UNTIL_END = "?wait=60&until=end";

  private RunOverHttp() {}

  static String path(String id) {
    return "/api/runs/" + id;
  }

  /**
   * Looks into an answer about the run.
   *
   * @throws IllegalStateException when it has not completed
   */
  static void requireCompleted(String answer) {
    var status = field(answer, "status");
    if (!status.equals("completed")) {
      throw new IllegalStateException("The run is " + status + ":\n" + answer);
    }
  }

  /** The first of the name: a run's own fields stand before those of its steps. */
  static String field(String json, String name) {
    var head = "\"" + name + "\":\"";
    int begin = json.indexOf(head) + head.length();
    return json.substring(begin, json.indexOf('"', begin));
  }
}
