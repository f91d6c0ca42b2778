package dev.perdure.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.regex.Pattern;
import org.sqlite.SQLiteJDBCLoader;

/**
 * Where figures come from.
 *
 * @param machine its processors and memory, the kernel and the file system
 * @param versions of Perdure, Java and SQLite
 */
record Environment(String machine, String versions, LocalDate day) {

  private static final Path CPU = Path.of("/proc/cpuinfo");
  private static final Path MEMORY = Path.of("/proc/meminfo");
  private static final Pattern MODEL = Pattern.compile("model name\\s*:\\s*(.+)");
  private static final Pattern TOTAL = Pattern.compile("MemTotal:\\s*(\\d+) kB");

  static Environment ofThis(Path directory) throws IOException {
    return new Environment(thisMachine(directory), allVersions(), LocalDate.now(ZoneOffset.UTC));
  }

  private static String thisMachine(Path directory) throws IOException {
    return "%d processors (%s), %s of memory, %s %s, %s"
        .formatted(
            Runtime.getRuntime().availableProcessors(),
            found(MODEL, CPU, System.getProperty("os.arch")),
            gib(found(TOTAL, MEMORY, "0")),
            System.getProperty("os.name"),
            System.getProperty("os.version").replaceFirst("-.*", ""),
            Files.getFileStore(directory).type());
  }

  private static String gib(String kib) {
    return "%d GiB".formatted(Math.round(Long.parseLong(kib) / 1024.0 / 1024.0));
  }

  private static String found(Pattern pattern, Path file, String otherwise) throws IOException {
    if (!Files.exists(file)) {
      return otherwise;
    }
    var found = pattern.matcher(Files.readString(file));
    return found.find() ? found.group(1).strip() : otherwise;
  }

  private static String allVersions() throws IOException {
    return "Perdure %s, %s %s, sqlite-jdbc %s"
        .formatted(
            commit(),
            System.getProperty("java.vm.name"),
            System.getProperty("java.runtime.version"),
            SQLiteJDBCLoader.getVersion());
  }

  private static String commit() throws IOException {
    var git =
        new ProcessBuilder("git", "describe", "--always", "--dirty")
            .redirectErrorStream(true)
            .start();
    var text = new String(git.getInputStream().readAllBytes(), UTF_8).strip();
    return text.contains(" ") ? "of an unknown commit" : text;
  }
}
