package dev.perdure.engine;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;

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
    if (given instanceof JsonObject object && kept instanceof JsonObject known) {
      checkMembers(path, object, known);
    } else if (given instanceof JsonArray array && kept instanceof JsonArray list) {
      for (int i = 0; i < Math.min(array.size(), list.size()); i++) {
        check(path + "[" + i + "]", array.get(i), list.get(i));
      }
    }
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
