package dev.perdure.server;

import dev.perdure.workflow.WorkflowProvider;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.Iterator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/**
 * The providers that one jar names, as the {@link ServiceLoader} finds them. It is shown the list
 * of this jar only, so that what it complains about is known to be of this jar.
 */
final class Providers {

  /** Where a jar names its providers. */
  static final String LIST = "META-INF/services/" + WorkflowProvider.class.getName();

  /** More broken ones than this in one list are not reported. */
  private static final int BROKEN_MAX = 20;

  /** A provider, or why there is none. */
  sealed interface Provided {}

  record Loaded(WorkflowProvider provider) implements Provided {}

  record Broken(Throwable cause) implements Provided {}

  private final ClassLoader classes;
  private final URL list;

  Providers(ClassLoader classes, URL list) {
    this.classes = classes;
    this.list = list;
  }

  /** Where a jar has its list. */
  static URL listOf(Path jar) {
    try {
      return URI.create("jar:" + jar.toUri() + "!/" + LIST).toURL();
    } catch (MalformedURLException e) {
      throw new IllegalStateException("Every jar has a URL.", e);
    }
  }

  /** The name of the jar, or the directory, that a list stands in. */
  static String jarOf(URL list) {
    var path = list.getPath().replaceFirst("!?/" + LIST + "$", "");
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** Makes an instance of each. Runs code of the jar; what it throws is answered, not thrown. */
  List<Provided> load() {
    var all = new ArrayList<Provided>();
    int broken = 0;
    var providers = ServiceLoader.load(WorkflowProvider.class, new OneList()).iterator();
    for (var next = next(providers); next != null; next = next(providers)) {
      broken += next instanceof Broken ? 1 : 0;
      if (broken > BROKEN_MAX) {
        break;
      }
      all.add(next);
    }
    return all;
  }

  /** Null behind the last. After an error the loader goes on with the next one. */
  private static @Nullable Provided next(Iterator<WorkflowProvider> providers) {
    try {
      return providers.hasNext() ? new Loaded(providers.next()) : null;
    } catch (ServiceConfigurationError e) {
      var cause = e.getCause();
      return new Broken(cause instanceof LinkageError ? cause : e);
    } catch (RuntimeException | Error e) {
      return new Broken(e);
    }
  }

  /** Classes as all the jars have them, but one list of providers. */
  private final class OneList extends ClassLoader {
    OneList() {
      super("perdure-list", classes);
    }

    @Override
    public Enumeration<URL> getResources(String name) throws java.io.IOException {
      return name.equals(LIST) ? Collections.enumeration(List.of(list)) : super.getResources(name);
    }
  }
}
