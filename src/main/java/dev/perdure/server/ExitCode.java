package dev.perdure.server;

/** How the process ends when it does so by itself. */
final class ExitCode {

  /** The program has a bug. */
  static final int BROKEN = 1;

  /** What is configured can not be used, or another engine owns the data. Nothing was touched. */
  static final int REFUSED = 2;

  /** The journal can not be trusted any longer. */
  static final int FAILED = 3;

  private ExitCode() {}
}
