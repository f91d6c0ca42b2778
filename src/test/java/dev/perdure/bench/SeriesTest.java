package dev.perdure.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class SeriesTest {

  @Test
  void tellsMedianLeastAndMost() {
    assertEquals("2.00 (1.00–30.0)", new Series(List.of(30.0, 1.0, 2.0)).text());
    assertEquals("1,500 (1,000–2,000)", new Series(List.of(2_000.0, 1_000.0)).text());
    assertEquals("0.50", new Series(List.of(0.5)).text());
  }

  @Test
  void comparesWhatWasMeasuredTogether() {
    var ratio = Series.ratio(new Series(List.of(1.0, 9.0)), new Series(List.of(2.0, 10.0)));
    assertEquals(List.of(0.5, 0.9), ratio.values());
  }
}
