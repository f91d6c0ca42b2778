package dev.perdure.engine;

import com.google.gson.reflect.TypeToken;
import dev.perdure.bench.Payload;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What a value of 200 bytes costs on its way into the journal and back. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ValuesBenchmark {

  private static final TypeToken<Payload> TYPE = TypeToken.get(Payload.class);

  private final Values values = new Values();

  /** Not final, so that nothing is known of them beforehand. */
  private Payload payload = Payload.EXAMPLE;

  private String json = Payload.JSON;

  /** An output of a step: written and checked. */
  @Benchmark
  public Object encode() {
    return values.encode(payload, TYPE);
  }

  /** A recorded output of a step, as a replay reads it. */
  @Benchmark
  public Object decode() {
    return values.decode(json, TYPE);
  }

  /** An input as it comes over HTTP. */
  @Benchmark
  public Object checkInput() {
    return values.checkInput(json, TYPE);
  }

  /** What two inputs are compared by. */
  @Benchmark
  public Object digest() {
    return values.digest(json);
  }
}
