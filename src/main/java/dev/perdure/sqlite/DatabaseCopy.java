package dev.perdure.sqlite;

import static java.util.Objects.requireNonNull;

import dev.perdure.journal.JournalException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A private copy of a database file, in a temporary directory of its own, where a journal can be
 * opened and its schema brought up to date without a trace on the original.
 *
 * <p>Files are copied as bytes, with what belongs to them: the write-ahead log or the rollback
 * journal. So the original must be a file that nobody has open. One that this JVM has open through
 * SQLite must never be given: closing the handle that copied it would drop SQLite's locks, and
 * writes that were acknowledged would be lost. A database whose directory an engine has claimed is
 * refused before it is opened, in this JVM too; of any other this class can not know.
 */
public final class DatabaseCopy implements AutoCloseable {

  private static final String NAME = "perdure.db";
  private static final List<String> SUFFIXES = List.of("", "-wal", "-journal");

  /** What is in the directory besides the copy once a journal was open in it. */
  private static final List<String> BESIDE = List.of(NAME + "-shm", "perdure.lock");

  /** How a file was when it was looked at. */
  private record Look(long bytes, FileTime modified) {}

  private final Path original;
  private final Path directory;

  private DatabaseCopy(Path original, Path directory) {
    this.original = original;
    this.directory = directory;
  }

  /**
   * Copies a database.
   *
   * @param given a database file, or a directory that holds {@code perdure.db}
   * @throws JournalException.Owned when an engine has claimed it
   * @throws JournalException.Failed when there is no such file, or it can not be copied
   */
  public static DatabaseCopy of(Path given) {
    var original = file(given);
    try {
      requireFree(original);
      var copy = new DatabaseCopy(original, temporaryDirectory());
      try {
        copy.copyFiles();
        requireFree(original);
        return copy;
      } catch (IOException | RuntimeException e) {
        copy.close();
        throw e;
      }
    } catch (IOException e) {
      throw new JournalException.Failed(
          "The database "
              + original
              + " can not be copied to a temporary directory ("
              + System.getProperty("java.io.tmpdir")
              + "): "
              + DatabaseFile.inWords(e),
          e);
    }
  }

  private static Path file(Path given) {
    var file = Files.isDirectory(given) ? given.resolve(NAME) : given;
    if (!Files.isRegularFile(file)) {
      throw new JournalException.Failed(
          Files.isDirectory(given)
              ? "There is no " + NAME + " in the directory " + given + "."
              : "There is no file " + file + ".");
    }
    try {
      if (Files.size(file) == 0) {
        throw new JournalException.Failed("The file " + file + " is empty.");
      }
      // The log lies beside the file itself, not beside a link to it.
      return file.toRealPath();
    } catch (IOException e) {
      throw new JournalException.Failed(
          "The file " + file + " can not be read: " + DatabaseFile.inWords(e), e);
    }
  }

  private static void requireFree(Path original) throws IOException {
    if (original.endsWith(NAME)) {
      // A real path to a file has a directory.
      DirectoryClaim.requireFree(requireNonNull(original.getParent()));
    }
  }

  /** Owner only, as the directory of every database. */
  private static Path temporaryDirectory() throws IOException {
    var directory = Files.createTempDirectory("perdure-copy-");
    // Also when the process is told to stop in the middle; the last to be named goes first.
    directory.toFile().deleteOnExit();
    files(directory).forEach(file -> file.toFile().deleteOnExit());
    return directory;
  }

  private static List<Path> files(Path directory) {
    var files = new ArrayList<Path>();
    SUFFIXES.forEach(suffix -> files.add(directory.resolve(NAME + suffix)));
    BESIDE.forEach(name -> files.add(directory.resolve(name)));
    return files;
  }

  private void copyFiles() throws IOException {
    var before = look();
    for (var suffix : SUFFIXES) {
      var from = beside(suffix);
      if (Files.exists(from)) {
        Files.copy(from, directory.resolve(NAME + suffix));
      }
    }
    if (!before.equals(look())) {
      throw new JournalException.Failed(
          "The database " + original + " was written to while it was copied. Copy it first.");
    }
  }

  private List<Optional<Look>> look() throws IOException {
    var found = new ArrayList<Optional<Look>>();
    for (var suffix : SUFFIXES) {
      var file = beside(suffix);
      found.add(
          Files.exists(file)
              ? Optional.of(new Look(Files.size(file), Files.getLastModifiedTime(file)))
              : Optional.empty());
    }
    return found;
  }

  private Path beside(String suffix) {
    return original.resolveSibling(original.getFileName() + suffix);
  }

  /** The file that was copied, as a real path. */
  public Path original() {
    return original;
  }

  /** Where the copy is, for {@link SqliteJournal#open}. */
  public Path directory() {
    return directory;
  }

  /** Deletes the copy. Close the journal before. */
  @Override
  public void close() {
    try {
      for (var file : files(directory)) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(directory);
    } catch (IOException e) {
      System.getLogger(DatabaseCopy.class.getName())
          .log(System.Logger.Level.WARNING, "The copy in " + directory + " stays behind.", e);
    }
  }
}
