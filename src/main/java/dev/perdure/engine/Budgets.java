package dev.perdure.engine;

import dev.perdure.workflow.RetryPolicy;
import dev.perdure.workflow.SequenceStep;
import dev.perdure.workflow.StepOptions;
import dev.perdure.workflow.Workflow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Checks that the times a sequence is given can hold what they are given for. Whoever allows a step
 * three attempts of 30 s within a run of 60 s has allowed something that can not happen, and would
 * learn it from a run that is ended in the middle of an attempt.
 *
 * <p>Counted is what is limited: the attempts of a step with a timeout, each as long as it may be,
 * with the shortest waits between them; at most the step's total timeout; and sleeps. A step
 * without any timeout counts as 0. Steps that code asks for are not known beforehand.
 */
final class Budgets {

  private static final int WAITS_SHOWN_MAX = 3;
  private static final int STEPS_SHOWN_MAX = 5;

  /** What a step may take, and how that comes about. */
  private record Share(Duration most, String sum) {}

  private Budgets() {}

  /**
   * Checks all steps of a sequence, and their sum.
   *
   * @throws IllegalArgumentException with the sum, when a time is too short for what it must hold
   */
  static void check(Workflow<?, ?> workflow) {
    switch (workflow.body()) {
      case Workflow.Body.Sequence<?, ?> sequence -> check(workflow, sequence.steps());
      case Workflow.Body.Code<?, ?> _ -> {}
    }
  }

  private static void check(Workflow<?, ?> workflow, List<SequenceStep<?, ?>> steps) {
    var total = Duration.ZERO;
    var sums = new ArrayList<String>();
    for (var step : steps) {
      var share = share(workflow.name(), step);
      total = total.plus(share.most());
      if (!share.most().isZero()) {
        sums.add("step \"" + step.name() + "\": " + share.sum());
      }
    }
    var limit = workflow.timeout().orElse(null);
    if (limit != null && limit.compareTo(total) < 0) {
      throw refused(
          workflow.name(), whole(sums, total) + "; the workflow's timeout is " + inWords(limit));
    }
  }

  private static Share share(String workflow, SequenceStep<?, ?> step) {
    return switch (step) {
      case SequenceStep.Plain<?, ?> plain -> share(workflow, plain.name(), plain.options());
      case SequenceStep.Transactional<?, ?> transactional ->
          share(workflow, transactional.name(), transactional.options());
      case SequenceStep.Sleep<?> sleep ->
          new Share(sleep.duration(), "sleeps " + inWords(sleep.duration()));
    };
  }

  private static Share share(String workflow, String step, StepOptions options) {
    checkTotal(workflow, step, options);
    var attempts = options.timeout().map(timeout -> attempts(options, timeout)).orElse(unlimited());
    return options
        .totalTimeout()
        .filter(total -> options.timeout().isEmpty() || total.compareTo(attempts.most()) < 0)
        .map(total -> new Share(total, inWords(total) + " in total"))
        .orElse(attempts);
  }

  private static Share unlimited() {
    return new Share(Duration.ZERO, "not limited");
  }

  /** A total that ends the first attempt early, or lets no second one begin, is a slip. */
  private static void checkTotal(String workflow, String step, StepOptions options) {
    var total = options.totalTimeout().orElse(null);
    if (total == null) {
      return;
    }
    var attempt = options.timeout().orElse(Duration.ZERO);
    if (total.compareTo(attempt) < 0) {
      throw refused(
          workflow,
          "step \""
              + step
              + "\": one attempt may take "
              + inWords(attempt)
              + "; the step's total timeout is "
              + inWords(total));
    }
    var wait = options.retry().retries() == 0 ? Duration.ZERO : leastWait(options.retry(), 1);
    if (!wait.isZero() && total.compareTo(wait) <= 0) {
      throw refused(
          workflow,
          "step \""
              + step
              + "\": its first retry comes after "
              + inWords(wait)
              + " of backoff; the step's total timeout is "
              + inWords(total));
    }
  }

  private static Share attempts(StepOptions options, Duration timeout) {
    var retry = options.retry();
    int attempts = retry.retries() + 1;
    var waits = Duration.ZERO;
    var shown = new ArrayList<String>();
    for (int number = 1; number <= retry.retries(); number++) {
      var wait = leastWait(retry, number);
      waits = waits.plus(wait);
      shown.add(inWords(wait));
    }
    var most = timeout.multipliedBy(attempts).plus(waits);
    if (attempts == 1) {
      return new Share(most, "1 attempt x " + inWords(timeout));
    }
    return new Share(
        most,
        attempts
            + " attempts x "
            + inWords(timeout)
            + (waits.isZero() ? "" : " + " + backoff(shown, waits) + " of backoff")
            + " = "
            + inWords(most));
  }

  private static String backoff(List<String> waits, Duration sum) {
    return waits.size() <= WAITS_SHOWN_MAX ? String.join(" + ", waits) : inWords(sum);
  }

  /** Jitter may halve a wait. */
  private static Duration leastWait(RetryPolicy retry, int number) {
    var wait = retry.delayBefore(number);
    return retry.jitter() ? wait.dividedBy(2) : wait;
  }

  private static String whole(List<String> sums, Duration total) {
    if (sums.size() == 1) {
      return sums.getFirst();
    }
    var shown = String.join("; ", sums.subList(0, Math.min(sums.size(), STEPS_SHOWN_MAX)));
    int more = sums.size() - STEPS_SHOWN_MAX;
    return shown
        + (more > 0 ? "; and " + more + " more steps" : "")
        + "; all together "
        + inWords(total);
  }

  private static IllegalArgumentException refused(String workflow, String sum) {
    return new IllegalArgumentException(
        "The times of workflow \"" + workflow + "\" can not fit: " + sum + ".");
  }

  /** In the largest unit that says it exactly; minutes are left in seconds, which add up. */
  private static String inWords(Duration duration) {
    if (duration.toMillisPart() != 0) {
      return duration.toMillis() + " ms";
    }
    if (duration.isPositive() && duration.equals(Duration.ofDays(duration.toDays()))) {
      return duration.toDays() + " d";
    }
    if (duration.isPositive() && duration.equals(Duration.ofHours(duration.toHours()))) {
      return duration.toHours() + " h";
    }
    return duration.toSeconds() + " s";
  }
}
