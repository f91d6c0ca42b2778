package dev.perdure.torture;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/** Directories with everything in them. */
public final class Trees {

  private Trees() {}

  /** Deletes the directory and all that is in it. */
  public static void delete(Path directory) throws IOException {
    empty(directory);
    Files.delete(directory);
  }

  /** Deletes all that is in the directory. */
  public static void empty(Path directory) throws IOException {
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path left, IOException failure)
              throws IOException {
            if (!left.equals(directory)) {
              Files.delete(left);
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
