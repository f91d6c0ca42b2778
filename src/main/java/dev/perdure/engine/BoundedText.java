package dev.perdure.engine;

/** Text that refuses to grow beyond a bound, so that a huge value fails before it fills memory. */
final class BoundedText implements Appendable {

  /** The bound was reached. */
  static final class TooLong extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private final StringBuilder text = new StringBuilder();
  private final int charsMax;

  BoundedText(int charsMax) {
    this.charsMax = charsMax;
  }

  @Override
  public BoundedText append(CharSequence more) {
    return append(more, 0, more.length());
  }

  @Override
  public BoundedText append(CharSequence more, int start, int end) {
    if (text.length() + (end - start) > charsMax) {
      throw new TooLong();
    }
    text.append(more, start, end);
    return this;
  }

  @Override
  public BoundedText append(char c) {
    if (text.length() == charsMax) {
      throw new TooLong();
    }
    text.append(c);
    return this;
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
