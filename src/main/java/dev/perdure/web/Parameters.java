package dev.perdure.web;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The parameters of a query string or a form, read strictly: where containers guess, replace or
 * ignore, this throws.
 */
public final class Parameters {

  private static final int COUNT_MAX = 1_000;

  private final Map<String, List<String>> values;

  private Parameters(Map<String, List<String>> values) {
    this.values = values;
  }

  /**
   * Reads {@code a=1&b=2}.
   *
   * @throws IllegalArgumentException when an escape or its UTF-8 is malformed, or there are too
   *     many parameters
   */
  public static Parameters parse(String text) {
    var values = new LinkedHashMap<String, List<String>>();
    int count = 0;
    for (var pair : text.split("&", -1)) {
      if (pair.isEmpty()) {
        continue;
      }
      if (++count > COUNT_MAX) {
        throw new IllegalArgumentException("There are more than " + COUNT_MAX + " parameters.");
      }
      int equals = pair.indexOf('=');
      var name = decode(equals < 0 ? pair : pair.substring(0, equals));
      var value = equals < 0 ? "" : decode(pair.substring(equals + 1));
      values.computeIfAbsent(name, _ -> new ArrayList<>()).add(value);
    }
    return new Parameters(values);
  }

  public Set<String> names() {
    return values.keySet();
  }

  /** The values of this name in their order; empty when there is none. */
  public List<String> all(String name) {
    return values.getOrDefault(name, List.of());
  }

  /** Decodes {@code %XX} and {@code +}. */
  private static String decode(String text) {
    var bytes = new ByteArrayOutputStream(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '%') {
        bytes.write(escaped(text, i));
        i += 2;
      } else if (c <= ' ' || c > '~') {
        throw new IllegalArgumentException("There is a character that must be escaped.");
      } else {
        bytes.write(c == '+' ? ' ' : c);
      }
    }
    return utf8(bytes.toByteArray());
  }

  private static int escaped(String text, int at) {
    if (at + 2 >= text.length()
        || Character.digit(text.charAt(at + 1), 16) < 0
        || Character.digit(text.charAt(at + 2), 16) < 0) {
      throw new IllegalArgumentException("There is a % that two hex digits do not follow.");
    }
    return Integer.parseInt(text, at + 1, at + 3, 16);
  }

  private static String utf8(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("There are escapes that are not UTF-8.", e);
    }
  }
}
