package dev.perdure.torture.power;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.perdure.torture.power.Event.Closed;
import dev.perdure.torture.power.Event.Received;
import dev.perdure.torture.power.Event.Sent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * A request that the traced process was asked and what it answered.
 *
 * @param place where in the trace the first byte of the answer was about to be sent
 */
record Exchange(int place, String request, String answer) {

  private static final Pattern STATUS = Pattern.compile("^HTTP/1\\.1 (\\d{3}) ");

  /** Those of a trace, in the order of their answers. No client sends a request too early. */
  static List<Exchange> in(Trace trace) {
    var exchanges = new ArrayList<Exchange>();
    var talks = new HashMap<Integer, Talk>();
    for (int place = 0; place < trace.events().size(); place++) {
      switch (trace.events().get(place)) {
        case Received(var fd, var text) -> talk(talks, fd).received(text, exchanges);
        case Sent(var fd, var text) -> talk(talks, fd).sent(text, place);
        case Closed(var fd) -> {
          var talk = talks.remove(fd);
          if (talk != null) {
            talk.finish(exchanges);
          }
        }
        default -> {}
      }
    }
    talks.values().forEach(talk -> talk.finish(exchanges));
    exchanges.sort((one, other) -> Integer.compare(one.place(), other.place()));
    return exchanges;
  }

  private static Talk talk(Map<Integer, Talk> talks, int fd) {
    return talks.computeIfAbsent(fd, _ -> new Talk());
  }

  /** What goes to and fro on one connection. */
  private static final class Talk {
    private final StringBuilder request = new StringBuilder();
    private final StringBuilder answer = new StringBuilder();
    private int place;

    void received(String text, List<Exchange> to) {
      if (!answer.isEmpty()) {
        finish(to);
      }
      request.append(text);
    }

    /** Where the process itself asks others nothing is kept. */
    void sent(String text, int at) {
      if (!request.isEmpty()) {
        place = answer.isEmpty() ? at : place;
        answer.append(text);
      }
    }

    void finish(List<Exchange> to) {
      if (!answer.isEmpty()) {
        to.add(new Exchange(place, request.toString(), answer.toString()));
      }
      request.setLength(0);
      answer.setLength(0);
    }
  }

  boolean isAck() {
    var found = STATUS.matcher(answer);
    return found.find() && found.group(1).startsWith("2");
  }

  /** The method and the path. */
  String line() {
    int end = request.indexOf(" HTTP/1.1");
    return end < 0 ? "" : request.substring(0, end);
  }

  String requestBody() {
    return inUtf8(request.substring(headEnd(request)));
  }

  /** Empty when the answer was cut off. */
  String answerBody() {
    int head = headEnd(answer);
    var body = answer.substring(head);
    boolean isChunked =
        answer.substring(0, head).toLowerCase(java.util.Locale.ROOT).contains("chunked");
    return inUtf8(isChunked ? unchunked(body) : body);
  }

  /** A header of the request; empty when there is none. */
  String header(String name) {
    return Pattern.compile("(?im)^" + name + ": *(.*?)\\r?$")
        .matcher(request.substring(0, headEnd(request)))
        .results()
        .map((MatchResult found) -> found.group(1))
        .findFirst()
        .orElse("");
  }

  private static int headEnd(String message) {
    int end = message.indexOf("\r\n\r\n");
    return end < 0 ? message.length() : end + 4;
  }

  private static String unchunked(String body) {
    var whole = new StringBuilder();
    int at = 0;
    while (true) {
      int line = body.indexOf("\r\n", at);
      if (line < 0) {
        return "";
      }
      int size = Integer.parseInt(body.substring(at, line), 16);
      if (size == 0) {
        return whole.toString();
      }
      int end = line + 2 + size;
      if (end + 2 > body.length()) {
        return "";
      }
      whole.append(body, line + 2, end);
      at = end + 2;
    }
  }

  private static String inUtf8(String latin) {
    return new String(latin.getBytes(ISO_8859_1), UTF_8);
  }
}
