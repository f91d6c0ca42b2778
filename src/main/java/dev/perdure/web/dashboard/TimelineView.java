package dev.perdure.web.dashboard;

import java.util.List;

/**
 * The timeline of one step: bars from left to right on the axis of its run.
 *
 * @param bars never overlapping unless the clock was set back in between
 */
public record TimelineView(List<Bar> bars) {

  /** Below this share of the axis a bar is drawn with a least width instead. */
  private static final double TINY_PERCENT = 2;

  public TimelineView {
    bars = List.copyOf(bars);
  }

  /** What a bar stands for; the word is the last part of its class in the style sheet. */
  public enum Kind {
    COMPLETED("completed"),
    FAILED("failed"),
    INTERRUPTED("interrupted"),
    RUNNING("running"),
    /** The gap before a retry, hatched. */
    BACKOFF("backoff"),
    /** Any other wait, hollow and dashed. */
    WAIT("wait"),
    /** The time in which what it holds ran. */
    SPAN("span");

    private final String style;

    Kind(String style) {
      this.style = style;
    }

    public String style() {
      return style;
    }
  }

  /**
   * A bar in percent of the axis.
   *
   * @param title what it says when pointed at
   */
  public record Bar(Kind kind, double start, double length, String title) {

    public String x() {
      return percent(start);
    }

    public String width() {
      return percent(length);
    }

    public boolean isTiny() {
      return length < TINY_PERCENT;
    }

    public boolean isGap() {
      return kind == Kind.BACKOFF || kind == Kind.WAIT || kind == Kind.SPAN;
    }

    private static String percent(double value) {
      return Math.round(value * 1_000) / 1_000d + "%";
    }
  }
}
