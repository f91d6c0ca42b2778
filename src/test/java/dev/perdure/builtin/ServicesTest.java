package dev.perdure.builtin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perdure.builtin.Target.Limits;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServicesTest {

  @Test
  void readsEveryKindOfAddressWithDefaults() {
    assertEquals(
        List.of(
            new Service("shop", http("https://shop.example/health", Limits.DEFAULT)),
            new Service("pay.2", http("http://10.0.0.7:8080", Limits.DEFAULT)),
            new Service("db", new Target.Tcp("[::1]", 5432, Limits.DEFAULT))),
        Services.parse(
            " shop=https://shop.example/health ,\n pay.2 = http://10.0.0.7:8080,db=tcp://[::1]:5432,"));
  }

  @Test
  void readsOptions() {
    var service =
        Services.parse("shop=https://shop.example/health?a=b#status=204&slow=800ms&timeout=3s");
    assertEquals(
        List.of(
            new Service(
                "shop",
                new Target.Http(
                    URI.create("https://shop.example/health?a=b"),
                    new ExpectedStatus(204, 204),
                    new Limits(Duration.ofMillis(800), Duration.ofSeconds(3))))),
        service);
  }

  @Test
  void slowFollowsAShortTimeout() {
    var limits = Services.parse("db=tcp://db:1#timeout=300ms").getFirst().target().limits();
    assertEquals(Duration.ofMillis(300), limits.slow());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  ", ",", " , \n"})
  void readsNothingAsNoServices(String text) {
    assertEquals(List.of(), Services.parse(text));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          shop | write it as name=address
          https://shop.example | write it as name=address
          =http://a | the name must start with a letter or digit
          sh op=http://a | the name must start with a letter or digit
          a= | the address must start with http://, https:// or tcp://
          a=ftp://b | the address must start with http://, https:// or tcp://
          a=file:///etc/passwd | the address must start with http://, https:// or tcp://
          a=http:b | the address has no lawful host name
          a=http://my_host/ | the address has no lawful host name
          a=http://b c/ | the address is not a lawful URL
          a=http://b:0/ | the port must be 1 to 65535
          a=http://b:65536/ | the port must be 1 to 65535
          a=tcp://b | write a TCP address as tcp://host:port and nothing more
          a=tcp://b:1/x | write a TCP address as tcp://host:port and nothing more
          a=tcp://u@b:1 | write a TCP address as tcp://host:port and nothing more
          a=tcp://b:1#status=200 | a TCP address has no status to expect
          a=http://b#status=600 | status must be like 204 or 2xx, not "600"
          a=http://b#status= | status must be like 204 or 2xx, not ""
          a=http://b#slow=fast | slow must be like 800ms or 3s, not "fast"
          a=http://b#slow=0ms | slow must be more than 0
          a=http://b#slow=6s | slow=6s is never reached, because the timeout is 5 s
          a=http://b#timeout=61s | timeout must be 10ms to 60s, not "61s"
          a=http://b#timeout=-1s | timeout must be like 800ms or 3s, not "-1s"
          a=http://b#tiemout=1s | "tiemout" is no option; there are status, slow and timeout
          a=http://b#slow=1s&slow=2s | the option "slow" is given twice
          """)
  void saysWhatIsWrongWithAPiece(String piece, String problem) {
    var problems = problems(piece);
    assertEquals(1, problems.size(), problems::toString);
    assertTrue(
        problems.getFirst().startsWith("In the service \"" + piece.replace("u@", "…@") + "\": "),
        problems::toString);
    assertTrue(problems.getFirst().contains(problem), problems::toString);
  }

  @Test
  void saysEverythingThatIsWrongAtOnce() {
    var problems = problems("a=ftp://x,b,a b=http://c#slow=x&status=y,d=http://d,d=http://e");
    assertEquals(6, problems.size(), problems::toString);
    assertEquals("There are two services named \"d\".", problems.getLast());
  }

  @Test
  void boundsTheNumberOfServices() {
    var text =
        IntStream.range(0, 201)
            .mapToObj(i -> "s" + i + "=tcp://h:1")
            .collect(Collectors.joining(","));
    assertEquals(List.of("There are 201 services; at most 200 are allowed."), problems(text));
  }

  @Test
  void tellsNoSecret() {
    var service = Services.parse("a=https://user:hunter2@shop.example:8443/health?key=hunter2");
    assertEquals("https://shop.example:8443/health", service.getFirst().target().shown());
    assertFalse(service.toString().contains("hunter2"));
    for (var wrong :
        List.of(
            "a=https://user:hunter2@shop.example/#slow=x",
            "a=https://shop.example/?key=hunter2#slow=x",
            "a=https://user:hunter2@my_host/?key=hunter2",
            "https://user:hunter2@shop.example/",
            "a=ftp://user:hunter2@shop.example/ x?hunter2")) {
      assertFalse(problems(wrong).toString().contains("hunter2"), wrong);
    }
  }

  private static List<String> problems(String text) {
    return assertThrows(ServicesException.class, () -> Services.parse(text)).problems();
  }

  private static Target http(String address, Limits limits) {
    return new Target.Http(URI.create(address), ExpectedStatus.SUCCESS, limits);
  }
}
