package dev.perdure.engine;

import dev.perdure.journal.EntryKind;
import dev.perdure.workflow.RunContext;
import java.time.Instant;
import java.util.UUID;
import java.util.function.Supplier;

/** What a body may not find out by itself, because it would differ on replay. */
final class RecordedValues {

  private static final String NO_INPUT = "null";

  private final ActiveRun run;
  private final Calls calls;

  RecordedValues(ActiveRun run, Calls calls) {
    this.run = run;
    this.calls = calls;
  }

  Instant now() {
    return Instant.parse(text(EntryKind.NOW, () -> run.core().time().instant().toString()));
  }

  double random() {
    return Double.parseDouble(
        text(EntryKind.RANDOM, () -> Double.toString(run.core().random().nextDouble())));
  }

  UUID uuid() {
    return UUID.fromString(text(EntryKind.UUID, () -> newUuid().toString()));
  }

  /** Version 4 of RFC 9562. */
  private UUID newUuid() {
    var random = run.core().random();
    long high = (random.nextLong() & ~0xF000L) | 0x4000L;
    long low = (random.nextLong() & ~(3L << 62)) | (2L << 62);
    return new UUID(high, low);
  }

  private String text(String kind, Supplier<String> value) {
    var place = calls.next(kind, kind, null);
    var recorded = place.recorded();
    if (recorded != null) {
      return Recorded.output(recorded).take(run.core().values(), Values.STRING);
    }
    String made = value.get();
    record(place, "\"" + made + "\"");
    return made;
  }

  /** See {@link RunContext#version}. */
  int version(String change, int current) {
    var there = calls.peek();
    if (there != null && !(there.kind().equals(EntryKind.VERSION) && there.name().equals(change))) {
      return 0;
    }
    var place = calls.next(EntryKind.VERSION, change, null);
    var recorded = place.recorded();
    if (recorded == null) {
      record(place, Integer.toString(current));
      return current;
    }
    int version = Integer.parseInt(Recorded.output(recorded).text());
    if (version > current) {
      throw Unwind.blocked(Reasons.newerVersion(change, version, current));
    }
    return version;
  }

  private void record(Place place, String output) {
    run.journal().handOver(place.record(NO_INPUT, output, run.core().time().instant()));
  }
}
