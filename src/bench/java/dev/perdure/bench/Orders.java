package dev.perdure.bench;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * How a process that measures is told what to do, line by line; its counterpart is {@link Child}.
 */
final class Orders {

  /** What begins a line that is an answer; a process may log beside. */
  static final String ANSWER = "measured ";

  /**
   * One line.
   *
   * @param what what is to be done, where there is a choice
   * @param count how many at once
   */
  record Order(String what, int count, Duration time) {

    String line() {
      return what + " " + count + " " + time.toMillis();
    }

    static Order parse(String line) {
      var words = line.split(" ");
      return new Order(
          words[0], Integer.parseInt(words[1]), Duration.ofMillis(Long.parseLong(words[2])));
    }
  }

  /** Answers what it has measured, in one line. */
  interface Servant {
    String carryOut(Order order) throws Exception;
  }

  private Orders() {}

  /** Carries out one order after the other; returns when there are no more. */
  static void obey(Servant servant) throws Exception {
    var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    String line;
    while ((line = in.readLine()) != null) {
      out.println(ANSWER + servant.carryOut(Order.parse(line)));
    }
  }
}
