package dev.perdure.server;

import dev.perdure.journal.JournalException;
import dev.perdure.server.Config.Place;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Runs Perdure as a process of its own. Its exit code is 2 when its configuration can not be used
 * or another engine owns the data, 3 when the journal has failed, and 143 after SIGTERM. Of {@code
 * check}, {@link CheckCommand} says what it means.
 */
public final class Main {

  private Main() {}

  /**
   * Starts the server, and prints one line when it is ready; or does what the first argument says
   * and ends.
   */
  public static void main(String[] args) {
    ProcessDefaults.set();
    Logging.set();
    if (args.length > 0) {
      System.exit(command(List.of(args)));
    }
    serve();
  }

  /** What is asked for instead of a server; its exit code. */
  private static int command(List<String> args) {
    if (args.getFirst().equals(CheckArguments.COMMAND)) {
      return new CheckCommand(System.out, System.err).run(args.subList(1, args.size()));
    }
    System.out.print(Usage.text());
    if (args.equals(List.of("--help"))) {
      return 0;
    }
    System.err.println(CheckArguments.unknown(args.getFirst()));
    return ExitCode.REFUSED;
  }

  private static void serve() {
    try {
      var config = Config.of(Given.toThisProcess(Map.of()), Place.OWN_PROCESS);
      config.report().forEach(line -> log().log(Level.INFO, line));
      System.out.println("Perdure is ready: " + new OwnProcess(config, webRoot()).start());
    } catch (ConfigException e) {
      refuse(e.problems());
    } catch (JournalException.Owned e) {
      refuse(List.of(String.valueOf(e.getMessage())));
    } catch (JournalException.Failed | JournalException.Full e) {
      notStarted(List.of(String.valueOf(e.getMessage())));
      System.exit(ExitCode.FAILED);
    } catch (Exception | LinkageError e) {
      log().log(Level.ERROR, "Perdure can not start.", e);
      System.exit(ExitCode.BROKEN);
    }
  }

  private static void refuse(List<String> problems) {
    notStarted(problems);
    System.exit(ExitCode.REFUSED);
  }

  private static void notStarted(List<String> problems) {
    System.err.println("Perdure did not start:");
    problems.forEach(problem -> System.err.println("- " + problem));
  }

  /** The exploded WAR or the WAR itself; in development the sources of it. */
  private static Path webRoot() {
    var root = Path.of(System.getProperty("perdure.webroot", "webapp")).toAbsolutePath();
    if (!Files.exists(root)) {
      throw new ConfigException(
          List.of(
              "There is no web root at "
                  + root
                  + ": start Perdure by make run or java -jar perdure.war, or name the unpacked WAR"
                  + " with -Dperdure.webroot=…"));
    }
    return root;
  }

  /** Not a constant: nothing may be logged before the log is set up. */
  private static System.Logger log() {
    return System.getLogger(Main.class.getName());
  }
}
