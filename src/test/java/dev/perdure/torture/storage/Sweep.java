package dev.perdure.torture.storage;

import dev.perdure.torture.storage.FaultControl.Action;
import dev.perdure.torture.storage.FaultControl.Fault;
import dev.perdure.torture.storage.FaultControl.Kind;
import java.util.List;
import java.util.Locale;

/** One fault, which is to come at each call of a kind in turn. */
record Sweep(Kind kind, int files, Action action, boolean forEver) {

  private static final int DATA = FaultControl.DATABASE_AND_LOG;
  private static final int REST = FaultControl.ALL_FILES & ~DATA;

  static final List<Sweep> ALL =
      List.of(
          new Sweep(Kind.SYNC, DATA, Action.EIO, false),
          new Sweep(Kind.SYNC, DATA, Action.EIO, true),
          new Sweep(Kind.WRITE, DATA, Action.EIO, false),
          new Sweep(Kind.WRITE, DATA, Action.EIO, true),
          new Sweep(Kind.WRITE, DATA, Action.EROFS, true),
          new Sweep(Kind.WRITE, DATA, Action.ENOSPC, false),
          new Sweep(Kind.WRITE, DATA, Action.ENOSPC, true),
          new Sweep(Kind.WRITE, DATA, Action.SHORT, false),
          new Sweep(Kind.WRITE, DATA, Action.SHORT, true),
          new Sweep(Kind.TRUNCATE, DATA, Action.EIO, false),
          new Sweep(Kind.READ, DATA, Action.EIO, false),
          new Sweep(Kind.OPEN, FaultControl.ALL_FILES, Action.EIO, false),
          new Sweep(Kind.UNLINK, FaultControl.ALL_FILES, Action.EIO, false),
          new Sweep(Kind.CLOSE, FaultControl.ALL_FILES, Action.EIO, false),
          new Sweep(Kind.WRITE, REST, Action.EIO, false),
          new Sweep(Kind.WRITE, REST, Action.ENOSPC, true));

  /** Whether the script makes thousands of these calls, and not some dozens. */
  boolean isOfMany() {
    return kind == Kind.WRITE || kind == Kind.READ;
  }

  Fault at(long nth) {
    return new Fault(kind, files, nth, action, forEver);
  }

  /** As reports have it. */
  String words() {
    return "%s at every %s of %s%s"
        .formatted(
            action.name(),
            kind.name().toLowerCase(Locale.ROOT),
            files == DATA ? "data" : files == REST ? "the rest" : "all",
            forEver ? ", for ever" : ", once");
  }
}
