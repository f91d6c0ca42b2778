package dev.perdure.torture;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.perdure.workflow.WorkflowProvider;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;

/** Packs a provider out of the tests' own classes into a jar, for a server to find. */
public final class WorkflowsJar {

  private WorkflowsJar() {}

  /**
   * A directory in this one that holds nothing but the jar.
   *
   * @param provider packed with the classes inside it
   * @param others that it needs, packed with theirs; it must do without any more of the tests
   */
  public static Path in(
      Path directory, Class<? extends WorkflowProvider> provider, Class<?>... others)
      throws IOException {
    var jars = Files.createDirectories(directory.resolve("workflows"));
    try (var jar = new JarOutputStream(Files.newOutputStream(jars.resolve("workflows.jar")))) {
      jar.putNextEntry(new JarEntry("META-INF/services/" + WorkflowProvider.class.getName()));
      jar.write(provider.getName().getBytes(UTF_8));
      pack(provider, jar);
      for (var other : others) {
        pack(other, jar);
      }
    }
    return jars;
  }

  private static void pack(Class<?> type, JarOutputStream jar) throws IOException {
    for (var file : classesOf(type)) {
      jar.putNextEntry(new JarEntry(place(type) + file.getFileName()));
      jar.write(Files.readAllBytes(file));
    }
  }

  private static String place(Class<?> type) {
    return type.getPackageName().replace('.', '/') + "/";
  }

  private static List<Path> classesOf(Class<?> type) throws IOException {
    var name = type.getSimpleName();
    try (var files = Files.list(root(type).resolve(place(type)))) {
      return files
          .filter(file -> file.getFileName().toString().matches(name + "(\\$.*)?\\.class"))
          .sorted()
          .toList();
    }
  }

  private static Path root(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
