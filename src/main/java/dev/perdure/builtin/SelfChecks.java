package dev.perdure.builtin;

import dev.perdure.builtin.Target.Limits;
import dev.perdure.journal.JournalException;
import dev.perdure.journal.Statistics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/** What Perdure looks at where no services are configured: itself, from inside. */
final class SelfChecks {

  static final Limits LIMITS = Limits.DEFAULT;

  private static final long GIB = 1L << 30;
  private static final long MIB = 1L << 20;

  private SelfChecks() {}

  /** The checks as they stand now. */
  static List<Check> of(BuiltinSettings settings, Supplier<Machine> machine) {
    var statistics = settings.statistics();
    var checks = new ArrayList<Check>();
    checks.add(new SelfCheck("journal-write", "journal", SelfChecks.writes(statistics)));
    checks.add(new SelfCheck("journal-read", "journal", SelfChecks.reads(statistics)));
    checks.add(new SelfCheck("disk", "data directory", SelfChecks.space(statistics)));
    checks.add(new SelfCheck("memory", "heap", check -> memory(check, machine.get())));
    settings
        .ownLiveAddress()
        .get()
        .map(uri -> new Target.Http(uri, ExpectedStatus.SUCCESS, LIMITS))
        .map(target ->
            new HttpCheck(
                "health-live", target, Trust::ofJvm, settings.clock(), settings.nanoTime()))
        .ifPresent(checks::add);
    return List.copyOf(checks);
  }

  private record SelfCheck(String name, String shown, Function<Check, Finding> code)
      implements Check {
    @Override
    public Duration timeout() {
      return LIMITS.timeout();
    }

    @Override
    public Finding look() {
      return code.apply(this);
    }
  }

  private static Function<Check, Finding> writes(Statistics statistics) {
    return check -> probed(check, statistics::probeWrite, "A write was durable after ");
  }

  private static Function<Check, Finding> reads(Statistics statistics) {
    return check -> probed(check, statistics::probeRead, "A read took ");
  }

  private static Finding probed(Check check, Supplier<Duration> probe, String what) {
    try {
      var latency = probe.get();
      var sentence = what + Humane.duration(latency);
      return latency.compareTo(LIMITS.slow()) >= 0
          ? Finding.of(
              check,
              FindingStatus.SLOW,
              latency,
              sentence + "; slow is from " + Humane.duration(LIMITS.slow()) + ".")
          : Finding.of(check, FindingStatus.UP, latency, sentence + ".");
    } catch (JournalException e) {
      return Finding.down(check, why(e));
    }
  }

  private static Function<Check, Finding> space(Statistics statistics) {
    return check -> {
      try {
        return space(check, statistics.space());
      } catch (JournalException e) {
        return Finding.down(check, why(e));
      }
    };
  }

  private static Finding space(Check check, Statistics.Space space) {
    long free = space.free();
    long total = Math.max(1, space.total());
    var sentence =
        Humane.bytes(free)
            + " ("
            + Humane.percent(free, total)
            + ") are free; the journal takes up "
            + Humane.bytes(space.used())
            + ".";
    return Finding.of(check, status(free, total), null, sentence);
  }

  private static FindingStatus status(long free, long total) {
    if (free < 100 * MIB || free < total / 50) {
      return FindingStatus.DOWN;
    }
    return free < GIB || free < total / 10 ? FindingStatus.WARNING : FindingStatus.UP;
  }

  /** Garbage is no sign of anything, so the judgement is about what collections leave. */
  private static Finding memory(Check check, Machine machine) {
    long max = Math.max(1, machine.heapMaxBytes());
    var sentence =
        Humane.bytes(machine.heapUsedBytes())
            + " of "
            + Humane.bytes(max)
            + " are used, "
            + Humane.bytes(machine.heapLiveBytes())
            + " after the latest collection.";
    double live = (double) machine.heapLiveBytes() / max;
    var status =
        live > 0.97 ? FindingStatus.DOWN : live > 0.9 ? FindingStatus.WARNING : FindingStatus.UP;
    return Finding.of(check, status, null, sentence);
  }

  private static String why(JournalException error) {
    return switch (error) {
      case JournalException.Full _ -> "There is no space left.";
      case JournalException.Overloaded _ -> "The journal has too much to do.";
      case JournalException.Failed _ -> "The journal can not be trusted any longer.";
      case JournalException.Closed _ -> "The journal is closed.";
      case JournalException.Broken _ -> "The journal refused its own command.";
      case JournalException.Owned _ -> "Another engine owns the journal.";
    };
  }
}
