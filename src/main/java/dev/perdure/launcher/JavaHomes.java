package dev.perdure.launcher;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The Java installations of this machine, looked for in the places where they usually are. */
final class JavaHomes {

  static final String PLACES_IN_WORDS =
      "JAVA_HOME, the PATH, /usr/lib/jvm, /usr/java, /opt, ~/.sdkman/candidates/java, ~/.jdks,"
          + " ~/.m2/jdks, ~/.gradle/jdks and /Library/Java/JavaVirtualMachines";

  private static final Pattern FEATURE = Pattern.compile("\"?(\\d+)");

  private JavaHomes() {}

  /** The newest one that is at least this new. */
  static Optional<Path> newest(int oldestFeature) {
    return newest(candidates(), oldestFeature);
  }

  static Optional<Path> newest(Stream<Path> homes, int oldestFeature) {
    return homes
        .filter(home -> Files.isExecutable(home.resolve("bin/java")))
        .filter(home -> feature(home) >= oldestFeature)
        .max(Comparator.comparingInt(JavaHomes::feature));
  }

  static Stream<Path> candidates() {
    var user = Path.of(System.getProperty("user.home"));
    return Stream.of(
            variable("JAVA_HOME"),
            variable("PATH").map(bin -> real(bin.resolve("java"))).map(JavaHomes::homeOfProgram),
            children(Path.of("/usr/lib/jvm")),
            children(Path.of("/usr/java")),
            children(Path.of("/opt")),
            children(Path.of("/opt/java")),
            children(user.resolve(".sdkman/candidates/java")),
            children(user.resolve(".jdks")),
            children(user.resolve(".m2/jdks")),
            children(user.resolve(".gradle/jdks")),
            children(Path.of("/Library/Java/JavaVirtualMachines"))
                .map(bundle -> bundle.resolve("Contents/Home")))
        .flatMap(homes -> homes);
  }

  private static Stream<Path> variable(String name) {
    var value = System.getenv(name);
    return value == null
        ? Stream.empty()
        : Stream.of(value.split(File.pathSeparator)).filter(path -> !path.isBlank()).map(Path::of);
  }

  private static Path homeOfProgram(Path program) {
    return program.resolve("../..").normalize();
  }

  private static Path real(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      return path;
    }
  }

  private static Stream<Path> children(Path directory) {
    if (!Files.isDirectory(directory)) {
      return Stream.empty();
    }
    try (var children = Files.list(directory)) {
      return children.toList().stream();
    } catch (IOException | UncheckedIOException e) {
      return Stream.empty();
    }
  }

  /** Read from the file "release", so that no Java has to be started; 0 where there is none. */
  static int feature(Path home) {
    var release = new Properties();
    try (var content = Files.newBufferedReader(home.resolve("release"))) {
      release.load(content);
    } catch (IOException | IllegalArgumentException e) {
      return 0;
    }
    Matcher version = FEATURE.matcher(release.getProperty("JAVA_VERSION", ""));
    return version.lookingAt() ? Integer.parseInt(version.group(1)) : 0;
  }
}
