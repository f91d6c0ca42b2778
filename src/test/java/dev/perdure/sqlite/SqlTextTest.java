package dev.perdure.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.perdure.sqlite.SqlText.Statement;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqlTextTest {

  private static List<String> texts(String sql) throws SQLException {
    return SqlText.statements(sql).stream().map(Statement::text).toList();
  }

  @Test
  void statementsEndAtSemicolonsThatAreNeitherQuotedNorCommentedOut() throws Exception {
    assertEquals(List.of("a", "b"), texts("a;b"));
    assertEquals(
        List.of("a ';' \";\" `;` [;] /*;*/ b", "c"), texts(" a ';' \";\" `;` [;] /*;*/ b;; c ;"));
    assertEquals(List.of("a --;\n b"), texts("a --;\n b"));
    assertEquals(List.of("a ''';' b"), texts("a ''';' b"));
    assertEquals(List.of("a \"\"\";\" b"), texts("a \"\"\";\" b"));
    assertEquals(List.of(), texts("  ; -- nothing\n ;/* at all"));
  }

  @Test
  void theBodyOfATriggerBelongsToIt() throws Exception {
    var trigger =
        "CREATE TRIGGER t AFTER INSERT ON a BEGIN"
            + " SELECT CASE WHEN 1 THEN 2 END; DELETE FROM a; END";
    assertEquals(List.of(trigger, "b"), texts(trigger + "; b"));
    var temporary = trigger.replace("CREATE", "CREATE TEMP");
    assertEquals(List.of(temporary, "b"), texts(temporary + "; b"));
  }

  @Test
  void namesAreSeenWithoutTheirQuotes() throws Exception {
    var tokens = SqlText.statements("a \"b\"\"c\" [d] `e` 'f' ?1 :g 1x").getFirst().tokens();
    assertEquals(
        List.of("a", "b\"c", "d", "e", "f", "1", "g", "1x"),
        tokens.stream().map(SqlText.Token::text).toList());
    assertEquals(
        List.of("WORD", "NAME", "NAME", "NAME", "STRING", "PARAMETER", "PARAMETER", "OTHER"),
        tokens.stream().map(token -> token.kind().name()).toList());
  }

  @ParameterizedTest
  @ValueSource(strings = {"a 'b", "a \"b", "a `b", "a [b", "a\0b", "$a(b)", "$a::b"})
  void whatCanNotBeTakenApartWithCertaintyIsRefused(String sql) {
    assertThrows(SQLException.class, () -> SqlText.statements(sql));
  }
}
