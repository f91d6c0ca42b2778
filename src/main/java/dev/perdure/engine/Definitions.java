package dev.perdure.engine;

import static java.util.Comparator.comparing;
import static java.util.Comparator.comparingInt;

import dev.perdure.workflow.Tables;
import dev.perdure.workflow.Workflow;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** The workflows that an engine can run, by name. Thread-safe. */
final class Definitions {

  // Never changed, but replaced.
  private volatile SortedMap<String, Definition> byName;

  /**
   * Works out every definition.
   *
   * @throws IllegalArgumentException when two have one name, or an example does not fit its type
   */
  Definitions(Collection<Workflow<?, ?>> workflows, Values values) {
    var all = new TreeMap<String, Definition>();
    for (var workflow : workflows) {
      if (all.put(workflow.name(), Definition.of(workflow, values)) != null) {
        throw new IllegalArgumentException(
            "There are two workflows named \"" + workflow.name() + "\".");
      }
    }
    byName = all;
  }

  /** Takes away the workflows that use these tables; answers their names. */
  List<String> leaveOut(Tables tables) {
    var left = new TreeMap<>(byName);
    left.values().removeIf(definition -> definition.workflow().tables().contains(tables));
    var names = byName.keySet().stream().filter(name -> !left.containsKey(name)).toList();
    byName = left;
    return names;
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

  /**
   * The tables that any of them uses, each once. Of several of one name those with the most
   * migrations come first: else it would depend on the order which of them can be carried out.
   */
  Collection<Tables> tables() {
    return byName.values().stream()
        .flatMap(definition -> definition.workflow().tables().stream())
        .distinct()
        .sorted(comparing(Tables::name).thenComparing(comparingInt(Definitions::size).reversed()))
        .toList();
  }

  private static int size(Tables tables) {
    return tables.migrations().size();
  }

  Collection<Definition> all() {
    return byName.values();
  }

  Set<String> names() {
    return Set.copyOf(byName.keySet());
  }
}
