package dev.perdure.engine;

import dev.perdure.workflow.Compensation;
import dev.perdure.workflow.StepOptions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The compensations that the bodies of a run have registered. A body that runs again registers the
 * same ones anew. Thread-safe.
 */
final class Compensations {

  /** What undoes something. */
  @FunctionalInterface
  interface Code {
    void run(Compensation compensation) throws Exception;
  }

  /**
   * One registered compensation.
   *
   * @param scope where it was registered
   * @param index its number among those of the scope
   * @param undoes the position in the scope of the call that it undoes
   * @param input as JSON
   */
  record Registered(
      String scope,
      int index,
      int undoes,
      String name,
      String input,
      String inputDigest,
      StepOptions options,
      Code code) {

    /**
     * Where it stands among the others. It is older than all that happens inside the call which it
     * undoes, and than those behind it in its own scope.
     */
    private List<Integer> age() {
      var age = new ArrayList<Integer>();
      if (!scope.isEmpty()) {
        for (var position : scope.split("/", -1)) {
          age.add(Integer.parseInt(position));
        }
      }
      age.add(undoes);
      age.add(-1);
      age.add(index);
      return age;
    }
  }

  private record Key(String scope, int index) {}

  private final Map<Key, Registered> registered = new ConcurrentHashMap<>();

  void add(Registered one) {
    registered.put(new Key(one.scope(), one.index()), one);
  }

  /** All of them in the order in which they run; the same however the bodies were interleaved. */
  List<Registered> newestFirst() {
    var all = new ArrayList<>(registered.values());
    all.sort((one, other) -> compare(one.age(), other.age()));
    Collections.reverse(all);
    return all;
  }

  private static int compare(List<Integer> one, List<Integer> other) {
    for (int i = 0; i < Math.min(one.size(), other.size()); i++) {
      int order = Integer.compare(one.get(i), other.get(i));
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(one.size(), other.size());
  }
}
