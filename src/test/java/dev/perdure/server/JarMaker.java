package dev.perdure.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.perdure.workflow.WorkflowProvider;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Compiles classes and packs them into a jar, as an author of workflows does. */
public final class JarMaker {

  private final Map<String, String> sources = new LinkedHashMap<>();
  private final List<String> providers = new ArrayList<>();
  private final List<String> leftOut = new ArrayList<>();
  private int classVersion;

  /** A class without a package. */
  public JarMaker source(String className, String code) {
    sources.put(className, code);
    return this;
  }

  /**
   * A provider whose method {@code workflows} has this body, which is its list of providers too.
   */
  public JarMaker provider(String className, String body) {
    return source(
            className,
            """
            import dev.perdure.workflow.*;
            import java.util.*;
            public class %s implements WorkflowProvider {
              public Collection<Workflow<?, ?>> workflows() { %s }
            }
            """
                .formatted(className, body))
        .named(className);
  }

  /** Names a provider, which need not be there. */
  public JarMaker named(String provider) {
    providers.add(provider);
    return this;
  }

  /** Compiles the class, and forgets to pack it. */
  public JarMaker without(String className) {
    leftOut.add(className);
    return this;
  }

  /** Makes the classes look as if made for the Java of this class file version. */
  public JarMaker classVersion(int version) {
    classVersion = version;
    return this;
  }

  /** A workflow of one step, as the text of an expression. */
  public static String workflow(String name, String step) {
    return "Workflow.named(\"%s\").input(Integer.class, 1).step(\"%s\", Integer.class, (n, s) -> n).build()"
        .formatted(name, step);
  }

  public Path write(Path jar) throws IOException {
    var classes = Files.createTempDirectory(jar.getParent(), "classes");
    if (!sources.isEmpty()) {
      compile(classes);
    }
    try (var out = new JarOutputStream(Files.newOutputStream(jar))) {
      if (!providers.isEmpty()) {
        out.putNextEntry(new ZipEntry("META-INF/services/" + WorkflowProvider.class.getName()));
        out.write((String.join("\n", providers) + "\n").getBytes(UTF_8));
      }
      try (var files = Files.list(classes)) {
        for (var file : files.sorted().toList()) {
          add(out, file);
        }
      }
    }
    return jar;
  }

  private void add(JarOutputStream out, Path file) throws IOException {
    var name = file.getFileName().toString();
    if (leftOut.contains(name.replace(".class", ""))) {
      return;
    }
    byte[] bytes = Files.readAllBytes(file);
    if (classVersion != 0) {
      bytes[6] = (byte) (classVersion >> 8);
      bytes[7] = (byte) classVersion;
    }
    out.putNextEntry(new ZipEntry(name));
    out.write(bytes);
  }

  private void compile(Path classes) {
    var compiler = ToolProvider.getSystemJavaCompiler();
    var messages = new StringWriter();
    var options =
        List.of(
            "-d", classes.toString(), "-cp", System.getProperty("java.class.path"), "-proc:none");
    var units = sources.entrySet().stream().map(e -> file(e.getKey(), e.getValue())).toList();
    if (!compiler.getTask(messages, null, null, options, null, units).call()) {
      throw new AssertionError(messages.toString());
    }
  }

  private static JavaFileObject file(String className, String code) {
    return new SimpleJavaFileObject(
        URI.create("string:///" + className + ".java"), JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return code;
      }
    };
  }
}
