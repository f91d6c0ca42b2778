package dev.perdure.docs;

import dev.perdure.workflow.RunContext;
import dev.perdure.workflow.Workflow;
import dev.perdure.workflow.WorkflowBody;

/** One workflow in the versions through which changing-code.md leads. */
final class Deliveries {

  private Deliveries() {}

  static Workflow<String, String> workflow(WorkflowBody<String, String> body) {
    return Workflow.named("delivery").input(String.class, "teapot").code(String.class, body);
  }

  // [README first]
  static String first(String order, RunContext run) {
    var payment = run.step("charge", order, String.class, (o, step) -> "paid " + o);
    return run.step("ship", payment, String.class, (p, step) -> "shipped, " + p);
  }

  // [end]

  // [README appended]
  static String appended(String order, RunContext run) {
    var payment = run.step("charge", order, String.class, (o, step) -> "paid " + o);
    var parcel = run.step("ship", payment, String.class, (p, step) -> "shipped, " + p);
    return run.step("thank", parcel, String.class, (p, step) -> "thanked, " + p);
  }

  // [end]

  // [README inserted]
  static String inserted(String order, RunContext run) {
    var checked = run.step("check-stock", order, String.class, (o, step) -> o);
    var payment = run.step("charge", checked, String.class, (o, step) -> "paid " + o);
    return run.step("ship", payment, String.class, (p, step) -> "shipped, " + p);
  }

  // [end]

  // [README version]
  static String versioned(String order, RunContext run) {
    if (run.version("stock-first", 1) >= 1) {
      run.step("check-stock", order, String.class, (o, step) -> o);
    }
    var payment = run.step("charge", order, String.class, (o, step) -> "paid " + o);
    return run.step("ship", payment, String.class, (p, step) -> "shipped, " + p);
  }
  // [end]
}
