package dev.perdure.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Posts from many clients at once. */
class LoadIT {

  private static final int CLIENTS = 50;
  private static final int POSTS_EACH = 20;
  private static final int POSTS = CLIENTS * POSTS_EACH;

  /** An answer to a post. */
  private record Answer(int status, String runId) {}

  @TempDir private Path directory;
  private PerdureProcess perdure;

  @BeforeEach
  void start() throws Exception {
    perdure = PerdureProcess.start(directory, Map.of());
  }

  @AfterEach
  void stop() {
    perdure.close();
  }

  @Test
  void everyPostIsRunOfItsOwn() throws Exception {
    var answers = allAtOnce(() -> post());

    assertEquals(Set.of(201), statuses(answers));
    var ids = ids(answers);
    assertEquals(POSTS, ids.size());
    for (var id : ids) {
      assertEquals("completed", perdure.awaitEnd(id).status());
    }
    assertEquals(Map.of("completed", POSTS), listed());
  }

  @Test
  void oneKeyIsOneRun() throws Exception {
    var answers = allAtOnce(() -> post("Idempotency-Key", "the-one"));

    assertEquals(1, ids(answers).size());
    assertEquals(1, answers.stream().filter(answer -> answer.status() == 201).count());
    assertEquals(POSTS - 1, answers.stream().filter(answer -> answer.status() == 200).count());
    assertEquals("completed", perdure.awaitEnd(answers.getFirst().runId()).status());
    assertEquals(Map.of("completed", 1), listed());
  }

  private Answer post(String... headers) throws Exception {
    var answer = perdure.post("quick", headers);
    return new Answer(answer.statusCode(), RunView.parse(answer.body()).id());
  }

  /** Every client begins when all are there. */
  private static List<Answer> allAtOnce(Callable<Answer> post) throws Exception {
    var all = new CountDownLatch(CLIENTS);
    var answers = new ArrayList<Answer>();
    try (var clients = Executors.newFixedThreadPool(CLIENTS)) {
      var posting = new ArrayList<Future<List<Answer>>>();
      for (int client = 0; client < CLIENTS; client++) {
        posting.add(
            clients.submit(() -> {
              all.countDown();
              all.await();
              var own = new ArrayList<Answer>();
              for (int i = 0; i < POSTS_EACH; i++) {
                own.add(post.call());
              }
              return own;
            }));
      }
      for (var client : posting) {
        answers.addAll(client.get());
      }
    }
    return answers;
  }

  /** How many runs the list shows in each status, page by page. */
  private Map<String, Integer> listed() throws Exception {
    var counts = new TreeMap<String, Integer>();
    var path = "/api/runs?limit=200";
    for (int page = 0; page < 100; page++) {
      var json = PerdureProcess.json(perdure.get(path).body());
      for (var run : json.getAsJsonArray("runs")) {
        counts.merge(run.getAsJsonObject().get("status").getAsString(), 1, Integer::sum);
      }
      if (json.get("nextCursor").isJsonNull()) {
        return counts;
      }
      path = "/api/runs?limit=200&cursor=" + json.get("nextCursor").getAsString();
    }
    throw new AssertionError("The list does not end.");
  }

  private static Set<String> ids(List<Answer> answers) {
    var ids = new HashSet<String>();
    answers.forEach(answer -> ids.add(answer.runId()));
    return ids;
  }

  private static Set<Integer> statuses(List<Answer> answers) {
    var statuses = new HashSet<Integer>();
    answers.forEach(answer -> statuses.add(answer.status()));
    return statuses;
  }
}
