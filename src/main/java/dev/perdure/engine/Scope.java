package dev.perdure.engine;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * An ordered list of entries: the run's own, that of an item of a map, or that of a branch. Its
 * place among the others is its path. The body that asks for its entries is one thread; ending it
 * is for any thread.
 */
final class Scope {

  /** The path of the run's own list. */
  static final String ROOT = "";

  private static final String COMPENSATIONS = "~";
  private static final int DEPTH_MAX = 8;

  private final String path;
  private final @Nullable Scope parent;
  private final Queue<Scope> inner = new ConcurrentLinkedQueue<>();
  private volatile Unwind.@Nullable Why ending;
  private volatile @Nullable Attempt inFlight;
  private int nextPosition;
  private int nextUndo;

  private Scope(String path, @Nullable Scope parent) {
    this.path = path;
    this.parent = parent;
  }

  static Scope root() {
    return new Scope(ROOT, null);
  }

  /** Where the compensations run that were registered in this scope; nothing ends it. */
  static Scope ofCompensations(String registeredIn) {
    return new Scope(compensations(registeredIn), null);
  }

  static String compensations(String registeredIn) {
    return COMPENSATIONS + registeredIn;
  }

  static boolean isOfCompensations(String path) {
    return path.startsWith(COMPENSATIONS);
  }

  /** The path of the list that belongs to the entry at this position of the list of this path. */
  static String within(String path, int position) {
    return path.isEmpty() ? Integer.toString(position) : path + "/" + position;
  }

  /** How deep the list of this path stands. */
  static int depth(String path) {
    return path.isEmpty() ? 0 : 1 + (int) path.chars().filter(c -> c == '/').count();
  }

  static boolean isTooDeep(String path) {
    return depth(path) > 2 * DEPTH_MAX;
  }

  /** A list within this one; it ends when this one does. Has to be {@linkplain #close closed}. */
  Scope open(String innerPath) {
    var opened = new Scope(innerPath, this);
    inner.add(opened);
    return opened;
  }

  /** The body of this list has been left. */
  void close() {
    if (parent != null) {
      parent.inner.remove(this);
    }
  }

  String path() {
    return path;
  }

  boolean isRoot() {
    return parent == null && path.isEmpty();
  }

  int nextPosition() {
    return nextPosition;
  }

  void advance() {
    nextPosition++;
  }

  int takeUndo() {
    return nextUndo++;
  }

  /** Why nothing may begin here any more; null as long as it may. */
  Unwind.@Nullable Why ending() {
    var own = ending;
    return own != null || parent == null ? own : parent.ending();
  }

  /** Lets nothing begin here any more, and interrupts what is in flight if that shall end too. */
  void end(Unwind.Why why) {
    if (ending == null) {
      ending = why;
    }
    if (why.interrupts()) {
      cancelInFlight();
    }
  }

  private void cancelInFlight() {
    var attempt = inFlight;
    if (attempt != null) {
      attempt.cancel();
    }
    inner.forEach(Scope::cancelInFlight);
  }

  /** An attempt is about to run. Whoever ends the scope either sees it, or is seen here. */
  void entered(Attempt attempt) {
    inFlight = attempt;
    var why = ending();
    if (why != null && why.interrupts()) {
      attempt.cancel();
    }
  }

  void left() {
    inFlight = null;
  }
}
