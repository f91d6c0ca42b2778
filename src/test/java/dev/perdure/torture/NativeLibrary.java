package dev.perdure.torture;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes the libraries that tests preload into the processes under attack, from their sources in
 * {@code src/test/c}. Needs {@code gcc} and the headers of the C library.
 */
public final class NativeLibrary {

  private static final Path SOURCES = Path.of("src/test/c");
  private static final Path MADE = Path.of("target/torture/native");
  private static final List<String> GCC =
      List.of("gcc", "-shared", "-fPIC", "-O2", "-Wall", "-Wextra", "-Werror");

  private NativeLibrary() {}

  /**
   * Compiles a source unless that has been done since it was changed.
   *
   * @param source the name of the file, as "faults.c"
   * @return the absolute path of the library
   */
  public static Path compile(String source) throws IOException, InterruptedException {
    var from = SOURCES.resolve(source);
    var made = Files.createDirectories(MADE).resolve(source.replace(".c", ".so")).toAbsolutePath();
    if (Files.exists(made)
        && Files.getLastModifiedTime(made).compareTo(Files.getLastModifiedTime(from)) > 0) {
      return made;
    }
    // Under another name first: a process may be about to load what is there.
    var fresh = Files.createTempFile(MADE, source, ".so");
    run(from, fresh);
    Files.move(fresh, made, StandardCopyOption.ATOMIC_MOVE);
    return made;
  }

  private static void run(Path from, Path to) throws IOException, InterruptedException {
    var command = new ProcessBuilder(new ArrayList<>(GCC));
    command.command().addAll(List.of("-o", to.toString(), from.toString(), "-ldl"));
    var gcc = command.redirectErrorStream(true).start();
    var said = new String(gcc.getInputStream().readAllBytes(), UTF_8);
    if (gcc.waitFor() != 0) {
      throw new IllegalStateException(from + " does not compile:\n" + said);
    }
  }
}
