package dev.perdure.bench;

import java.io.IOException;

/** A run of a server. */
record RunOverHttp(HttpConnection connection, String id) {

  private static final int LOOKS_MAX = 100;

  static RunOverHttp start(HttpConnection connection, String request) throws IOException {
    var started = connection.post("/api/runs", request).expect(201);
    return new RunOverHttp(connection, field(started.body(), "runId"));
  }

  String path() {
    return "/api/runs/" + id;
  }

  /** Looks at it after each of its changes. */
  void awaitCompletion() throws IOException {
    for (int look = 0; look < LOOKS_MAX; look++) {
      var status = field(connection.get(path() + "?wait=30").expect(200).body(), "status");
      if (status.equals("completed")) {
        return;
      }
      if (!status.equals("running") && !status.equals("pending")) {
        throw new IllegalStateException("The run " + id + " is " + status + ".");
      }
    }
    throw new IllegalStateException("The run " + id + " changes too often.");
  }

  /** The first of the name: a run's own fields stand before those of its steps. */
  static String field(String json, String name) {
    var head = "\"" + name + "\":\"";
    int begin = json.indexOf(head) + head.length();
    return json.substring(begin, json.indexOf('"', begin));
  }
}
