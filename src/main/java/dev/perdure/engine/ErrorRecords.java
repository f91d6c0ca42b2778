package dev.perdure.engine;

import dev.perdure.journal.ErrorRecord;
import dev.perdure.workflow.StepFailedException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.CharBuffer;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** Makes records of errors: bounded, sound as text, and safe against errors that misbehave. */
final class ErrorRecords {

  static final String ERROR = "error";
  static final String FINAL = "final";
  static final String TIMEOUT = "timeout";
  static final String VALUE = "value";

  static final String TOTAL_TIMEOUT = "total-timeout";
  static final String RUN_TIMEOUT = "run-timeout";
  static final String CHILD_FAILED = "child-failed";
  static final String CHILD_CANCELLED = "child-cancelled";

  private static final String TIMEOUT_TYPE = "java.util.concurrent.TimeoutException";
  private static final String CUT = " … (cut)";
  private static final int MESSAGE_CHARS_MAX = 2_000;
  private static final int TRACE_CHARS_MAX = 16_000;

  private ErrorRecords() {}

  static ErrorRecord of(String code, Throwable error) {
    return new ErrorRecord(code, error.getClass().getName(), messageOf(error), traceOf(error));
  }

  /** An attempt whose time was up, with where it was then. */
  static ErrorRecord timeout(Duration limit, List<StackTraceElement> stack) {
    String frames = stack.stream().map(frame -> "\tat " + frame).collect(Collectors.joining("\n"));
    return new ErrorRecord(
        TIMEOUT,
        TIMEOUT_TYPE,
        "The attempt was still running after its " + limit.toMillis() + " ms.",
        frames.isEmpty() ? null : sound(frames, TRACE_CHARS_MAX));
  }

  /** The failure of a step, as a body sees it, with where the body was. */
  static ErrorRecord of(StepFailedException failed) {
    return new ErrorRecord(failed.code(), failed.type(), messageOf(failed), traceOf(failed));
  }

  /** A step whose attempts together have taken too long. */
  static ErrorRecord totalTimeout(Duration limit) {
    return new ErrorRecord(
        TOTAL_TIMEOUT,
        TIMEOUT_TYPE,
        "The step had not completed after its " + limit.toMillis() + " ms for all attempts.",
        null);
  }

  /** A run whose time was up. */
  static ErrorRecord runTimeout() {
    return new ErrorRecord(
        RUN_TIMEOUT, TIMEOUT_TYPE, "The run had not ended when its time was up.", null);
  }

  /** The message, or a sentence in its place; user code in getMessage may do anything. */
  static String messageOf(Throwable error) {
    try {
      String message = error.getMessage();
      return message == null ? "(no message)" : sound(message, MESSAGE_CHARS_MAX);
    } catch (Throwable broken) {
      return "(the error's message could not be read)";
    }
  }

  private static String traceOf(Throwable error) {
    var text = new BoundedText(4 * TRACE_CHARS_MAX);
    try {
      error.printStackTrace(new PrintWriter(new BoundedWriter(text)));
      return sound(text.toString(), TRACE_CHARS_MAX);
    } catch (BoundedText.TooLong enough) {
      return sound(text.toString(), TRACE_CHARS_MAX);
    } catch (Throwable broken) {
      return "(the error's stack trace could not be read)";
    }
  }

  /** A trace may have a million causes: it is not to be written to its end. */
  private static final class BoundedWriter extends Writer {
    private final BoundedText text;

    private BoundedWriter(BoundedText text) {
      this.text = text;
    }

    @Override
    public void write(char[] chars, int from, int count) {
      text.append(CharBuffer.wrap(chars, from, count));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  /** Cuts to length and replaces what is no character: halves of surrogate pairs and NUL. */
  static String sound(String text, int charsMax) {
    boolean isLong = text.length() > charsMax;
    var kept = isLong ? text.substring(0, charsMax - CUT.length()) : text;
    var out = new StringBuilder();
    kept.codePoints()
        .map(c -> c == 0 || (c >= 0xD800 && c <= 0xDFFF) ? 0xFFFD : c)
        .forEach(out::appendCodePoint);
    return isLong ? out.append(CUT).toString() : out.toString();
  }
}
