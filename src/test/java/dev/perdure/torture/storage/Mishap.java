package dev.perdure.torture.storage;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** What somebody else does to the files of a server that runs. */
enum Mishap {
  DATABASE_DELETED,
  DATABASE_RENAMED,
  DATABASE_REPLACED,
  DATABASE_TRUNCATED,
  DATABASE_OVERWRITTEN,
  LOG_DELETED,
  LOG_REPLACED,
  LOG_TRUNCATED,
  MEMORY_DELETED;

  /** Does it. */
  void befall(Path data) throws IOException {
    var database = data.resolve("perdure.db");
    var log = data.resolve("perdure.db-wal");
    switch (this) {
      case DATABASE_DELETED -> Files.delete(database);
      case DATABASE_RENAMED -> Files.move(database, data.resolve("elsewhere"));
      case DATABASE_REPLACED -> replace(database);
      case DATABASE_TRUNCATED -> truncate(database);
      case DATABASE_OVERWRITTEN -> overwrite(database);
      case LOG_DELETED -> Files.delete(log);
      case LOG_REPLACED -> replace(log);
      case LOG_TRUNCATED -> truncate(log);
      case MEMORY_DELETED -> Files.delete(data.resolve("perdure.db-shm"));
    }
  }

  /** Whether what was acknowledged before may be gone with it. */
  boolean destroys() {
    return switch (this) {
      case DATABASE_DELETED,
          DATABASE_RENAMED,
          DATABASE_TRUNCATED,
          DATABASE_OVERWRITTEN,
          DATABASE_REPLACED,
          LOG_DELETED,
          LOG_REPLACED,
          LOG_TRUNCATED ->
          true;
      case MEMORY_DELETED -> false;
    };
  }

  private static void replace(Path file) throws IOException {
    var copy = file.resolveSibling("copy");
    Files.copy(file, copy);
    Files.move(copy, file, StandardCopyOption.REPLACE_EXISTING);
  }

  private static void truncate(Path file) throws IOException {
    try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(0);
    }
  }

  private static void overwrite(Path file) throws IOException {
    try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap("somebody was here".getBytes(UTF_8)), 0);
    }
  }
}
