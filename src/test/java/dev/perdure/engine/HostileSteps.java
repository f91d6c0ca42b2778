package dev.perdure.engine;

import com.google.gson.reflect.TypeToken;
import dev.perdure.workflow.StepFailedException;
import dev.perdure.workflow.StepFunction;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Steps that do what no step should, and what has to come of it. */
final class HostileSteps {

  /** What a run comes to whose step did this. */
  sealed interface End {
    /** The step has failed at its only attempt. */
    record Fails(String code, String saying) implements End {}

    /** The step never ends by itself, and heeds nothing. */
    record TimesOut() implements End {}

    /**
     * The step completes, and its output is read again after a restart.
     *
     * @param output as JSON
     */
    record Completes(String output) implements End {}
  }

  /** One of them. */
  record Row(String name, TypeToken<?> type, StepFunction<Integer, Object> code, End end) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** A value that the journal can not hold makes its step fail. */
  private static final String VALUE = "value";

  private static final String ERROR = "error";
  private static final TypeToken<List<Object>> LIST = new TypeToken<>() {};

  /** Ends what only a test may end. */
  private volatile CountDownLatch over = new CountDownLatch(1);

  private final Object lock = new Object();

  /** Lets go whatever does not end by itself. */
  void release() {
    var before = over;
    over = new CountDownLatch(1);
    before.countDown();
  }

  Stream<Row> rows() {
    return Stream.of(endless(), errors(), values()).flatMap(stream -> stream);
  }

  private Stream<Row> endless() {
    return Stream.of(
        timesOut("spins", this::spin),
        timesOut("swallows every interrupt", this::swallow),
        timesOut(
            "holds a lock for ever",
            () -> {
              synchronized (lock) {
                swallow();
              }
            }),
        timesOut(
            "waits for the lock that another one holds",
            () -> {
              lockElsewhere();
              synchronized (lock) {
                swallow();
              }
            }),
        timesOut(
            "throws an error whose message never comes",
            () -> {
              throw new Nasty() {
                private static final long serialVersionUID = 1L;

                @Override
                public @Nullable String getMessage() {
                  swallow();
                  return "late";
                }
              };
            }),
        row(
            "returns a value that is never written",
            LIST,
            () -> new Endless(this::swallow),
            new End.TimesOut()));
  }

  private static Stream<Row> errors() {
    return Stream.of(
        throwing("throws without a message", new IllegalStateException(), "(no message)"),
        throwing("throws null", null, ""),
        throwing("is cut off by an interrupt of its own", new InterruptedException("own"), "own"),
        throwing("throws the engine's own kind", failedStep(), "theirs"),
        throwing("throws an error of linkage", new NoClassDefFoundError("gone/Away"), "gone/Away"),
        throwing("throws an error of the machine", new InternalError("machine"), "machine"),
        throwing("throws the end of a thread", new ThreadEnd(), "(no message)"),
        throwing(
            "throws half of a surrogate pair", new Error("a\uD800b\u0000c"), "a\uFFFDb\uFFFDc"),
        throwing("throws ten megabytes", new Error("x".repeat(10_000_000)), "(cut)"),
        throwing("throws its own cause", cycle(), "cycle"),
        throwing("throws a million causes", causes(), "cause 999999"),
        throwing("throws an error without a message to read", new Mute(), "could not be read"),
        throwing("throws an error without a trace to read", new Traceless(), "traceless"),
        fails("overflows its stack", () -> overflow(1), ERROR, ""),
        fails(
            "asks for more memory than there is", () -> new long[1][Integer.MAX_VALUE], ERROR, ""),
        new Row(
            "interrupts its own thread",
            TypeToken.get(String.class),
            (_, _) -> {
              Thread.currentThread().interrupt();
              return "interrupted";
            },
            new End.Completes("\"interrupted\"")));
  }

  private static Stream<Row> values() {
    return Stream.of(
        value("one byte too many", "x".repeat((1 << 20) - 1), "1 MiB"),
        value("ten megabytes", "x".repeat(10_000_000), "1 MiB"),
        value("a list that never ends", new Endless(() -> {}), "1 MiB"),
        value("65 deep", nested(65), "64"),
        value("256 deep", nested(256), "64"),
        value("100,000 deep", nested(100_000), "deep"),
        value("a cycle", cyclic(), ""),
        value("no number", Double.NaN, "NaN"),
        value("infinity", Double.NEGATIVE_INFINITY, "Infinity"),
        value("half of a surrogate pair", "a\uDC00", "surrogate"),
        value("a thread", Thread.currentThread(), ""),
        value("a class", String.class, ""),
        value("what throws when it is read", new Endless(HostileSteps::refuse), "refused"),
        value("what overflows when it is read", new Endless(() -> overflow(1)), "deep"),
        kept("nothing", null, "null"),
        kept("NUL", "a\u0000b", "\"a\\u0000b\""),
        kept("a byte order mark", "\uFEFFa", "\"\uFEFFa\""),
        kept("both line ends of JavaScript", "\u2028\u2029", "\"\\u2028\\u2029\""),
        kept("a whole pair", "😀", "\"😀\""),
        kept("more than a double holds", (1L << 53) + 1, "9007199254740993"),
        kept("minus zero", -0.0, "-0.0"),
        kept("64 deep", nested(64), "[".repeat(64) + "]".repeat(64)),
        kept("all that fits", "x".repeat((1 << 20) - 2), "\"" + "x".repeat((1 << 20) - 2) + "\""));
  }

