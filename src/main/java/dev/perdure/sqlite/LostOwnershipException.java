package dev.perdure.sqlite;

/** The stored owner epoch is not ours: a restore, or another process. */
final class LostOwnershipException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  LostOwnershipException(long ours, long stored) {
    super("The journal has another owner: epoch " + stored + " is stored, ours is " + ours + ".");
  }
}
