package dev.perdure.engine;

import dev.perdure.journal.Command;
import dev.perdure.journal.RunId;
import dev.perdure.workflow.Names;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Makes the commands that send signals, of what is lawful as one. */
final class Signals {

  /** The length of a payload as JSON in UTF-8. */
  static final int PAYLOAD_BYTES_MAX = 64 << 10;

  /** How many signals may wait in the inbox of a run. */
  static final int WAITING_MAX = 1_000;

  private static final int ID_CHARS_MAX = 255;

  private Signals() {}

  /**
   * A signal to a run.
   *
   * @throws InvalidSignalException when the name, the id or the payload is not lawful
   */
  static Command.SendSignal command(
      Values values, RunId run, String name, @Nullable String id, String payload, Time time) {
    checkName(name);
    if (id != null && (id.isEmpty() || id.length() > ID_CHARS_MAX)) {
      throw new InvalidSignalException("The id of a signal has 1 to 255 characters.");
    }
    return new Command.SendSignal(
        run, name, id, checked(values, payload), WAITING_MAX, time.instant());
  }

  private static void checkName(String name) {
    try {
      Names.check("signal name", name);
    } catch (IllegalArgumentException e) {
      throw new InvalidSignalException(String.valueOf(e.getMessage()));
    }
  }

  private static String checked(Values values, String payload) {
    String compact;
    try {
      compact = values.checkJson(payload);
    } catch (ValueException e) {
      throw new InvalidSignalException(String.valueOf(e.getMessage()));
    }
    if (compact.getBytes(StandardCharsets.UTF_8).length > PAYLOAD_BYTES_MAX) {
      throw new InvalidSignalException(
          "The payload is longer than 64 KiB as JSON; store it elsewhere and send a reference.");
    }
    return compact;
  }
}
