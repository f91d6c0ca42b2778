package dev.perdure.server;

import static java.util.Objects.requireNonNull;

import java.util.regex.Pattern;

/** A text that must not be shown: it prints as asterisks. */
record Secret(String value) {

  private static final String MASK = "********";
  private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]{16,1024}");

  Secret {
    requireNonNull(value, "value");
  }

  /**
   * A token that can travel in a header and is not too easy to guess.
   *
   * @throws IllegalArgumentException with what is wrong, without the text
   */
  static Secret token(String text) {
    if (!TOKEN.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "must be a token of at least 16 letters, digits or signs without spaces; this one has "
              + text.length()
              + ". For example: openssl rand -base64 32");
    }
    return new Secret(text);
  }

  @Override
  public String toString() {
    return MASK;
  }
}
