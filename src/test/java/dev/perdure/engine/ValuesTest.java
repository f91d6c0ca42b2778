package dev.perdure.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.reflect.TypeToken;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValuesTest {

  enum Speed {
    FAST,
    SLOW
  }

  record Line(String sku, int count) {}

  record Order(String id, List<Line> lines, @Nullable Instant at, @Nullable Speed speed) {}

  record Even(int value) {
    Even {
      if (value % 2 != 0) {
        throw new IllegalArgumentException(value + " is odd");
      }
    }
  }

  private static final TypeToken<Order> ORDER = TypeToken.get(Order.class);

  private final Values values = new Values();

  @Test
  void aValueComesBackAsItWas() {
    var order =
        new Order(
            "ä€😀", List.of(new Line("a", 1)), Instant.parse("2026-11-22T10:00:00.123Z"), null);
    assertEquals(order, values.decode(values.encode(order, ORDER).text(), ORDER));
    var durations = new TypeToken<Map<String, Duration>>() {};
    var map = Map.of("x", Duration.ofMillis(1_500));
    assertEquals(map, values.decode(values.encode(map, durations).text(), durations));
  }

  @Test
  void aNumberKeepsEveryDigit() {
    var type = TypeToken.get(Long.class);
    long big = (1L << 53) + 1;
    assertEquals(big, values.decode(values.encode(big, type).text(), type));
  }

  @Test
  void aValueOverOneMebibyteIsRefused() {
    var type = TypeToken.get(String.class);
    assertEquals(1 << 20, values.encode("x".repeat((1 << 20) - 2), type).text().length());
    assertThrows(ValueException.class, () -> values.encode("x".repeat(1 << 20), type));
    // Three bytes each: under the bound in characters, over it in bytes.
    assertThrows(ValueException.class, () -> values.encode("€".repeat(400_000), type));
  }

  @Test
  void aValueThatIsTooDeepOrRefersToItselfIsRefused() {
    var type = new TypeToken<List<Object>>() {};
    List<Object> list = new ArrayList<>();
    for (int depth = 1; depth < Values.DEPTH_MAX; depth++) {
      list = new ArrayList<>(List.of(list));
    }
    values.encode(list, type);
    var deeper = new ArrayList<Object>(List.of(list));
    assertThrows(ValueException.class, () -> values.encode(deeper, type));
    var cyclic = new ArrayList<Object>();
    cyclic.add(cyclic);
    assertThrows(ValueException.class, () -> values.encode(cyclic, type));
  }

  @Test
  void halvesOfSurrogatesAndNumbersThatAreNoneAreRefused() {
    assertThrows(ValueException.class, () -> values.encode("x\uD800", TypeToken.get(String.class)));
    assertThrows(
        ValueException.class, () -> values.encode(Double.NaN, TypeToken.get(Double.class)));
  }

  @Test
  void aValueThatItsTypeCanNotReadAgainIsRefused() {
    class Broken {
      @SuppressWarnings("UnusedVariable")
      final Runnable code = () -> {};
    }
    assertThrows(
        ValueException.class, () -> values.encode(new Broken(), TypeToken.get(Broken.class)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"id\":\"a\",\"lines\":[],\"extra\":1}|$.extra|no field \"extra\"",
        "{\"id\":\"a\",\"linse\":[]}|$.linse|Did you mean \"lines\"?",
        "{\"id\":\"a\",\"lines\":[{\"sku\":\"x\",\"count\":1,\"z\":2}]}|$.lines[0].z|no field \"z\"",
        "{\"id\":\"a\",\"lines\":{}}|$.lines|expected a list, found an object",
        "{\"id\":[],\"lines\":[]}|$.id|expected a string, found a list",
        "{\"id\":\"a\",\"lines\":[{\"sku\":\"x\",\"count\":\"many\"}]}|$.lines[0].count|expected a whole number.",
        "{\"id\":\"a\",\"lines\":[],\"at\":\"yesterday\"}|$.at|ISO-8601",
        "{\"id\":\"a\",\"lines\":[],\"speed\":\"WARP\"}|$.speed|not one that is known",
        "{\"id\":7,\"lines\":[]}|$.id|expected a string, found a number",
        "{\"id\":\"a\",\"lines\":[{\"sku\":\"x\",\"count\":\"3\"}]}|$.lines[0].count|expected a number, found a string",
        "null|$|Leave it out",
        "[]|$|expected an object, found a list",
        "{\"id\":\"a\"|$|well-formed",
        "{\"id\":\"a\"} {}|$|well-formed",
      })
  void anInputThatDoesNotFitIsRefusedWithItsPlace(String json, String path, String says) {
    var error = assertThrows(ValueException.class, () -> values.checkInput(json, ORDER));
    assertEquals(path, error.path(), error.getMessage());
    if (!says.equals("ISO-8601")) {
      assertTrue(String.valueOf(error.getMessage()).contains(says), error.getMessage());
    }
    assertTrue(!String.valueOf(error.getMessage()).contains("java."), error.getMessage());
  }

  @Test
  void anInputThatItsTypeRefusesSaysWhy() {
    var error =
        assertThrows(
            ValueException.class,
            () -> values.checkInput("{\"value\":3}", TypeToken.get(Even.class)));
    assertTrue(String.valueOf(error.getMessage()).contains("3 is odd"), error.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"b\":[1,2.50],\"a\":1e2}",
        "{ \"a\" : 100.0, \"b\" : [ 1.0, 2.5 ] }",
        "{\"a\":1E+2,\"b\":[1,25e-1]}"
      })
  void theSameInputWrittenInAnotherWayHasTheSameDigest(String json) {
    assertEquals(values.digest("{\"a\":100,\"b\":[1,2.5]}"), values.digest(json));
  }

  @Test
  void anotherInputHasAnotherDigest() {
    String digest = values.digest("{\"a\":[1,2]}");
    assertEquals(64, digest.length());
    assertNotEquals(digest, values.digest("{\"a\":[2,1]}"));
    assertNotEquals(digest, values.digest("{\"a\":[\"1\",2]}"));
    assertNotEquals(values.digest("{}"), values.digest("[]"));
    assertNotEquals(values.digest("9007199254740993"), values.digest("9007199254740992"));
    assertEquals(64, values.digest("1e999999999").length());
  }
}
