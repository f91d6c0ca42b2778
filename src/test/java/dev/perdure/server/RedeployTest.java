package dev.perdure.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import jakarta.servlet.ServletContextListener;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Deploys Perdure with classes of its own, takes it out again, and looks what stays behind. */
class RedeployTest {

  private static final int COLLECTIONS_MAX = 100;
  private static final int COLLECTION_WITHIN_MS = 200;

  @TempDir private Path directory;

  @Test
  void leavesNoThreadAndNoClassBehind() throws Exception {
    var jetty = new ForeignJetty();
    var collected = new ReferenceQueue<ClassLoader>();
    var threads = threadNames();

    var loader = deployedAndTakenOut(jetty, collected);

    assertEquals(List.of(), newThreads(threads));
    assertNotNull(awaitCollection(collected), () -> "still there: " + loader.get());
    jetty.stop();
  }

  /** In a method of its own, so that no variable of the test holds the classes. */
  private WeakReference<ClassLoader> deployedAndTakenOut(
      ForeignJetty jetty, ReferenceQueue<ClassLoader> collected) throws Exception {
    var settings =
        Map.of(
            "PERDURE_DATA",
            directory.resolve("data").toString(),
            "PERDURE_TOKEN",
            ForeignJetty.TOKEN);
    try (var classes = new URLClassLoader("webapp", ownJars(), new ContainerClasses())) {
      var listener = classes.loadClass(PerdureListener.class.getName()).getConstructor();
      var perdure =
          jetty.deploy("/app", settings, (ServletContextListener) listener.newInstance(), classes);
      perdure.awaitReadiness("ready");
      assertEquals(200, perdure.get("/").statusCode());
      var run = perdure.startRun("platform-health-check");
      assertEquals(200, perdure.get("/api/runs/" + run + "?wait=30").statusCode());
      perdure.undeploy();
      jetty.hangUp();
      return new WeakReference<>(classes, collected);
    }
  }

  private static @Nullable Object awaitCollection(ReferenceQueue<ClassLoader> collected)
      throws InterruptedException {
    clearSoftReferences();
    for (int i = 0; i < COLLECTIONS_MAX; i++) {
      System.gc();
      var reference = collected.remove(COLLECTION_WITHIN_MS);
      if (reference != null) {
        return reference;
      }
    }
    return null;
  }

  /** Java caches what it knows of a class until it has no memory left. */
  private static void clearSoftReferences() {
    var memory = new ArrayList<long[]>();
    try {
      while (memory.size() < COLLECTIONS_MAX) {
        memory.add(new long[Integer.MAX_VALUE - 8]);
      }
    } catch (OutOfMemoryError e) {
      memory.clear();
    }
  }

  private static List<String> threadNames() {
    return Thread.getAllStackTraces().keySet().stream().map(Thread::getName).toList();
  }

  private static List<String> newThreads(List<String> before) {
    var names = new ArrayList<>(threadNames());
    names.removeAll(before);
    names.removeIf(name -> !name.startsWith("perdure"));
    return names;
  }

  /** What is in the WAR: our classes and the libraries in WEB-INF/lib. */
  private static URL[] ownJars() throws Exception {
    var urls = new ArrayList<URL>();
    for (var entry : System.getProperty("java.class.path").split(":", -1)) {
      if (entry.matches(".*(/classes|gson|sqlite|jte|commonmark|cron|jspecify)[^/]*")) {
        urls.add(Path.of(entry).toUri().toURL());
      }
    }
    return urls.toArray(URL[]::new);
  }

  /** What a container shows of itself: Java, servlets and its log. */
  private static final class ContainerClasses extends ClassLoader {

    private static final List<String> SHOWN = List.of("jakarta.servlet.", "org.slf4j.");

    ContainerClasses() {
      super("container", ClassLoader.getPlatformClassLoader());
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      if (SHOWN.stream().anyMatch(name::startsWith)) {
        return RedeployTest.class.getClassLoader().loadClass(name);
      }
      throw new ClassNotFoundException(name);
    }
  }
}
