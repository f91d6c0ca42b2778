package dev.perdure.server;

import dev.perdure.engine.Nearest;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The texts that somebody has set, and where. A system property goes before an environment
 * variable, and that before a context parameter. A blank text counts as not set: it is what {@code
 * docker compose} makes of a variable that is missing.
 */
final class Given {

  /** Where a text comes from, and how the report calls it; a later one wins. */
  enum Origin {
    DEFAULT("default"),
    CONTEXT("context parameter"),
    ENVIRONMENT("environment"),
    PROPERTY("system property");

    private final String words;

    Origin(String words) {
      this.words = words;
    }

    @Override
    public String toString() {
      return words;
    }
  }

  private record Text(String value, Origin origin) {}

  /** What our own start scripts set and no user does. */
  private static final Set<String> INTERNAL_PROPERTIES =
      Set.of("perdure.webroot", "perdure.launcher.parent");

  private static final Pattern PROPERTY = Pattern.compile("perdure(\\.[A-Za-z0-9_-]+)+");
  private static final Pattern VARIABLE = Pattern.compile("PERDURE_.*", Pattern.DOTALL);

  private final Map<Setting, Text> texts = new EnumMap<>(Setting.class);
  private final List<String> problems = new ArrayList<>();

  /** Takes what concerns Perdure out of all that is set. */
  Given(
      Map<String, String> contextParameters,
      Map<String, String> environment,
      Map<String, String> properties) {
    addAll(contextParameters, Origin.CONTEXT);
    addAll(environment, Origin.ENVIRONMENT);
    addAll(properties, Origin.PROPERTY);
  }

  /** What this process was given. */
  static Given toThisProcess(Map<String, String> contextParameters) {
    var properties = new TreeMap<String, String>();
    for (var name : System.getProperties().stringPropertyNames()) {
      properties.put(name, System.getProperty(name, ""));
    }
    return new Given(contextParameters, System.getenv(), properties);
  }

  /** The names that are no setting, each in a sentence. */
  List<String> problems() {
    return List.copyOf(problems);
  }

  /** The text that counts; empty when nothing is set and there is no default. */
  Optional<String> text(Setting setting) {
    var given = texts.get(setting);
    return given == null ? setting.fallback() : Optional.of(given.value());
  }

  Origin origin(Setting setting) {
    var given = texts.get(setting);
    return given == null ? Origin.DEFAULT : given.origin();
  }

  private void addAll(Map<String, String> source, Origin origin) {
    new TreeMap<>(source).forEach((name, value) -> add(name, value.strip(), origin));
  }

  private void add(String name, String value, Origin origin) {
    if (!concernsPerdure(name, origin)) {
      return;
    }
    var variable = variable(name);
    var setting = Setting.ofVariable(variable);
    if (setting.isEmpty()) {
      problems.add(unknown(name, variable, origin));
    } else if (!value.isEmpty()) {
      texts.put(setting.get(), new Text(value, origin));
    }
  }

  private static boolean concernsPerdure(String name, Origin origin) {
    return VARIABLE.matcher(name).matches()
        || (origin == Origin.PROPERTY
            && PROPERTY.matcher(name).matches()
            && !INTERNAL_PROPERTIES.contains(name));
  }

  private static String variable(String name) {
    return name.startsWith("perdure.")
        ? name.replaceAll("[.-]", "_").toUpperCase(Locale.ROOT)
        : name;
  }

  private static String unknown(String name, String variable, Origin origin) {
    return "There is no setting "
        + name
        + " ("
        + origin
        + "). "
        + Nearest.to(variable, Setting.variables())
            .map(nearest -> "Did you mean " + nearest + "?")
            .orElse("The settings are " + String.join(", ", Setting.variables()) + ".");
  }
}
