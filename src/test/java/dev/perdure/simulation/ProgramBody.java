package dev.perdure.simulation;

import com.google.gson.reflect.TypeToken;
import dev.perdure.workflow.Branch;
import dev.perdure.workflow.FanOut;
import dev.perdure.workflow.Outcome;
import dev.perdure.workflow.RunContext;
import dev.perdure.workflow.SequenceBuilder;
import dev.perdure.workflow.Step;
import dev.perdure.workflow.StepFailedException;
import dev.perdure.workflow.Workflow;
import java.util.ArrayList;
import java.util.List;

/** Carries out a {@link Program} on the engine. */
final class ProgramBody {

  /** Where the code of steps has its effects. */
  interface Effects {
    /** Carries out an attempt, and answers when it has come to a good end. */
    void carryOut(Program.Node node, Program.Code code, String key, int attempt) throws Exception;
  }

  private static final TypeToken<Long> LONG = TypeToken.get(Long.class);

  private final Program program;
  private final Effects effects;

  private ProgramBody(Program program, Effects effects) {
    this.program = program;
    this.effects = effects;
  }

  static Workflow<?, ?> workflow(Program program, Effects effects) {
    var body = new ProgramBody(program, effects);
    var head = Workflow.named(program.name());
    if (program.timeout() != null) {
      head.timeout(program.timeout());
    }
    var input = head.input(Long.class, 1L);
    if (!program.isSequence()) {
      return input.code(Long.class, (start, context) -> body.run(program.nodes(), start, context));
    }
    SequenceBuilder<Long, Long> sequence = null;
    for (var node : program.nodes()) {
      sequence = body.add(sequence == null ? null : sequence, input, node);
    }
    return sequence.build();
  }

  private SequenceBuilder<Long, Long> add(
      SequenceBuilder<Long, Long> sequence,
      dev.perdure.workflow.InputBuilder<Long> input,
      Program.Node node) {
    var name = Program.nameOf(node);
    return switch (node) {
      case Program.Step step when sequence == null ->
          input.step(
              name,
              Long.class,
              (in, context) -> step(step, step.code(), in, context),
              step.code().options());
      case Program.Step step ->
          sequence.step(
              name,
              Long.class,
              (in, context) -> step(step, step.code(), in, context),
              step.code().options());
      case Program.Transact step when sequence != null ->
          sequence.transaction(
              name,
              LONG,
              (in, _, context) -> step(step, step.code(), in, context),
              step.code().options());
      case Program.Sleep sleep when sequence != null -> sequence.sleep(name, sleep.duration());
      default -> throw new IllegalArgumentException("not in a sequence: " + node);
    };
  }

  private long step(Program.Node node, Program.Code code, long input, Step step) throws Exception {
    effects.carryOut(node, code, step.idempotencyKey(), step.attempt());
    return Program.output(node.id(), input);
  }

  private long run(List<Program.Node> nodes, long start, RunContext context) {
    long sum = start;
    for (var node : nodes) {
      sum = Program.fold(sum, value(node, sum, context));
    }
    return sum;
  }

