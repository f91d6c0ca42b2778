package dev.perdure.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.google.gson.reflect.TypeToken;
import java.util.List;
import org.junit.jupiter.api.Test;

class JsonTest {

  private static final TypeToken<List<Integer>> NUMBERS = new TypeToken<>() {};

  private final Values values = new Values();

  @Test
  void noTwoShareWhatWasReadBack() {
    var written = List.of(1, 2);
    var json = values.encode(written, NUMBERS);
    var first = json.take(values, NUMBERS);
    first.add(3);

    assertNotSame(written, first);
    assertEquals(List.of(1, 2), json.take(values, NUMBERS));
    assertEquals("[1,2]", json.text());
  }

  @Test
  void isReadAnewAsAnotherType() {
    var json = values.encode(List.of(1, 2), NUMBERS);

    assertEquals(List.of("1", "2"), json.take(values, new TypeToken<List<String>>() {}));
  }

  @Test
  void nullIsAValueToo() {
    var json = values.encode(null, Values.STRING);

    assertNull(json.take(values, Values.STRING));
    assertNull(json.take(values, Values.STRING));
  }
}
