package dev.perdure.server;

import dev.perdure.workflow.Workflow;
import dev.perdure.workflow.WorkflowProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/**
 * The workflows of a directory of jars. Its classes see those of the server, and come after them:
 * there is one SQLite in the process.
 */
final class WorkflowJars implements AutoCloseable {

  private final URLClassLoader loader;
  private final List<Workflow<?, ?>> workflows;

  private WorkflowJars(URLClassLoader loader, List<Workflow<?, ?>> workflows) {
    this.loader = loader;
    this.workflows = workflows;
  }

  /**
   * Loads what the jars provide, and what is provided beside the server's own classes.
   *
   * @param directory null for none
   * @throws ConfigException when a jar or a provider in it can not be loaded
   */
  static WorkflowJars open(@Nullable Path directory) {
    var loader =
        new URLClassLoader(
            "perdure-workflows",
            directory == null ? new URL[0] : jars(directory),
            WorkflowJars.class.getClassLoader());
    try {
      return new WorkflowJars(loader, provided(loader));
    } catch (ServiceConfigurationError | RuntimeException | LinkageError e) {
      closeAfter(e, loader);
      throw new ConfigException(
          "The workflows in "
              + (directory == null ? "the class path" : directory)
              + " can not be loaded: "
              + e,
          e);
    }
  }

  private static URL[] jars(Path directory) {
    try (var files = Files.newDirectoryStream(directory, "*.jar")) {
      var sorted = new ArrayList<Path>();
      files.forEach(sorted::add);
      sorted.sort(null);
      var urls = new URL[sorted.size()];
      for (int i = 0; i < urls.length; i++) {
        urls[i] = url(sorted.get(i));
      }
      return urls;
    } catch (IOException e) {
      throw new UncheckedIOException(directory + " can not be read.", e);
    }
  }

  private static URL url(Path jar) {
    try {
      return jar.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new IllegalStateException("Every file has a URL.", e);
    }
  }

  private static List<Workflow<?, ?>> provided(ClassLoader loader) {
    var workflows = new ArrayList<Workflow<?, ?>>();
    for (var provider : ServiceLoader.load(WorkflowProvider.class, loader)) {
      Collection<Workflow<?, ?>> provided = provider.workflows();
      workflows.addAll(provided);
    }
    return workflows;
  }

  private static void closeAfter(Throwable failure, URLClassLoader loader) {
    try {
      loader.close();
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  List<Workflow<?, ?>> workflows() {
    return workflows;
  }

  /** Lets go of the jars; none of their classes may be needed any longer. */
  @Override
  public void close() throws IOException {
    loader.close();
  }
}
