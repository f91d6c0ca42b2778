package dev.perdure.twin;

import static java.util.Locale.ROOT;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.tools.ToolProvider;

/** Builds {@linkplain Twin twins} out of the sources of this working copy. */
public final class TwinBuild {

  private static final Path SOURCES = Path.of("src/main/java/dev/perdure");
  private static final Path TWINS = Path.of("target/twins");

  private TwinBuild() {}

  /**
   * The classes in which the twin differs. They make the twin when they stand before all others on
   * a class path.
   *
   * @throws IllegalStateException when the source has changed, so that the twin is none any more
   */
  public static Path of(Twin twin) {
    try {
      var directory = Files.createDirectories(TWINS.resolve(twin.name().toLowerCase(ROOT)));
      var source = directory.resolve("source").resolve(twin.file());
      Files.createDirectories(source.getParent());
      Files.writeString(source, cripple(twin));
      var classes = Files.createDirectories(directory.resolve("classes"));
      compile(source, classes);
      return classes.toAbsolutePath();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String cripple(Twin twin) throws IOException {
    var code = Files.readString(SOURCES.resolve(twin.file()));
    for (var cut : twin.cuts()) {
      int at = code.indexOf(cut.text());
      if (at < 0 || code.indexOf(cut.text(), at + 1) >= 0) {
        throw new IllegalStateException(
            twin + ": " + twin.file() + " must hold this text once: " + cut.text());
      }
      code = code.replace(cut.text(), cut.replacement());
    }
    return code;
  }

  private static void compile(Path source, Path classes) throws IOException {
    var compiler = ToolProvider.getSystemJavaCompiler();
    var said = new StringWriter();
    try (var files = compiler.getStandardFileManager(null, null, null)) {
      var options = List.of("-proc:none", "-nowarn", "-cp", classPath(), "-d", classes.toString());
      boolean isCompiled =
          compiler
              .getTask(said, files, null, options, null, files.getJavaFileObjects(source))
              .call();
      if (!isCompiled) {
        throw new IllegalStateException("The twin does not compile: " + said);
      }
    }
  }

  private static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }
}
