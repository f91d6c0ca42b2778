import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * Builds the image from the Dockerfile as it is, starts it through docker-compose.yml as it is, and
 * shows that it keeps what it promises: no rights, a health check, a drain, and a run that goes on
 * after kill -9. Needs Docker, or Podman as root.
 *
 * <p>Run by {@code make image-test} in the top directory.
 */
final class ImageTest {

  private static final String PROJECT = "perdure-image-test";
  private static final Path WORK = Path.of("target/image").toAbsolutePath();
  private static final Path JARS = Path.of("target/perdure/WEB-INF/lib").toAbsolutePath();
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Engine engine = Engine.ofThisMachine();
  private final HttpClient http = HttpClient.newHttpClient();
  private final int port = freePort();
  private String container = "";
  private String token = "";

  public static void main(String[] args) throws Exception {
    new ImageTest().run();
  }

  private void run() throws Exception {
    engine.check();
    packWorkflow();
    engine.build();
    try {
      var asked = Instant.now();
      compose("up", "-d");
      container = engine.container(PROJECT);
      isHealthy(asked);
      hasNoRights();
      letsInWithTokenOnly();
      goesOnAfterKill();
      drainsAtStop();
    } catch (Exception | AssertionError e) {
      System.err.println(engine.output("logs", container));
      throw e;
    } finally {
      compose("down", "-v");
    }
    System.out.println("The image keeps its promises.");
  }

  // What is shown

  private void isHealthy(Instant asked) throws Exception {
    until("the health check of the image succeeds", () -> engine.isHealthy(container));
    shown("The server is healthy " + since(asked) + " after compose was asked for it.");
  }

  private void hasNoRights() throws Exception {
    var status = inContainer("cat", "/proc/1/status");
    require(status.contains("Name:\tjava\n"), "process 1 is java itself", status);
    require(status.contains("Uid:\t10001\t10001\t10001\t10001\n"), "it runs as 10001", status);
    require(status.contains("CapEff:\t0000000000000000\n"), "it has no capabilities", status);
    require(status.contains("NoNewPrivs:\t1\n"), "it can not gain any", status);
    var mounts = inContainer("cat", "/proc/mounts");
    require(isMounted(mounts, "/", "ro"), "the root is read-only", mounts);
    require(isMounted(mounts, "/tmp", "noexec"), "nothing in /tmp can be executed", mounts);
    shown("It runs as 10001 without capabilities, on a read-only root, with a noexec /tmp.");
  }

  private void letsInWithTokenOnly() throws Exception {
    token = inContainer("cat", "/data/token").strip();
    var modes = inContainer("stat", "-c", "%a", "/data", "/data/token", "/data/perdure.db");
    require(modes.equals("700\n600\n600\n"), "nobody else reads the data", modes);
    var log = engine.output("logs", container);
    require(!log.contains(token), "the log does not hold the token", log);
    require(log.split("/login\\?link=", -1).length == 2, "it holds one link to sign in", log);
    require(get("/api/workflows", "").statusCode() == 401, "without the token nobody comes in", "");
    var workflows = get("/api/workflows", token);
    require(workflows.statusCode() == 200, "with it, one does", workflows.body());
    require(workflows.body().contains("\"held\""), "the jar in /workflows was found", workflows.body());
    shown("It made a token, logged one link to sign in with, and asks for either.");
    shown("The workflow in a jar beside it is there.");
  }

  private void goesOnAfterKill() throws Exception {
    var run = start();
    until("the step holds", () -> effects(run).equals("before\nhold begins\n"));
    var killed = Instant.now();
    output(List.of("kill", "-9", engine.output("inspect", "-f", "{{.State.Pid}}", container).strip()));
    until("it is started again", this::answersReady);
    until("the step holds again", () -> effects(run).equals("before\nhold begins\nhold begins\n"));
    shown("After kill -9 the engine of the containers started it again; "
        + since(killed) + " later the step that was cut off ran.");
    letGo(run);
    awaitCompletion(run);
    require(
        effects(run).equals("before\nhold begins\nhold begins\nhold ends\nafter\n"),
        "a completed step does not run again",
        effects(run));
    shown("The run is completed, and the step that was completed before the kill ran once.");
  }

