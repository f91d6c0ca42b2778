package dev.perdure.server;

import dev.perdure.engine.Nearest;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The command line of {@code check}.
 *
 * @param database a file, or a directory that holds one
 * @param jars in the order given, those of a directory by name
 * @param json whether a program reads the answer
 */
record CheckArguments(Path database, List<Path> jars, boolean json) {

  static final String COMMAND = "check";

  private static final String WORKFLOWS = "--workflows";
  private static final String JSON = "--json";
  private static final List<String> KNOWN = List.of(WORKFLOWS, JSON, "--help");

  private static final String HELP =
      """
      check FILE [--workflows JARS] [--json]

      Replays every unfinished run of a copied database against this build and the workflows of
      JARS, and lists the runs that would not go on, each with the reason. No step is run and FILE is
      not changed; the code between steps does run.

        FILE              a copy of perdure.db, made by SQLite (sqlite3 perdure.db "VACUUM INTO
                          'copy.db'") or while no server has it (with its -wal beside it); or the
                          directory of one
        --workflows JARS  a directory of jars, or jars separated by '%s'
        --json            the answer as one JSON document

      It ends with 0 if all runs fit, with 1 if some would be blocked, would fail or have no
      workflow, or a jar can not be loaded, and with 2 if it could not check.
      """
          .formatted(File.pathSeparator);

  static String help() {
    return HELP;
  }

  /** What is wrong with a first argument that is none. */
  static String unknown(String argument) {
    return "There is no command "
        + argument
        + ". "
        + Nearest.to(argument, List.of(COMMAND, "--help"))
            .map(nearest -> "Did you mean " + nearest + "?")
            .orElse("There is only " + COMMAND + ".");
  }

  /**
   * Reads the arguments behind {@code check}.
   *
   * @throws ConfigException with a sentence about the first that is wrong
   */
  static CheckArguments of(List<String> arguments) {
    @Nullable Path database = null;
    List<Path> jars = List.of();
    boolean json = false;
    for (var left = arguments.iterator(); left.hasNext(); ) {
      var argument = left.next();
      if (argument.equals(JSON)) {
        json = true;
      } else if (argument.equals(WORKFLOWS)) {
        jars = jars(valueOf(left));
      } else if (argument.startsWith(WORKFLOWS + "=")) {
        jars = jars(argument.substring(WORKFLOWS.length() + 1));
      } else if (argument.startsWith("-")) {
        throw refused(unknownOption(argument));
      } else if (database != null) {
        throw refused("There is one FILE to check, not " + database + " and " + argument + ".");
      } else {
        database = path(argument);
      }
    }
    if (database == null) {
      throw refused("Which database? Name the copied file behind \"" + COMMAND + "\".");
    }
    return new CheckArguments(database, jars, json);
  }

  private static String valueOf(Iterator<String> left) {
    if (!left.hasNext()) {
      throw refused("Behind " + WORKFLOWS + " belongs a directory of jars, or jars.");
    }
    return left.next();
  }

  private static List<Path> jars(String places) {
    var jars = new ArrayList<Path>();
    for (var place : places.split(File.pathSeparator, -1)) {
      var path = path(place);
      if (place.isBlank()) {
        throw refused("The list of jars \"" + places + "\" names nothing at one place.");
      } else if (Files.isDirectory(path)) {
        jars.addAll(WorkflowJars.in(path));
      } else if (Files.isRegularFile(path)) {
        jars.add(path);
      } else {
        throw refused("There is no jar and no directory of jars " + place + ".");
      }
    }
    return List.copyOf(jars);
  }

  private static Path path(String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw refused(text + " is not the name of a file.");
    }
  }

  private static String unknownOption(String option) {
    return "There is no option "
        + option
        + ". "
        + Nearest.to(option, KNOWN)
            .map(nearest -> "Did you mean " + nearest + "?")
            .orElse("The options are " + String.join(", ", KNOWN) + ".");
  }

  private static ConfigException refused(String problem) {
    return new ConfigException(List.of(problem));
  }
}
