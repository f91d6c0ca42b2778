package dev.perdure.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WaitQueueTest {

  private static final Runnable NOTHING = () -> {};

  private final WaitQueue queue = new WaitQueue();

  private List<Long> drain() {
    var order = new ArrayList<Long>();
    for (var first = queue.first(); first != null; first = queue.first()) {
      order.add(first.due());
      queue.remove(first);
    }
    return order;
  }

  @Test
  void whatIsDueFirstComesFirst() {
    for (long due : new long[] {5, 1, 4, 1, 3, 2}) {
      queue.add(due, NOTHING);
    }

    assertEquals(List.of(1L, 1L, 2L, 3L, 4L, 5L), drain());
    assertTrue(queue.isEmpty());
  }

  @Test
  void whatIsDueAtTheSameTimeComesInItsOrder() {
    var done = new ArrayList<Integer>();
    for (int i = 0; i < 100; i++) {
      int number = i;
      queue.add(7, () -> done.add(number));
    }
    for (var first = queue.first(); first != null; first = queue.first()) {
      first.action().run();
      queue.remove(first);
    }

    assertEquals(done.stream().sorted().toList(), done);
    assertEquals(100, done.size());
  }

  @Test
  void aClockMayPassItsGreatestNumber() {
    queue.add(Long.MIN_VALUE + 1, NOTHING);
    queue.add(Long.MAX_VALUE, NOTHING);

    assertEquals(List.of(Long.MAX_VALUE, Long.MIN_VALUE + 1), drain());
  }

  @Test
  void whatIsForgottenIsForgottenOnce() {
    var one = queue.add(1, NOTHING);
    var other = queue.add(2, NOTHING);
    queue.remove(one);
    queue.remove(one);

    assertEquals(other, queue.first());
    queue.remove(other);
    queue.remove(other);
    assertNull(queue.first());
  }

  @Test
  void isAsGoodAsASortedListWhateverIsAddedAndForgotten() {
    for (int seed = 0; seed < 200; seed++) {
      var random = new Random(seed);
      var expected = new ArrayList<WaitQueue.Entry>();
      for (int i = 0; i < 500; i++) {
        if (expected.isEmpty() || random.nextInt(3) > 0) {
          expected.add(queue.add(random.nextInt(100), NOTHING));
        } else {
          queue.remove(expected.remove(random.nextInt(expected.size())));
        }
        assertEquals(
            expected.stream().min(Comparator.comparingLong(WaitQueue.Entry::due)).orElse(null),
            queue.first(),
            "seed " + seed);
      }
      assertEquals(
          expected.stream().map(WaitQueue.Entry::due).sorted().toList(), drain(), "seed " + seed);
    }
  }
}
