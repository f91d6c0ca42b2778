package dev.perdure.engine;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;

/**
 * Finds what a type would silently drop from an input. Gson ignores unknown members and reads an
 * unknown enum constant as null; comparing the input with the same value written again shows both.
 */
final class InputLoss {

  private InputLoss() {}

  /** Throws a {@link ValueException} that names the first thing lost. */
  static void check(JsonElement given, JsonElement kept) {
    check("$", given, kept);
  }

  private static void check(String path, JsonElement given, JsonElement kept) {
    if (kept.isJsonNull() && !given.isJsonNull()) {
      throw new ValueException(path, "The value at " + path + " is not one that is known here.");
    }
    if (given instanceof JsonPrimitive one && kept instanceof JsonPrimitive other) {
      checkKind(path, one, other);
    } else if (given instanceof JsonObject object && kept instanceof JsonObject known) {
      checkMembers(path, object, known);
    } else if (given instanceof JsonArray array && kept instanceof JsonArray list) {
      for (int i = 0; i < Math.min(array.size(), list.size()); i++) {
        check(path + "[" + i + "]", array.get(i), list.get(i));
      }
    }
  }

  /** Gson reads "24" as the number 24 and 1 as the string "1"; a client that sends it errs. */
  private static void checkKind(String path, JsonPrimitive given, JsonPrimitive kept) {
    if (given.isString() != kept.isString() || given.isNumber() != kept.isNumber()) {
      throw new ValueException(
          path,
          "The value at "
              + path
              + " is not of the type that is expected there: expected "
              + kind(kept)
              + ", found "
              + kind(given)
              + ".");
    }
  }

  private static String kind(JsonPrimitive value) {
    return value.isString() ? "a string" : value.isNumber() ? "a number" : "true or false";
  }

  private static void checkMembers(String path, JsonObject given, JsonObject known) {
    for (var member : given.entrySet()) {
      String name = member.getKey();
      if (!known.has(name)) {
        throw new ValueException(
            path + "." + name,
            "There is no field \"" + name + "\" at " + path + "." + suggestion(name, known));
      }
      check(path + "." + name, member.getValue(), known.get(name));
    }
  }

  private static String suggestion(String name, JsonObject known) {
    return Nearest.to(name, known.keySet())
        .map(nearest -> " Did you mean \"" + nearest + "\"?")
        .orElse(known.isEmpty() ? "" : " Known are: " + String.join(", ", known.keySet()) + ".");
  }
}
