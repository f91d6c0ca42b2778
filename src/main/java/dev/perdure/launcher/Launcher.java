package dev.perdure.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.lang.reflect.InvocationTargetException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;

/**
 * The main class of {@code perdure.war}: unpacks the jars in it once and starts the server from
 * them.
 *
 * <p>On a Java older than the server needs, it starts itself again on a newer one that it finds.
 */
public final class Launcher {

  private static final int OLDEST_JAVA = 25;
  private static final String SERVER = "dev.perdure.server.Main";
  private static final String PARENT = "perdure.launcher.parent";

  private Launcher() {}

  /**
   * Starts the server with the arguments of the command line.
   *
   * @throws Exception if the WAR can not be unpacked or the server throws
   */
  public static void main(String[] args) throws Exception {
    var war = Path.of(ownLocation()).toRealPath();
    if (Runtime.version().feature() < OLDEST_JAVA) {
      System.exit(startOnNewerJava(war, args));
    }
    stopWithParent();
    startServer(war, args);
  }

  private static URI ownLocation() throws URISyntaxException {
    return Launcher.class.getProtectionDomain().getCodeSource().getLocation().toURI();
  }

  private static void startServer(Path war, String[] args) throws Exception {
    System.setProperty("perdure.webroot", war.toString());
    // Not closed: it lives as long as the process.
    var loader =
        new URLClassLoader("perdure", unpackJars(war), ClassLoader.getPlatformClassLoader());
    Thread.currentThread().setContextClassLoader(loader);
    var main = loader.loadClass(SERVER).getMethod("main", String[].class);
    try {
      main.invoke(null, (Object) args);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof Exception cause) {
        throw cause;
      }
      throw e;
    }
  }

  // Unpacking

  private static URL[] unpackJars(Path war) throws IOException {
    try (var archive = new JarFile(war.toFile())) {
      var jars = archive.stream().filter(Launcher::isJarOfServer).toList();
      var kept = keptDirectory(jars);
      var directory = kept.isPresent() ? kept.get() : temporaryDirectory();
      var unpacked = new ArrayList<URL>();
      for (var jar : jars) {
        var file = unpack(archive, jar, directory);
        if (kept.isEmpty()) {
          file.toFile().deleteOnExit();
        }
        unpacked.add(file.toUri().toURL());
      }
      return unpacked.toArray(URL[]::new);
    }
  }

  private static boolean isJarOfServer(ZipEntry entry) {
    var name = entry.getName();
    return name.endsWith(".jar")
        && (name.startsWith("WEB-INF/lib/") || name.startsWith("WEB-INF/embedded/"));
  }

  /** A directory for exactly these jars in the user's cache; empty if the user can not have one. */
  private static Optional<Path> keptDirectory(List<? extends ZipEntry> jars) {
    var home = System.getenv("XDG_CACHE_HOME");
    var caches =
        home == null || home.isBlank()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(home);
    try {
      var directory = caches.resolve("perdure").resolve(fingerprint(jars));
      Files.createDirectories(directory);
      return Optional.of(directory).filter(Files::isWritable);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Its name can not be guessed, so no other user can lay jars there beforehand. */
  private static Path temporaryDirectory() throws IOException {
    var directory = Files.createTempDirectory("perdure-");
    directory.toFile().deleteOnExit();
    return directory;
  }

  private static String fingerprint(List<? extends ZipEntry> jars) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      for (var jar : jars) {
        var line = jar.getName() + ' ' + jar.getCrc() + ' ' + jar.getSize() + '\n';
        digest.update(line.getBytes(StandardCharsets.UTF_8));
      }
      return HexFormat.of().formatHex(digest.digest(), 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256.", e);
    }
  }

  /** Other processes may unpack the same jar now: each writes its own file and renames it. */
  private static Path unpack(JarFile archive, ZipEntry jar, Path directory) throws IOException {
    var target = directory.resolve(Path.of(jar.getName()).getFileName());
    if (Files.exists(target) && Files.size(target) == jar.getSize()) {
      return target;
    }
    var partial = Files.createTempFile(directory, "unpacking-", ".tmp");
    try (InputStream content = archive.getInputStream(jar)) {
      Files.copy(content, partial, StandardCopyOption.REPLACE_EXISTING);
      return Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(partial);
    }
  }

  // A newer Java

  private static int startOnNewerJava(Path war, String[] args) throws IOException {
    var home = JavaHomes.newest(OLDEST_JAVA);
    if (home.isEmpty()) {
      System.err.println(
          "Perdure needs Java "
              + OLDEST_JAVA
              + " or newer, but this is Java "
              + Runtime.version().feature()
              + " and no newer one was found in "
              + JavaHomes.PLACES_IN_WORDS
              + "; install one, or set JAVA_HOME to it.");
      return 1;
    }
    return run(command(home.get(), war, args));
  }

  private static List<String> command(Path home, Path war, String[] args) {
    var command = new ArrayList<String>();
    command.add(home.resolve("bin/java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.add("-D" + PARENT + "=" + ProcessHandle.current().pid());
    command.add("-jar");
    command.add(war.toString());
    command.addAll(List.of(args));
    return command;
  }

  /** Java can not replace its own process, so this one stays and passes a request to stop on. */
  private static int run(List<String> command) throws IOException {
    var child = new ProcessBuilder(command).inheritIO().start();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(child), "stop-server"));
    try {
      return child.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 1;
    }
  }

  private static void stop(Process child) {
    child.destroy();
    try {
      child.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** If the process that started this one is killed, nobody else would tell it to stop. */
  private static void stopWithParent() {
    var parent = System.getProperty(PARENT);
    if (parent != null) {
      var unused =
          ProcessHandle.of(Long.parseLong(parent))
              .map(ProcessHandle::onExit)
              .orElseGet(() -> CompletableFuture.completedFuture(null))
              .thenRun(() -> System.exit(1));
    }
  }
}
