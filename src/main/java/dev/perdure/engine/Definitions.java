package dev.perdure.engine;

import dev.perdure.workflow.Tables;
import dev.perdure.workflow.Workflow;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** The workflows that an engine can run, by name. Immutable. */
final class Definitions {

  private final SortedMap<String, Definition> byName = new TreeMap<>();

  /**
   * Works out every definition.
   *
   * @throws IllegalArgumentException when two have one name, or an example does not fit its type
   */
  Definitions(Collection<Workflow<?, ?>> workflows, Values values) {
    for (var workflow : workflows) {
      if (byName.put(workflow.name(), Definition.of(workflow, values)) != null) {
        throw new IllegalArgumentException(
            "There are two workflows named \"" + workflow.name() + "\".");
      }
    }
  }

  Optional<Definition> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** The definition of this name, or the error that names the nearest one. */
  Definition require(String name) {
    return find(name)
        .orElseThrow(() ->
            new StartException.UnknownWorkflow(
                name, Nearest.to(name, byName.keySet()).orElse(null)));
  }

  /** The tables that any of them uses, each once. */
  Collection<Tables> tables() {
    return byName.values().stream()
        .flatMap(definition -> definition.workflow().tables().stream())
        .distinct()
        .toList();
  }

  Collection<Definition> all() {
    return byName.values();
  }

  Set<String> names() {
    return Set.copyOf(byName.keySet());
  }
}
