package dev.perdure.web.api;

import com.google.gson.stream.JsonWriter;
import dev.perdure.journal.RunId;
import dev.perdure.journal.RunRecord;
import dev.perdure.journal.Status;
import dev.perdure.web.Standing;
import java.io.IOException;
import java.io.StringWriter;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The JSON of a page of fifty runs. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class RunListBenchmark {

  private static final int PAGE = 50;
  private static final Instant CREATED = Instant.parse("2026-01-01T12:00:00Z");

  private final List<RunRecord> runs =
      LongStream.range(0, PAGE).mapToObj(RunListBenchmark::completed).toList();

  private static RunRecord completed(long number) {
    long high = CREATED.toEpochMilli() << 16 | 0x7000L;
    var id = new RunId(new UUID(high, Long.MIN_VALUE | number));
    return new RunRecord(
        id,
        "nightly-summary",
        1,
        Status.COMPLETED,
        null,
        null,
        null,
        null,
        null,
        null,
        0,
        CREATED,
        CREATED.plusMillis(number),
        CREATED.plusMillis(3 * number));
  }

  @Benchmark
  public String page() throws IOException {
    var text = new StringWriter(1 << 15);
    var json = new JsonWriter(text);
    json.setSerializeNulls(true);
    json.beginArray();
    for (var run : runs) {
      RunJson.writeRow(json, run, new Standing(null, null));
    }
    json.endArray();
    json.close();
    return text.toString();
  }
}
