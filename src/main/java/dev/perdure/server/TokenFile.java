package dev.perdure.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;

/** The file that holds the token: one line. It is made, readable for its owner only, if need be. */
final class TokenFile {

  private static final int BYTES_MAX = 4_096;
  private static final int RANDOM_BYTES = 32;

  private TokenFile() {}

  /**
   * Looks whether the file can be used, or be made.
   *
   * @throws IllegalArgumentException with what is wrong, to go on after the name of the setting
   */
  static void check(Path file) {
    if (Files.exists(file)) {
      var _ = read(file);
    } else if (!Files.isWritable(directory(file))) {
      throw new IllegalArgumentException(
          "names "
              + file
              + ", but "
              + directory(file)
              + " is no directory that can be written to: make it first.");
    }
  }

  /** The token in the file; makes the file when there is none. */
  static Secret open(Path file) {
    try {
      if (!Files.exists(file)) {
        write(file, random());
      }
      return read(file);
    } catch (IOException e) {
      throw new UncheckedIOException("The token can not be written to " + file + ".", e);
    }
  }

  private static Secret read(Path file) {
    try {
      if (Files.size(file) > BYTES_MAX) {
        throw new IllegalArgumentException("names " + file + ", which is too long for a token.");
      }
      return Secret.token(Files.readString(file).strip());
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "names " + file + ", which can not be read (" + e.getMessage() + ").", e);
    }
  }

  /** Under another name first: a file that is there has its token in it, whatever happens. */
  private static void write(Path file, String token) throws IOException {
    var ownerOnly =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    var unfinished = Files.createTempFile(directory(file), ".token-", ".tmp", ownerOnly);
    try (var channel = FileChannel.open(unfinished, Set.of(StandardOpenOption.WRITE))) {
      channel.write(ByteBuffer.wrap((token + "\n").getBytes(StandardCharsets.UTF_8)));
      channel.force(true);
    }
    Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private static String random() {
    var bytes = new byte[RANDOM_BYTES];
    new SecureRandom().nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static Path directory(Path file) {
    var parent = file.getParent();
    return parent == null ? file : parent;
  }
}
