package dev.perdure.simulation;

/** Numbers that follow from others and from nothing else. */
final class Mix {

  private Mix() {}

  static long of(long one, long other) {
    long mixed = (one ^ (other * 0x9E3779B97F4A7C15L)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 29)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 32);
  }

  /** Small enough for every JSON number. */
  static long value(long one, long other) {
    return of(one, other) >>> 24;
  }
}