  private void drainsAtStop() throws Exception {
    var run = start();
    until("the step holds", () -> effects(run).equals("before\nhold begins\n"));
    // From inside, because Podman lets nobody into a container that is stopping.
    engine.output("exec", "-d", container, "sh", "-c", "sleep 3; touch " + letGoFile(run));
    var asked = Instant.now();
    engine.output("stop", "-t", "40", container);
    var code = engine.output("inspect", "-f", "{{.State.ExitCode}}", container).strip();
    require(code.equals("143"), "SIGTERM ended it, not SIGKILL", "exit code " + code);
    shown("At SIGTERM it let the running step end and was gone after " + since(asked) + ".");
    engine.output("start", container);
    until("it is healthy", () -> engine.isHealthy(container));
    awaitCompletion(run);
    require(
        effects(run).equals("before\nhold begins\nhold ends\nafter\n"),
        "a step that ended while the server drained does not run again",
        effects(run));
    shown("Started again, it ran what was left of the run and nothing twice.");
  }

  // The server

  private String start() throws Exception {
    var body = "{\"workflow\":\"held\",\"input\":\"x\"}";
    var request =
        request("/api/runs", token)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    var answer = http.send(request, HttpResponse.BodyHandlers.ofString());
    require(answer.statusCode() == 201, "a run starts", answer.body());
    return json(answer).get("runId").getAsString();
  }

  private void awaitCompletion(String run) throws Exception {
    until("run " + run + " is completed", () -> status(run).equals("completed"));
  }

  private String status(String run) throws Exception {
    var answer = get("/api/runs/" + run, token);
    require(answer.statusCode() == 200, "the run is known", answer.body());
    return json(answer).get("status").getAsString();
  }

