package dev.perdure.server;

import dev.perdure.engine.Registration;
import dev.perdure.workflow.Workflow;
import dev.perdure.workflow.WorkflowProvider;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import org.jspecify.annotations.Nullable;

/**
 * The workflows of some jars, and those provided beside the server's own classes. The jars share
 * one class loader, so that one may hold what another needs. Their classes see those of the server,
 * and come after them: there is one SQLite in the process.
 *
 * <p>What can not be loaded is left out and reported by the jar's name; the rest is there. Names
 * are given to who comes first: the server's own workflows, then those beside its classes, then the
 * jars in the order of their names.
 */
final class WorkflowJars implements AutoCloseable {

  /** Who has taken a name. */
  private record Taken(Workflow<?, ?> workflow, String by) {}

  private final URLClassLoader loader;
  private final ZoneId zone;
  private final Map<String, Taken> byName = new LinkedHashMap<>();
  private final List<LoadProblem> problems = new ArrayList<>();
  private final List<Path> withoutProvider = new ArrayList<>();

  private WorkflowJars(URLClassLoader loader, Collection<Workflow<?, ?>> builtIn, ZoneId zone) {
    this.loader = loader;
    this.zone = zone;
    builtIn.forEach(workflow -> byName.put(workflow.name(), new Taken(workflow, "Perdure itself")));
  }

  /**
   * Loads what the jars provide, and what is provided beside the server's own classes.
   *
   * @param jars in the order in which they may take names
   * @param builtIn take their names first
   * @param zone where schedules are read
   */
  static WorkflowJars open(List<Path> jars, Collection<Workflow<?, ?>> builtIn, ZoneId zone) {
    return open(WorkflowJars.class.getClassLoader(), jars, builtIn, zone);
  }

  /** The same with the class loader of a server, which has workflows beside its classes or not. */
  static WorkflowJars open(
      ClassLoader parent, List<Path> jars, Collection<Workflow<?, ?>> builtIn, ZoneId zone) {
    var opened =
        new WorkflowJars(
            new URLClassLoader(
                "perdure-workflows",
                jars.stream().map(WorkflowJars::url).toArray(URL[]::new),
                parent),
            builtIn,
            zone);
    opened.loadBeside(parent);
    jars.forEach(opened::load);
    return opened;
  }

  /**
   * The jars of a directory, by name.
   *
   * @param directory null for none
   * @throws ConfigException when it can not be read
   */
  static List<Path> in(@Nullable Path directory) {
    if (directory == null) {
      return List.of();
    }
    var jars = new ArrayList<Path>();
    try (var files = Files.newDirectoryStream(directory, "*.jar")) {
      files.forEach(jars::add);
    } catch (IOException e) {
      throw new ConfigException(
          "The directory of workflows " + directory + " can not be read: " + e, e);
    }
    jars.sort(null);
    return jars;
  }

  private static URL url(Path jar) {
    try {
      return jar.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new IllegalStateException("Every file has a URL.", e);
    }
  }

  private void loadBeside(ClassLoader parent) {
    try {
      for (var list : parent.resources(Providers.LIST).toList()) {
        load(Providers.jarOf(list), new Providers(loader, list));
      }
    } catch (RuntimeException e) {
      problems.add(new LoadProblem("the class path", "can not be searched: " + e, e));
    }
  }

  private void load(Path jar) {
    String name = jar.getFileName().toString();
    try (var opened = new JarFile(jar.toFile())) {
      if (opened.getEntry(Providers.LIST) == null) {
        withoutProvider.add(jar);
        return;
      }
    } catch (IOException e) {
      problems.add(new LoadProblem(name, "is no jar that can be read: " + e.getMessage(), e));
      return;
    }
    load(name, new Providers(loader, Providers.listOf(jar)));
  }

  private void load(String jar, Providers providers) {
    for (var provided : providers.load()) {
      switch (provided) {
        case Providers.Loaded(var provider) -> take(jar, provider);
        case Providers.Broken(var cause) ->
            problems.add(LoadProblem.of(jar, "has a provider that can not be loaded", cause));
      }
    }
  }

  /** Code of others: whatever it throws is its own trouble and no reason not to start. */
  private void take(String jar, WorkflowProvider provider) {
    Collection<Workflow<?, ?>> workflows;
    try {
      workflows = List.copyOf(provider.workflows());
    } catch (RuntimeException | Error e) {
      var what = "has a provider that fails, " + provider.getClass().getName();
      problems.add(LoadProblem.of(jar, what, e));
      return;
    }
    workflows.forEach(workflow -> take(jar, workflow));
  }

  private void take(String jar, Workflow<?, ?> workflow) {
    try {
      Registration.check(workflow, zone);
    } catch (RuntimeException | Error e) {
      var what = "has a workflow that is left out, \"" + workflow.name() + "\"";
      problems.add(LoadProblem.of(jar, what, e));
      return;
    }
    var before = byName.putIfAbsent(workflow.name(), new Taken(workflow, jar));
    if (before != null) {
      problems.add(
          new LoadProblem(
              jar,
              "has a workflow that is left out, \""
                  + workflow.name()
                  + "\": "
                  + before.by()
                  + " has one of this name already.",
              null));
    }
  }

  /** The built-in workflows and all that could be loaded. */
  List<Workflow<?, ?>> workflows() {
    return byName.values().stream().<Workflow<?, ?>>map(Taken::workflow).toList();
  }

  /** Sees the classes of the jars. */
  ClassLoader loader() {
    return loader;
  }

  /** What could not be loaded, in the order in which it was found. */
  List<LoadProblem> problems() {
    return List.copyOf(problems);
  }

  /**
   * What is to be said of a workflow that was loaded and can not be run.
   *
   * @param why a sentence
   */
  LoadProblem leftOut(String workflow, String why) {
    var taken = byName.get(workflow);
    return new LoadProblem(
        taken == null ? "the class path" : taken.by(),
        "has a workflow that is left out, \"" + workflow + "\": " + why,
        null);
  }

  /** The jars that name no provider: others may need their classes. */
  List<Path> withoutProvider() {
    return List.copyOf(withoutProvider);
  }

  /** Lets go of the jars; none of their classes may be needed any longer. */
  @Override
  public void close() throws IOException {
    loader.close();
  }
}