  // Kinds of rows

  /** What a row does; it may answer whatever it likes. */
  @FunctionalInterface
  private interface Deed {
    @Nullable Object answer() throws Exception;
  }

  private static Row row(String name, TypeToken<?> type, Deed deed, End end) {
    return new Row(name, type, (_, _) -> deed.answer(), end);
  }

  private static Row timesOut(String name, Runnable code) {
    Deed deed =
        () -> {
          code.run();
          return "late";
        };
    return row(name, TypeToken.get(String.class), deed, new End.TimesOut());
  }

  private static Row fails(String name, Deed deed, String code, String saying) {
    return row(name, LIST, deed, new End.Fails(code, saying));
  }

  private static Row throwing(String name, @Nullable Throwable error, String saying) {
    return fails(
        name,
        () -> {
          throw HostileSteps.<Exception>sneaky(error);
        },
        ERROR,
        saying);
  }

  private static Row value(String name, Object value, String saying) {
    return row("returns " + name, typeOf(value), () -> value, new End.Fails(VALUE, saying));
  }

  private static Row kept(String name, @Nullable Object value, String json) {
    return row("returns " + name, typeOf(value), () -> value, new End.Completes(json));
  }

  private static TypeToken<?> typeOf(@Nullable Object value) {
    return value == null || value instanceof List ? LIST : TypeToken.get(value.getClass());
  }

  // Deeds

  private void spin() {
    var end = over;
    while (end.getCount() > 0) {
      Thread.onSpinWait();
    }
  }

  private void lockElsewhere() {
    var isLocked = new CountDownLatch(1);
    var end = over;
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          synchronized (lock) {
            isLocked.countDown();
            swallow(end);
          }
        });
    swallow(isLocked);
  }

  private void swallow() {
    swallow(over);
  }

  private static void swallow(CountDownLatch end) {
    while (end.getCount() > 0) {
      try {
        end.await();
      } catch (InterruptedException e) {
        // This is what makes it hostile.
      }
    }
  }

  @SuppressWarnings("InfiniteRecursion")
  private static int overflow(int depth) {
    return overflow(depth + 1) + 1;
  }

  private static void refuse() {
    throw new IllegalStateException("refused");
  }

  @SuppressWarnings("unchecked")
  private static <E extends Throwable> E sneaky(@Nullable Throwable error) throws E {
    throw (E) error;
  }

  // Errors

  private static class Nasty extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private static final class Mute extends Nasty {
    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
      throw new IllegalStateException("no message for you");
    }

    @Override
    public String toString() {
      throw new StackOverflowError();
    }
  }

  private static final class Traceless extends Nasty {
    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
      return "traceless";
    }

    @Override
    public void printStackTrace(PrintWriter out) {
      throw new OutOfMemoryError("pretended");
    }

    @Override
    public void printStackTrace(PrintStream out) {
      throw new OutOfMemoryError("pretended");
    }
  }

  /** Like the one that used to end threads. */
  private static final class ThreadEnd extends Error {
    private static final long serialVersionUID = 1L;
  }

  private static Throwable failedStep() {
    return new StepFailedException("another", "final", "x.Y", "theirs");
  }

  private static Throwable cycle() {
    var one = new IllegalStateException("cycle");
    one.initCause(new IllegalStateException("back", one));
    return one;
  }

  private static Throwable causes() {
    Throwable last = new IllegalStateException("cause 0");
    for (int i = 1; i < 1_000_000; i++) {
      last = new Link(i, last);
    }
    return last;
  }

  private static final class Link extends Exception {
    private static final long serialVersionUID = 1L;

    private Link(int number, Throwable cause) {
      super("cause " + number, cause, false, false);
    }
  }

  // Values

  /** A list whose elements have no end. */
  private static final class Endless extends AbstractList<Object> {
    private final Runnable before;

    private Endless(Runnable before) {
      this.before = before;
    }

    @Override
    public Object get(int index) {
      before.run();
      return "again";
    }

    @Override
    public int size() {
      return Integer.MAX_VALUE;
    }
  }

  private static List<Object> nested(int depth) {
    List<Object> list = new ArrayList<>();
    for (int i = 1; i < depth; i++) {
      var outer = new ArrayList<Object>();
      outer.add(list);
      list = outer;
    }
    return list;
  }

  private static List<Object> cyclic() {
    var list = new ArrayList<Object>();
    list.add(list);
    return list;
  }
}