  private long value(Program.Node node, long sum, RunContext context) {
    var name = Program.nameOf(node);
    return switch (node) {
      case Program.Step step ->
          context.step(
              name, sum, LONG, (in, at) -> step(step, step.code(), in, at), step.code().options());
      case Program.Transact step ->
          context.transaction(
              name,
              sum,
              LONG,
              (in, _, at) -> step(step, step.code(), in, at),
              step.code().options());
      case Program.Sleep sleep -> {
        context.sleep(name, sleep.duration());
        yield 1;
      }
      case Program.SleepUntil sleep -> {
        context.sleepUntil(name, context.now().plus(sleep.ahead()));
        yield 1;
      }
      case Program.Await wait -> await(wait, context);
      case Program.AwaitAny wait ->
          context
              .awaitAny(wait.timeout(), Program.signal(wait.signal()), Program.signal(wait.other()))
              .map(signal -> Program.fold(signal.name().hashCode(), signal.as(Long.class)))
              .orElse(Program.NOTHING);
      case Program.Child child -> context.child(name, child.workflow(), sum, LONG);
      case Program.StartChild child -> {
        context.startChild(name, child.workflow(), sum);
        yield 1;
      }
      case Program.MapSteps map -> mapSteps(map, sum, context);
      case Program.MapScoped map -> mapScoped(map, sum, context);
      case Program.Parallel parallel -> parallel(parallel, sum, context);
      case Program.Undo undo -> {
        context.onFailure(
            name,
            sum,
            (_, at) -> effects.carryOut(undo, undo.code(), at.idempotencyKey(), at.attempt()),
            undo.code().options());
        yield 1;
      }
      case Program.Try caught -> {
        try {
          yield run(caught.body(), sum, context);
        } catch (StepFailedException e) {
          yield Program.CAUGHT;
        }
      }
      case Program.Random _ -> Double.doubleToLongBits(context.random());
      case Program.Version _ -> context.version(name, 2);
    };
  }

  private static long await(Program.Await wait, RunContext context) {
    var signal = Program.signal(wait.signal());
    return wait.timeout() == null
        ? context.await(signal, Long.class)
        : context.await(signal, Long.class, wait.timeout()).orElse(Program.NOTHING);
  }

  private static List<Long> items(long sum, int count) {
    var items = new ArrayList<Long>();
    for (int i = 0; i < count; i++) {
      items.add(Program.item(sum, i));
    }
    return items;
  }

  private static long fold(List<Outcome<Long>> outcomes) {
    long sum = 0;
    for (var outcome : outcomes) {
      sum =
          Program.fold(
              sum, outcome instanceof Outcome.Completed<Long>(var value) ? value : Program.FAILED);
    }
    return sum;
  }

  private static long foldAll(List<Long> values) {
    return fold(values.stream().<Outcome<Long>>map(Outcome.Completed::new).toList());
  }

  private long mapSteps(Program.MapSteps map, long sum, RunContext context) {
    var items = items(sum, map.items());
    var name = Program.nameOf(map);
    var options = FanOut.atOnce(map.atOnce()).each(map.code().options());
    dev.perdure.workflow.StepFunction<Long, Long> code =
        (in, at) -> step(map, map.codeOf(items.indexOf(in)), in, at);
    return map.all()
        ? fold(context.mapAll(name, items, LONG, code, options))
        : foldAll(context.map(name, items, LONG, code, options));
  }

  private long mapScoped(Program.MapScoped map, long sum, RunContext context) {
    var items = items(sum, map.items());
    var name = Program.nameOf(map);
    var options = FanOut.atOnce(map.atOnce());
    dev.perdure.workflow.WorkflowBody<Long, Long> code = (in, inner) -> run(map.body(), in, inner);
    return map.all()
        ? fold(context.mapScopedAll(name, items, LONG, code, options))
        : foldAll(context.mapScoped(name, items, LONG, code, options));
  }

  private long parallel(Program.Parallel parallel, long sum, RunContext context) {
    var branches = new ArrayList<Branch<Long>>();
    for (int i = 0; i < parallel.branches().size(); i++) {
      var body = parallel.branches().get(i);
      long start = Program.item(sum, i);
      branches.add(
          Branch.branch(
              Program.branchOf(parallel, i), Long.class, inner -> run(body, start, inner)));
    }
    var name = Program.nameOf(parallel);
    var options = FanOut.atOnce(parallel.atOnce());
    var all = branches.toArray(Branch<?>[]::new);
    var ended =
        parallel.all()
            ? context.parallelAll(name, options, all)
            : context.parallel(name, options, all);
    return fold(branches.stream().map(ended::outcome).toList());
  }

  @Override
  public String toString() {
    return program.name();
  }
}
