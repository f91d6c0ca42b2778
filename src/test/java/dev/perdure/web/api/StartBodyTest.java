package dev.perdure.web.api;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import dev.perdure.journal.Command.StartResult;
import dev.perdure.web.EngineGate.State;
import dev.perdure.web.WebServer;
import dev.perdure.web.Wire;
import dev.perdure.web.Wire.Reply;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a body that starts a run may be, and what is said about one that may not. */
class StartBodyTest {

  private static final List<String> JSON = List.of("Content-Type: application/json");
  private static WebServer server;
  private TestEngine test;

  @BeforeAll
  static void startServer() {
    server = WebServer.with().start();
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @BeforeEach
  void installEngine() {
    test = new TestEngine();
    when(test.engine.startRun(any(), any(), any()))
        .thenReturn(new StartResult.Started(TestEngine.ID));
    server.gate.set(new State.Ready(test.engine));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.10",
        "12345678901234567890123456789",
        "0.1000000000000000055511151231257827",
        "-0",
        "-0.0",
        "1E400",
        "9223372036854775808",
        "[1.0,{\"a\":[]},true,null,\"\"]",
        "\"Grüße 🎉 <b>&'\"",
        "{\"\":{}}"
      })
  void handsInputToEngineWithoutLoss(String input) {
    assertEquals(201, post("{\"workflow\":\"order\",\"input\": " + input + " }").status());
    verify(test.engine).startRun("order", input, null);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "                                        | empty-body      |",
        "null                                    | wrong-type      | $",
        "[]                                      | wrong-type      | $",
        "\"order\"                               | wrong-type      | $",
        "{}                                      | missing-field   | $.workflow",
        "{\"input\":1}                           | missing-field   | $.workflow",
        "{\"workflow\":5}                        | wrong-type      | $.workflow",
        "{\"workflow\":null}                     | wrong-type      | $.workflow",
        "{\"workflow\":[\"order\"]}              | wrong-type      | $.workflow",
        "{\"workfow\":\"order\"}                 | unknown-field   | $.workfow",
        "{\"workflow\":\"a\",\"workflow\":\"b\"} | duplicate-field | $.workflow",
        "{\"workflow\":\"a\",\"input\":1,\"input\":null} | duplicate-field | $.input",
        "{\"workflow\":\"a\",\"input\":{\"x\":1,\"x\":2}} | duplicate-field | $.input.x",
        "{\"workflow\":\"a\",\"input\":\"\\ud800\"}  | malformed-json | $.input",
        "{\"workflow\":\"a\",\"input\":1e999999999}  | bad-number     | $.input",
      })
  void namesWhatIsWrongAndWhere(String body, String code, String path) {
    var reply = post(body == null ? "" : body);
    assertEquals(400, reply.status(), reply.body());
    assertEquals(code, reply.code());
    assertEquals(path == null ? "" : path, reply.text("path"));
    verify(test.engine, never()).startRun(any(), any(), any());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "{\"workflow\":\"order\"",
        "{\"workflow\":\"order\"} x",
        "{\"workflow\":\"order\"}{}",
        "{\"workflow\":\"order\",}",
        "{workflow:\"order\"}",
        "{'workflow':'order'}",
        "{\"workflow\":\"order\",\"input\":NaN}",
        "{\"workflow\":\"order\",\"input\":01}",
        "{\"workflow\":\"order\",\"input\":+1}",
        "{\"workflow\":\"order\",\"input\":TRUE}",
        "{\"workflow\":\"order\",\"input\":\"a\nb\"}",
        "{\"workflow\":\"order\",\"input\":\"\\x\"}",
        "{\"workflow\":\"order\",\"input\":[1,]}",
        "{\"workflow\":\"order\",\"input\":[1,,2]}",
        "{\"workflow\":\"order\" /* why */}",
        ")]}'\n{\"workflow\":\"order\"}",
        "x"
      })
  void refusesWhatIsNoJson(String body) {
    var reply = post(body);
    assertEquals(400, reply.status(), reply.body());
    assertEquals("malformed-json", reply.code());
    assertTrue(reply.json().get("line").getAsInt() >= 1, reply.body());
    assertTrue(reply.json().get("column").getAsInt() >= 1, reply.body());
    assertFalse(reply.body().contains("JsonReader"), reply.body());
  }

  @Test
  void malformedJsonSaysLineAndColumn() {
    var reply = post("{\n  \"workflow\": \"order\",\n  \"input\": {\"a\": nope}\n}");
    assertEquals(3, reply.json().get("line").getAsInt(), reply.body());
    assertEquals("$.input.a", reply.text("path"));
    assertEquals(
        "The body is not well-formed JSON, at line 3, column "
            + reply.json().get("column").getAsInt()
            + ".",
        reply.text("detail"));
  }

  @Test
  void unknownFieldSaysTheNearest() {
    assertEquals("workflow", post("{\"workfow\":\"order\"}").text("nearest"));
    assertEquals("input", post("{\"inputs\":1}").text("nearest"));
    assertEquals("", post("{\"zzzzzzzzzzzzzzz\":1}").text("nearest"));
  }

  @Test
  void refusesInputThatIsTooDeep() {
    var lawful = "[".repeat(64) + "]".repeat(64);
    assertEquals(201, post("{\"workflow\":\"order\",\"input\":" + lawful + "}").status());
    for (int depth : List.of(65, 256, 100_000)) {
      var input = "[".repeat(depth) + "]".repeat(depth);
      var reply = post("{\"workflow\":\"order\",\"input\":" + input + "}");
      assertEquals(400, reply.status());
      assertEquals("too-deep", reply.code());
      assertTrue(reply.body().length() < 1_000, reply.body());
    }
  }

  @Test
  void refusesNumbersWithoutEnd() {
    assertEquals(
        400, post("{\"workflow\":\"order\",\"input\":" + "9".repeat(900_000) + "}").status());
    assertEquals(
        400, post("{\"workflow\":\"order\",\"input\":" + "9".repeat(1_001) + "}").status());
  }

  @Test
  void refusesObjectsWithTooManyFields() {
    var input = new StringBuilder("{\"x\":0");
    for (int i = 0; i < 10_000; i++) {
      input.append(",\"").append(i).append("\":0");
    }
    var reply = post("{\"workflow\":\"order\",\"input\":" + input + "}}");
    assertEquals("too-many-fields", reply.code());
  }

  @Test
  void refusesBytesThatAreNotUtf8() {
    var body = "{\"workflow\":\"order\",\"input\":\"\u00e9\"}".getBytes(ISO_8859_1);
    var reply = Wire.exchange(server.port(), Wire.request("POST /api/runs", JSON, body));
    assertEquals(400, reply.status());
    assertEquals("invalid-utf8", reply.code());
  }

  private static Reply post(String body, String... headers) {
    return server.post("/api/runs", body, headers);
  }
}
