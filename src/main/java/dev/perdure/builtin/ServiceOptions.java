package dev.perdure.builtin;

import dev.perdure.builtin.Target.Limits;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The options behind the {@code #} of an address. Used once. */
final class ServiceOptions {

  private static final Pattern DURATION = Pattern.compile("([0-9]{1,6})(ms|s)");

  private final String text;
  private final Consumer<String> wrong;
  private final Set<String> seen = new HashSet<>();
  private ExpectedStatus expected = ExpectedStatus.SUCCESS;
  private @Nullable Duration slow;
  private Duration timeout = Limits.TIMEOUT_DEFAULT;

  /**
   * @param wrong what is called with each problem
   */
  ServiceOptions(String text, Consumer<String> wrong) {
    this.text = text;
    this.wrong = wrong;
  }

  /** Reads every option. */
  void readAll(boolean statusAllowed) {
    for (var option : text.split("&", -1)) {
      if (!option.isBlank()) {
        read(option.strip(), statusAllowed);
      }
    }
  }

  ExpectedStatus expected() {
    return expected;
  }

  /** The limits; empty when they do not fit together. */
  Optional<Limits> limits() {
    if (slow == null) {
      var fitting = Limits.SLOW_DEFAULT.compareTo(timeout) < 0 ? Limits.SLOW_DEFAULT : timeout;
      return Optional.of(new Limits(fitting, timeout));
    }
    if (slow.compareTo(timeout) > 0) {
      wrong.accept(
          "slow="
              + Humane.duration(slow).replace(" ", "")
              + " is never reached, because the timeout is "
              + Humane.duration(timeout)
              + ".");
      return Optional.empty();
    }
    return Optional.of(new Limits(slow, timeout));
  }

  private void read(String option, boolean statusAllowed) {
    int equals = option.indexOf('=');
    var key = equals < 0 ? option : option.substring(0, equals).strip();
    var value = equals < 0 ? "" : option.substring(equals + 1).strip();
    if (!seen.add(key)) {
      wrong.accept("the option \"" + key + "\" is given twice.");
      return;
    }
    switch (key) {
      case "status" -> readStatus(value, statusAllowed);
      case "slow" -> readSlow(value);
      case "timeout" -> readTimeout(value);
      default -> wrong.accept("\"" + key + "\" is no option; there are status, slow and timeout.");
    }
  }

  private void readStatus(String value, boolean allowed) {
    if (!allowed) {
      wrong.accept("a TCP address has no status to expect.");
      return;
    }
    ExpectedStatus.parse(value)
        .ifPresentOrElse(
            status -> expected = status,
            () -> wrong.accept("status must be like 204 or 2xx, not \"" + value + "\"."));
  }

  private void readSlow(String value) {
    duration("slow", value)
        .ifPresent(found -> {
          if (found.isPositive()) {
            slow = found;
          } else {
            wrong.accept("slow must be more than 0.");
          }
        });
  }

  private void readTimeout(String value) {
    duration("timeout", value)
        .ifPresent(found -> {
          if (found.compareTo(Limits.TIMEOUT_MIN) >= 0
              && found.compareTo(Limits.TIMEOUT_MAX) <= 0) {
            timeout = found;
          } else {
            wrong.accept("timeout must be 10ms to 60s, not \"" + value + "\".");
          }
        });
  }

  private Optional<Duration> duration(String key, String value) {
    var matcher = DURATION.matcher(value);
    if (!matcher.matches()) {
      wrong.accept(key + " must be like 800ms or 3s, not \"" + value + "\".");
      return Optional.empty();
    }
    long amount = Long.parseLong(matcher.group(1));
    return Optional.of(
        matcher.group(2).equals("ms") ? Duration.ofMillis(amount) : Duration.ofSeconds(amount));
  }
}
