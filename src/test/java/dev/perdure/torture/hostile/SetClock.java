package dev.perdure.torture.hostile;

import dev.perdure.torture.NativeLibrary;
import dev.perdure.torture.Target;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/** The wall clock of a server, which is set while it runs. */
record SetClock(Path file) {

  private static final String NAME = "TORTURE_CLOCK";

  /** A clock that shows the time, with its file in this directory. */
  static SetClock in(Path directory) throws IOException {
    var clock = new SetClock(Files.createDirectories(directory).resolve("clock"));
    clock.set(Duration.ZERO);
    return clock;
  }

  /** Gives it to a server that is about to be started. */
  Target.Builder into(Target.Builder server) throws IOException, InterruptedException {
    return server
        .preload(NativeLibrary.compile("clock.c"))
        .env(NAME, file.toAbsolutePath().toString());
  }

  /** From now on it is so far ahead. */
  void set(Duration ahead) throws IOException {
    var bytes = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder());
    bytes.putLong(ahead.toNanos()).flip();
    try (var channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.write(bytes, 0);
    }
  }
}
