package dev.perdure.torture.storage;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;

/** The {@code sqlite3} program, which holds the write lock of somebody's database. */
final class LockHolder implements AutoCloseable {

  private final Process program;
  private final Writer orders;
  private final BufferedReader answers;

  /** Waits until it has the lock. */
  LockHolder(Path data) throws IOException {
    program =
        new ProcessBuilder("sqlite3", "-batch", data.resolve("perdure.db").toString())
            .redirectErrorStream(true)
            .start();
    orders = program.outputWriter(UTF_8);
    answers = program.inputReader(UTF_8);
    order(".timeout 60000\nBEGIN IMMEDIATE;");
  }

  /** Gives the lock back, having written nothing. */
  void release() throws IOException {
    order("ROLLBACK;");
  }

  private void order(String sql) throws IOException {
    orders.write(sql + "\nSELECT 'done';\n");
    orders.flush();
    var answer = answers.readLine();
    if (!"done".equals(answer)) {
      throw new IllegalStateException("sqlite3 does not do as it is told: " + answer);
    }
  }

  @Override
  public void close() {
    program.destroyForcibly().onExit().join();
  }
}
