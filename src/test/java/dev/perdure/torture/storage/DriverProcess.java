package dev.perdure.torture.storage;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.perdure.torture.Figures;
import dev.perdure.torture.NativeLibrary;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs the drivers in processes of their own, under {@code faults.c}, and counts what they say. */
record DriverProcess(Path directory, @Nullable Path classesFirst) {

  /** Goes through sweeps; all of them when none is named. */
  void sweep(int stride, long seed, List<Sweep> sweeps, Figures.Tally tally) throws Exception {
    for (var sweep : sweeps) {
      run(
          FaultDriver.class,
          List.of(
              Integer.toString(stride),
              Long.toString(seed),
              Integer.toString(Sweep.ALL.indexOf(sweep))),
          tally);
    }
  }

  /** Takes the files away. */
  void tamper(Figures.Tally tally) throws Exception {
    run(TamperDriver.class, List.of(), tally);
  }

  private void run(Class<?> driver, List<String> arguments, Figures.Tally tally) throws Exception {
    Files.createDirectories(directory);
    var data = Files.createTempDirectory(directory, "data");
    var controlFile = Files.createTempFile(directory, "control", "");
    Files.delete(controlFile);
    var control = FaultControl.at(controlFile);
    var command = new ArrayList<String>();
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            classPath(),
            driver.getName(),
            data.toRealPath().toString()));
    if (!arguments.isEmpty()) {
      command.add(controlFile.toString());
      command.addAll(arguments);
    }
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(control.environment(NativeLibrary.compile("faults.c"), data));
    hear(builder.start(), tally);
  }

  private static void hear(Process process, Figures.Tally tally)
      throws IOException, InterruptedException {
    try (var output = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
      for (var line = output.readLine(); line != null; line = output.readLine()) {
        hear(line, tally);
      }
      if (process.waitFor() != 0) {
        tally.violation("driver", "it ended with " + process.exitValue());
      }
    }
  }

  private static void hear(String line, Figures.Tally tally) {
    if (line.startsWith(FaultDriver.WRONG)) {
      tally.violation("storage", line.substring(FaultDriver.WRONG.length()));
    } else if (line.startsWith(FaultDriver.FIGURE)) {
      var words = line.substring(FaultDriver.FIGURE.length()).split(" ", 3);
      tally.add("faults", Long.parseLong(words[0]));
      tally.add("acks", Long.parseLong(words[1]));
      tally.add(words[2], Long.parseLong(words[0]));
    } else if (line.startsWith("Exception") || line.startsWith("\tat dev.perdure")) {
      tally.violation("driver", line.strip());
    }
  }

  private String classPath() {
    var path =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return classesFirst == null ? path : classesFirst + File.pathSeparator + path;
  }
}
