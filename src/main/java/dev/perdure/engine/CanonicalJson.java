package dev.perdure.engine;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.TreeMap;

/**
 * One text for all ways to write a JSON value: keys sorted, no white space, numbers by value. In
 * the spirit of RFC 8785, but numbers keep every digit.
 */
final class CanonicalJson {

  private CanonicalJson() {}

  /** SHA-256 of the canonical text, as 64 hex digits. */
  static String digest(JsonElement value) {
    var text = new StringBuilder();
    write(value, text);
    try {
      var sha256 = MessageDigest.getInstance("SHA-256");
      return HexFormat.of()
          .formatHex(sha256.digest(text.toString().getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256.", e);
    }
  }

  private static void write(JsonElement value, StringBuilder out) {
    switch (value) {
      case JsonObject object -> writeObject(object, out);
      case JsonArray array -> writeArray(array, out);
      case JsonPrimitive number when number.isNumber() -> out.append(byValue(number));
      default -> out.append(value);
    }
  }

  private static void writeObject(JsonObject object, StringBuilder out) {
    char separator = '{';
    for (var member : new TreeMap<>(object.asMap()).entrySet()) {
      out.append(separator).append(new JsonPrimitive(member.getKey())).append(':');
      write(member.getValue(), out);
      separator = ',';
    }
    out.append(separator == '{' ? "{}" : "}");
  }

  private static void writeArray(JsonArray array, StringBuilder out) {
    char separator = '[';
    for (var item : array) {
      out.append(separator);
      write(item, out);
      separator = ',';
    }
    out.append(separator == '[' ? "[]" : "]");
  }

  /** Written with an exponent where it is long, so that 1e999999 stays a short text. */
  private static String byValue(JsonPrimitive number) {
    String text = number.getAsString();
    try {
      var value = new BigDecimal(text);
      return value.signum() == 0 ? "0" : value.stripTrailingZeros().toString();
    } catch (NumberFormatException e) {
      return text;
    }
  }
}
