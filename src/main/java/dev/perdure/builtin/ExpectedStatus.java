package dev.perdure.builtin;

import java.util.Optional;
import java.util.regex.Pattern;

/** The HTTP statuses that are well, from one to another, both included. */
public record ExpectedStatus(int from, int to) {

  /** Any 2xx. */
  public static final ExpectedStatus SUCCESS = new ExpectedStatus(200, 299);

  private static final Pattern ONE = Pattern.compile("[1-5][0-9][0-9]");
  private static final Pattern CLASS = Pattern.compile("[1-5]xx");

  public ExpectedStatus {
    if (from < 100 || to > 599 || from > to) {
      throw new IllegalArgumentException("No statuses are from " + from + " to " + to + ".");
    }
  }

  /** Reads {@code 204} or {@code 2xx}; empty when it is neither. */
  static Optional<ExpectedStatus> parse(String text) {
    if (ONE.matcher(text).matches()) {
      int status = Integer.parseInt(text);
      return Optional.of(new ExpectedStatus(status, status));
    }
    if (CLASS.matcher(text).matches()) {
      int hundreds = 100 * (text.charAt(0) - '0');
      return Optional.of(new ExpectedStatus(hundreds, hundreds + 99));
    }
    return Optional.empty();
  }

  boolean includes(int status) {
    return from <= status && status <= to;
  }

  @Override
  public String toString() {
    return from == to ? "" + from : from / 100 + "xx";
  }
}
