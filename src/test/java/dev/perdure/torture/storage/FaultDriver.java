package dev.perdure.torture.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Goes through all faults at every so manieth call of the {@link FaultScript}, in a process that
 * runs under {@code faults.c}. Prints a line for each sweep and for each thing that is wrong.
 *
 * <p>Arguments: the directory, the control file, the stride, the seed, which chooses where a stride
 * begins, and the sweep, or nothing for all.
 */
final class FaultDriver {

  static final String FIGURE = "figure ";
  static final String WRONG = "wrong ";

  private final Path directory;
  private final FaultControl control;
  private final int stride;
  private final long seed;

  private FaultDriver(Path directory, FaultControl control, int stride, long seed) {
    this.directory = directory;
    this.control = control;
    this.stride = stride;
    this.seed = seed;
  }

  /** Called in a process of its own. */
  public static void main(String[] arguments) throws IOException {
    Logger.getLogger("").setLevel(Level.OFF);
    var driver =
        new FaultDriver(
            Path.of(arguments[0]),
            FaultControl.at(Path.of(arguments[1])),
            Integer.parseInt(arguments[2]),
            Long.parseLong(arguments[3]));
    for (int i = 0; i < Sweep.ALL.size(); i++) {
      if (arguments.length < 5 || arguments[4].equals(Integer.toString(i))) {
        driver.carryOut(Sweep.ALL.get(i));
      }
    }
    // What hangs in a broken state must not keep this process.
    Runtime.getRuntime().halt(0);
  }

  private void carryOut(Sweep sweep) throws IOException {
    int step = sweep.isOfMany() ? stride : 1;
    long nth = 1 + Math.floorMod(seed, step);
    int cases = 0;
    int acknowledged = 0;
    boolean isReached = true;
    for (; isReached; nth += step) {
      var data = directory.resolve(sweep.words().replaceAll("\\W+", "-") + "-" + nth);
      var script = new FaultScript(data, control, sweep.at(nth));
      var wrong = script.run();
      isReached = control.hits() > 0;
      cases += isReached ? 1 : 0;
      acknowledged += script.acknowledged();
      for (var found : wrong) {
        System.out.println(WRONG + sweep.words() + ", number " + nth + ": " + found);
      }
      if (wrong.isEmpty()) {
        delete(data);
      }
    }
    System.out.println(FIGURE + cases + " " + acknowledged + " " + sweep.words());
  }

  private static void delete(Path directory) throws IOException {
    try (var files = Files.walk(directory)) {
      files
          .sorted(Comparator.reverseOrder())
          .forEach(file -> {
            try {
              Files.delete(file);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    }
  }
}