  private HttpResponse<String> get(String path, String bearer) throws Exception {
    return http.send(request(path, bearer).build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String path, String bearer) {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .timeout(Duration.ofSeconds(10));
    return bearer.isEmpty() ? request : request.header("Authorization", "Bearer " + bearer);
  }

  private static JsonObject json(HttpResponse<String> answer) {
    return JsonParser.parseString(answer.body()).getAsJsonObject();
  }

  private boolean answersReady() {
    try {
      return get("/health/ready", "").statusCode() == 200;
    } catch (Exception e) {
      return false;
    }
  }

  // The container

  private void packWorkflow() throws Exception {
    var classes = WORK.resolve("classes");
    var source = Path.of("src/test/image/workflow/HeldWorkflow.java").toString();
    jdk("javac", "-proc:none", "-cp", JARS + "/*", "-d", classes.toString(), source);
    var service = classes.resolve("META-INF/services/dev.perdure.workflow.WorkflowProvider");
    Files.createDirectories(service.getParent());
    Files.writeString(service, "HeldWorkflow\n");
    var jar = WORK.resolve("workflows/held.jar");
    Files.createDirectories(jar.getParent());
    jdk("jar", "--create", "--file", jar.toString(), "-C", classes.toString(), ".");
    Files.writeString(
        WORK.resolve("compose.yml"),
        "services:\n  perdure:\n    volumes:\n      - " + jar.getParent() + ":/workflows:ro\n");
  }

  private void compose(String... arguments) throws Exception {
    var command = new ArrayList<>(engine.compose());
    command.addAll(List.of("-p", PROJECT, "-f", "docker-compose.yml", "-f", WORK + "/compose.yml"));
    command.addAll(List.of(arguments));
    var process = process(command);
    process.environment().put("PERDURE_PORT", Integer.toString(port));
    process.environment().remove("PERDURE_TOKEN");
    output(process);
  }

  private String inContainer(String... command) throws Exception {
    var all = new ArrayList<>(List.of("exec", container));
    all.addAll(List.of(command));
    return engine.output(all.toArray(String[]::new));
  }

  private static boolean isMounted(String mounts, String place, String option) {
    return mounts
        .lines()
        .map(line -> line.split(" "))
        .anyMatch(mount -> mount[1].equals(place) && List.of(mount[3].split(",")).contains(option));
  }

  private String effects(String run) throws Exception {
    return inContainer("sh", "-c", "cat /data/effects-" + run + " 2>/dev/null || true");
  }

  private void letGo(String run) throws Exception {
    inContainer("touch", letGoFile(run));
  }

  private static String letGoFile(String run) {
    return "/data/let-go-" + run;
  }

  // What runs containers

  private sealed interface Engine {

    static Engine ofThisMachine() {
      try {
        ImageTest.output(List.of("docker", "info"));
        return new Docker();
      } catch (Exception e) {
        return new Podman();
      }
    }

    /** Ends the test with a sentence where it can not run. */
    void check();

    String program();

    List<String> compose();

    void build() throws Exception;

    boolean isHealthy(String container) throws Exception;

    default String output(String... arguments) throws Exception {
      var command = new ArrayList<>(List.of(program()));
      command.addAll(List.of(arguments));
      return ImageTest.output(command);
    }

    default String container(String project) throws Exception {
      return output("ps", "-aq", "--filter", "label=com.docker.compose.project=" + project).strip();
    }
  }

  private record Docker() implements Engine {

    @Override
    public void check() {}

    @Override
    public String program() {
      return "docker";
    }

    @Override
    public List<String> compose() {
      return List.of("docker", "compose");
    }

    @Override
    public void build() throws Exception {
      finish(process(List.of("docker", "build", "-t", "perdure", ".")));
    }

    @Override
    public boolean isHealthy(String container) throws Exception {
      return output("inspect", "-f", "{{.State.Health.Status}}", container).equals("healthy\n");
    }
  }

  /** Without a registry: on bases made by stand-in-bases.sh, with the Maven repository of this machine. */
  private record Podman() implements Engine {

    @Override
    public void check() {
      try {
        ImageTest.output(List.of("sh", "-c", "[ $(id -u) = 0 ] && which podman podman-compose runc debootstrap"));
      } catch (Exception e) {
        throw new IllegalStateException(
            "The image can not be tested here: that needs a Docker engine with compose, or root with"
                + " podman, podman-compose, runc and debootstrap (all of them Debian packages).");
      }
    }

    @Override
    public String program() {
      return "podman";
    }

    @Override
    public List<String> compose() {
      return List.of("podman-compose");
    }

    @Override
    public void build() throws Exception {
      finish(process(List.of("sh", "src/test/image/stand-in-bases.sh")));
      var settings = WORK.resolve("settings.xml");
      Files.writeString(settings, offlineSettings());
      var repository = Path.of(System.getProperty("user.home"), ".m2/repository");
      finish(
          process(
              List.of(
                  "podman", "build", "--format", "docker", "--isolation", "chroot", //
                  "--volume", repository + ":/maven-repository:ro", //
                  "--volume", settings + ":/root/.m2/settings.xml:ro", //
                  "--tag", "perdure", ".")));
    }

    @Override
    public boolean isHealthy(String container) {
      try {
        output("healthcheck", "run", container);
        return true;
      } catch (Exception e) {
        return false;
      }
    }

    /** This machine's, because Maven takes a stored artifact only from the repository it came from. */
    private static String offlineSettings() throws Exception {
      var own = Path.of(System.getProperty("user.home"), ".m2/settings.xml");
      var settings = Files.exists(own) ? Files.readString(own) : globalSettings();
      return settings.replace(
          "</settings>",
          "<localRepository>/maven-repository</localRepository><offline>true</offline></settings>");
    }

    private static String globalSettings() throws Exception {
      var home = ImageTest.output(List.of("mvn", "-v")).lines().filter(line -> line.contains("Maven home: "));
      var path = home.findFirst().orElseThrow().replaceFirst(".*Maven home: ", "");
      return Files.readString(Path.of(path, "conf/settings.xml"));
    }
  }

  // Processes, and what they say

  private static ProcessBuilder process(List<String> command) throws Exception {
    var process = new ProcessBuilder(command);
    process.environment().put("CONTAINERS_CONF", containersConf().toString());
    return process;
  }

  /** For Podman: what is needed where the limits of a process can not be raised. */
  private static Path containersConf() throws Exception {
    var file = WORK.resolve("containers.conf");
    if (!Files.exists(file)) {
      Files.createDirectories(WORK);
      Files.writeString(
          file,
          """
          [containers]
          default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
          [engine]
          runtime = "runc"
          """);
    }
    return file;
  }

  private static String output(List<String> command) throws Exception {
    return output(process(command));
  }

  private static String output(ProcessBuilder builder) throws Exception {
    var process = builder.redirectErrorStream(true).start();
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IllegalStateException(String.join(" ", builder.command()) + " failed: " + output);
    }
    return output;
  }

  private static void finish(ProcessBuilder process) throws Exception {
    var code = process.inheritIO().start().waitFor();
    if (code != 0) {
      throw new IllegalStateException(String.join(" ", process.command()) + " ended with " + code);
    }
  }

  private static void jdk(String program, String... arguments) throws Exception {
    var command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/" + program));
    command.addAll(List.of(arguments));
    finish(process(command));
  }

  private static int freePort() {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void until(String what, Callable<Boolean> condition) throws Exception {
    var end = Instant.now().plus(PATIENCE);
    while (!condition.call()) {
      require(Instant.now().isBefore(end), what, "not within " + PATIENCE.toSeconds() + " s");
      Thread.sleep(100);
    }
  }

  private static void require(boolean condition, String what, String found) {
    if (!condition) {
      throw new AssertionError("Not so: " + what + ". " + found);
    }
  }

  private static void shown(String sentence) {
    System.out.println("SHOWN: " + sentence);
  }

  private static String since(Instant start) {
    return Duration.between(start, Instant.now()).toMillis() / 1000.0 + " s";
  }
}
