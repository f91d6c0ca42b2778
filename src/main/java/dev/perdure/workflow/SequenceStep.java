package dev.perdure.workflow;

import static java.util.Objects.requireNonNull;

import com.google.gson.reflect.TypeToken;
import java.time.Duration;

/** One step of a sequence: its input is the output of the step before, or the run's input. */
public sealed interface SequenceStep<I, O> {

  String name();

  /** The type of what the next step is given. */
  TypeToken<O> output();

  /** A step with code of its own. */
  record Plain<I, O>(String name, TypeToken<O> output, StepFunction<I, O> code, StepOptions options)
      implements SequenceStep<I, O> {
    public Plain {
      Names.check("step name", name);
      requireNonNull(output, "output");
      requireNonNull(code, "code");
      requireNonNull(options, "options");
    }
  }

  /** A transactional step. */
  record Transactional<I, O>(
      String name, TypeToken<O> output, TransactionFunction<I, O> code, StepOptions options)
      implements SequenceStep<I, O> {
    public Transactional {
      Names.check("step name", name);
      requireNonNull(output, "output");
      requireNonNull(code, "code");
      options.requireForTransaction();
    }
  }

  /** A wait; the value passes through. */
  record Sleep<V>(String name, TypeToken<V> output, Duration duration)
      implements SequenceStep<V, V> {
    public Sleep {
      Names.check("step name", name);
      requireNonNull(output, "output");
      requireNonNull(duration, "duration");
    }
  }
}
