package dev.perdure.sqlite;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * SQL taken apart into statements and tokens, by SQLite's rules for comments, strings and quoted
 * names. What it takes apart differently than SQLite would is never more than what SQLite sees:
 * only the first statement of a text is ever compiled.
 */
final class SqlText {

  /** What a token is. */
  enum Kind {
    /** A keyword, or a name without quotes. */
    WORD,
    /** A name in quotes of any style. */
    NAME,
    /** Text in single quotes, which SQLite takes for a name where it needs one. */
    STRING,
    /** A place for a value. */
    PARAMETER,
    END,
    OTHER
  }

  /** A token, without its quotes. */
  record Token(Kind kind, String text) {

    boolean isWord(String word) {
      return kind == Kind.WORD && text.equalsIgnoreCase(word);
    }

    boolean mayBeName() {
      return kind == Kind.WORD || kind == Kind.NAME || kind == Kind.STRING;
    }
  }

  /**
   * One statement.
   *
   * @param tokens at least one, without the semicolon at the end
   */
  record Statement(String text, List<Token> tokens) {

    Statement {
      tokens = List.copyOf(tokens);
    }

    /** In upper case; empty when the statement does not begin with a word. */
    String word(int index) {
      return index < tokens.size() && tokens.get(index).kind() == Kind.WORD
          ? tokens.get(index).text().toUpperCase(Locale.ROOT)
          : "";
    }

    boolean hasParameters() {
      return tokens.stream().anyMatch(token -> token.kind() == Kind.PARAMETER);
    }
  }

  private static final String BLANKS = " \t\n\f\r";

  private final String sql;
  private final List<Statement> statements = new ArrayList<>();
  private final List<Token> tokens = new ArrayList<>();
  private int at;
  private int statementStart;

  private SqlText(String sql) {
    this.sql = sql;
  }

  /**
   * The statements of a text, without empty ones.
   *
   * @throws SQLException when a quote is not closed, or there is a NUL in it
   */
  static List<Statement> statements(String sql) throws SQLException {
    if (sql.indexOf('\0') >= 0) {
      throw new SQLException("SQL must not contain a NUL character.");
    }
    var text = new SqlText(sql);
    text.takeApart();
    return List.copyOf(text.statements);
  }

  private void takeApart() throws SQLException {
    while (at < sql.length()) {
      if (!skipped()) {
        next();
      }
    }
    endStatement();
  }

  /** Blanks and comments. */
  private boolean skipped() {
    if (BLANKS.indexOf(sql.charAt(at)) >= 0) {
      at++;
    } else if (sql.startsWith("--", at)) {
      at = until("\n", at + 2);
    } else if (sql.startsWith("/*", at)) {
      at = until("*/", at + 2);
    } else {
      return false;
    }
    return true;
  }

  private int until(String end, int from) {
    int found = sql.indexOf(end, from);
    return found < 0 ? sql.length() : found + end.length();
  }

  private void next() throws SQLException {
    char c = sql.charAt(at);
    switch (c) {
      case '\'' -> quoted(Kind.STRING, c, true);
      case '"', '`' -> quoted(Kind.NAME, c, true);
      case '[' -> quoted(Kind.NAME, ']', false);
      case ';' -> semicolon();
      case '?', ':', '@', '$', '#' -> parameter();
      default -> {
        if (isWordPart(c)) {
          word(Character.isDigit(c) ? Kind.OTHER : Kind.WORD, at);
        } else {
          at++;
          tokens.add(new Token(Kind.OTHER, String.valueOf(c)));
        }
      }
    }
  }

  /** SQLite takes what is in parentheses behind one for a part of its name, quotes included. */
  private void parameter() throws SQLException {
    at++;
    word(Kind.PARAMETER, at);
    if (sql.startsWith("(", at) || sql.startsWith("::", at)) {
      throw new SQLException("Parameters with a suffix are not offered: " + sql);
    }
  }

  private void quoted(Kind kind, char end, boolean doubles) throws SQLException {
    var text = new StringBuilder();
    for (int i = at + 1; i < sql.length(); i++) {
      char c = sql.charAt(i);
      if (c != end) {
        text.append(c);
      } else if (doubles && i + 1 < sql.length() && sql.charAt(i + 1) == end) {
        text.append(c);
        i++;
      } else {
        at = i + 1;
        tokens.add(new Token(kind, text.toString()));
        return;
      }
    }
    throw new SQLException("A quote is not closed in: " + sql.substring(at));
  }

  private void word(Kind kind, int from) {
    int end = from;
    while (end < sql.length() && isWordPart(sql.charAt(end))) {
      end++;
    }
    at = end;
    tokens.add(new Token(kind, sql.substring(from, end)));
  }

  private static boolean isWordPart(char c) {
    return c == '_' || c == '$' || c >= 0x80 || (c < 0x80 && Character.isLetterOrDigit(c));
  }

  /** Those inside the body of a trigger end nothing; its last one follows on {@code END}. */
  private void semicolon() {
    boolean inTrigger = isTrigger() && !endsBody();
    at++;
    if (inTrigger) {
      tokens.add(new Token(Kind.END, ";"));
    } else {
      at--;
      endStatement();
      at++;
      statementStart = at;
    }
  }

  private boolean isTrigger() {
    return !tokens.isEmpty()
        && tokens.getFirst().isWord("CREATE")
        && tokens.stream().limit(3).anyMatch(token -> token.isWord("TRIGGER"));
  }

  private boolean endsBody() {
    int size = tokens.size();
    return size >= 2
        && tokens.get(size - 1).isWord("END")
        && tokens.get(size - 2).kind() == Kind.END;
  }

  private void endStatement() {
    if (!tokens.isEmpty()) {
      statements.add(new Statement(sql.substring(statementStart, at).strip(), tokens));
      tokens.clear();
    }
  }
}
