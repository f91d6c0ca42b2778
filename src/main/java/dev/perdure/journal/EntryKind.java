package dev.perdure.journal;

/** The words for what an entry of the journal is. */
public final class EntryKind {

  // With attempts.
  public static final String STEP = "step";
  public static final String TRANSACTION = "transaction";
  public static final String COMPENSATION = "compensation";

  // Waits.
  public static final String TIMER = "timer";
  public static final String SIGNAL = "signal";
  public static final String CHILD = "child";

  // What holds a scope of its own.
  public static final String MAP = "map";
  public static final String PARALLEL = "parallel";
  public static final String ITEM = "item";
  public static final String BRANCH = "branch";

  // Recorded at once.
  public static final String NOW = "now";
  public static final String RANDOM = "random";
  public static final String UUID = "uuid";
  public static final String VERSION = "version";
  public static final String START = "start";

  private EntryKind() {}
}
