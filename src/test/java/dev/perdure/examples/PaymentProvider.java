package dev.perdure.examples;

import com.google.gson.JsonParser;
import dev.perdure.examples.LocalServer.Answer;
import dev.perdure.examples.LocalServer.Request;
import dev.perdure.examples.LocalServer.Service;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The other side of {@link Payments}: takes money once per key, gives it back once. */
final class PaymentProvider implements Service {

  static final int DECLINED_CENTS = 666;

  private static final Answer NO_ANSWER = Answer.of(0, "");

  // Guarded by this.
  private final Map<String, Answer> answers = new HashMap<>();
  private final Map<String, Integer> balances = new HashMap<>();
  private final Set<String> refunded = new HashSet<>();
  private int charges;
  private int answersToLose;

  /** Charges go through, but the next so many answers are lost on the way. */
  synchronized void loseAnswers(int count) {
    answersToLose = count;
  }

  /** How often money was taken. */
  synchronized int charges() {
    return charges;
  }

  /** What we have got of a customer. */
  synchronized int balance() {
    return balances.values().stream().mapToInt(Integer::intValue).sum();
  }

  synchronized boolean hasRefunded() {
    return !refunded.isEmpty();
  }

  @Override
  public synchronized Answer answer(Request request) {
    var known = answers.get(request.key().orElseThrow());
    var answer = known == null ? act(request) : known;
    answers.put(request.key().orElseThrow(), answer);
    if (answersToLose > 0) {
      answersToLose--;
      return NO_ANSWER;
    }
    return answer;
  }

  private Answer act(Request request) {
    var body = JsonParser.parseString(request.body()).getAsJsonObject();
    var reference = body.get("reference").getAsString();
    return request.path().equals("/charges")
        ? charge(reference, body.get("cents").getAsInt())
        : refund(reference);
  }

  private Answer charge(String reference, int cents) {
    if (refunded.contains(reference)) {
      return Answer.of(409, "");
    }
    if (cents == DECLINED_CENTS) {
      return Answer.of(402, "");
    }
    balances.merge(reference, cents, Integer::sum);
    return Answer.of(201, "{\"id\": \"p-" + ++charges + "\"}");
  }

  private Answer refund(String reference) {
    refunded.add(reference);
    return balances.remove(reference) == null ? Answer.of(404, "") : Answer.of(200, "{}");
  }
}
