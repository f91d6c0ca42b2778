package dev.perdure.web.api;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.perdure.journal.RunId;
import dev.perdure.web.ProblemException;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a following page begins, in a form that invites nobody to build one. */
final class Cursors {

  private static final int TEXT_MAX = 100;
  private static final String RUNS = "r";
  private static final String STEPS = "s";
  private static final Pattern FROM = Pattern.compile("(0|[1-9][0-9]{0,8})\\.(0|[1-9][0-9]{0,8})");

  private Cursors() {}

  static String ofRun(RunId id) {
    return encode(RUNS + id);
  }

  static String ofSteps(StepPage.From from) {
    return encode(STEPS + from.ordinal() + "." + from.position());
  }

  static RunId readRun(String name, String cursor) {
    return decode(RUNS, cursor).flatMap(RunId::parse).orElseThrow(() -> bad(name, cursor));
  }

  static StepPage.From readSteps(String name, String cursor) {
    return decode(STEPS, cursor)
        .map(FROM::matcher)
        .filter(Matcher::matches)
        .map(from ->
            new StepPage.From(Integer.parseInt(from.group(1)), Integer.parseInt(from.group(2))))
        .orElseThrow(() -> bad(name, cursor));
  }

  private static String encode(String text) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(US_ASCII));
  }

  private static Optional<String> decode(String kind, String cursor) {
    if (cursor.length() > TEXT_MAX) {
      return Optional.empty();
    }
    try {
      var text = new String(Base64.getUrlDecoder().decode(cursor), US_ASCII);
      return encode(text).equals(cursor) && text.startsWith(kind)
          ? Optional.of(text.substring(kind.length()))
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static ProblemException bad(String name, String cursor) {
    return Query.badValue(name, cursor, "a cursor from the page before");
  }
}
