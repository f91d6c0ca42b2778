package dev.perdure.builtin;

import dev.perdure.workflow.FinalStepException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The step that looks at every service, or at Perdure itself. */
final class PingServices {

  private static final Duration MARGIN = Duration.ofSeconds(10);
  private static final int NAME_SHOWN_MAX = 64;

  private final BuiltinSettings settings;
  private final Supplier<Machine> machine;

  PingServices(BuiltinSettings settings, Supplier<Machine> machine) {
    this.settings = settings;
    this.machine = machine;
  }

  /** How long the step may take: the worst case, and time to spare. */
  Duration timeout() {
    var timeouts =
        settings.services().stream().map(service -> service.target().limits().timeout()).toList();
    return AllAtOnce.timeMax(timeouts.isEmpty() ? List.of(SelfChecks.LIMITS.timeout()) : timeouts)
        .plus(MARGIN);
  }

  /**
   * Looks at the services that the input names.
   *
   * @throws FinalStepException when it names one that there is not
   */
  Findings look(HealthCheckInput input) throws InterruptedException {
    var checks = chosen(input.services(), checks());
    var at = settings.clock().instant();
    return new Findings(at, AllAtOnce.look(checks));
  }

  private List<Check> checks() {
    return settings.services().isEmpty()
        ? SelfChecks.of(settings, machine)
        : settings.services().stream().map(this::check).toList();
  }

  private Check check(Service service) {
    return switch (service.target()) {
      case Target.Http http ->
          new HttpCheck(service.name(), http, Trust::ofJvm, settings.clock(), settings.nanoTime());
      case Target.Tcp tcp -> new TcpCheck(service.name(), tcp, settings.nanoTime());
    };
  }

  private static List<Check> chosen(List<String> names, List<Check> checks) {
    if (names.isEmpty()) {
      return checks;
    }
    var unknown = new ArrayList<>(names);
    unknown.removeAll(checks.stream().map(Check::name).toList());
    if (!unknown.isEmpty()) {
      throw unknownService(unknown.getFirst(), checks);
    }
    var wanted = new HashSet<>(names);
    return checks.stream().filter(check -> wanted.contains(check.name())).toList();
  }

  private static FinalStepException unknownService(String name, List<Check> checks) {
    return new FinalStepException(
        "There is no service named \""
            + Humane.shortened(name, NAME_SHOWN_MAX)
            + "\". The input can name these: "
            + checks.stream().map(Check::name).collect(Collectors.joining(", "))
            + ". Services are added by the operator, in PERDURE_SERVICES.");
  }
}
