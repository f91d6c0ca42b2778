package dev.perdure.journal;

/** The journal could not do what it was asked. The subclass says what that means. */
public abstract sealed class JournalException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private JournalException(String message) {
    super(message);
  }

  private JournalException(String message, Throwable cause) {
    super(message, cause);
  }

  /** There is no space left. Nothing was stored; the same command may be sent again later. */
  public static final class Full extends JournalException {
    private static final long serialVersionUID = 1L;

    public Full(String message, Throwable cause) {
      super(message, cause);
    }

    public Full(String message) {
      super(message);
    }
  }

  /** Too much is waiting already, or a read took too long. Nothing was stored. */
  public static final class Overloaded extends JournalException {
    private static final long serialVersionUID = 1L;

    public Overloaded(String message) {
      super(message);
    }
  }

  /**
   * The journal can not be trusted any longer: an I/O error, a corrupt, replaced or deleted
   * database, or another owner. What was asked may or may not be stored. Nothing more is accepted.
   */
  public static final class Failed extends JournalException {
    private static final long serialVersionUID = 1L;

    public Failed(String message, Throwable cause) {
      super(message, cause);
    }

    public Failed(String message) {
      super(message);
    }
  }

  /** The journal has been closed. Nothing was stored. */
  public static final class Closed extends JournalException {
    private static final long serialVersionUID = 1L;

    public Closed() {
      super("The journal is closed.");
    }
  }

  /** A command broke one of the journal's own rules: a bug of Perdure. Nothing was stored. */
  public static final class Broken extends JournalException {
    private static final long serialVersionUID = 1L;

    public Broken(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** Another engine owns the directory. */
  public static final class Owned extends JournalException {
    private static final long serialVersionUID = 1L;
    private final String holder;

    public Owned(String message, String holder) {
      super(message);
      this.holder = holder;
    }

    /** Who it is, in words: process id, host, since when. */
    public String holder() {
      return holder;
    }
  }
}
