package dev.perdure.builtin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class AllAtOnceTest {

  private interface Look {
    void look() throws InterruptedException;
  }

  private record TestCheck(String name, Duration timeout, Look code) implements Check {
    @Override
    public String shown() {
      return "test";
    }

    @Override
    public Finding look() throws InterruptedException {
      code.look();
      return Finding.of(this, FindingStatus.UP, null, "Looked.");
    }
  }

  @Test
  void keepsTheOrderOfTheChecks() throws Exception {
    var last = new CountDownLatch(1);
    var findings =
        AllAtOnce.look(
            List.of(check("a", last::await), check("b", () -> {}), check("c", last::countDown)));
    assertEquals(List.of("a", "b", "c"), findings.stream().map(Finding::name).toList());
  }

  @Test
  void looksAt32AtOnceAndNoMore() throws Exception {
    var underWay = new AtomicInteger();
    var most = new AtomicInteger();
    var all = new CountDownLatch(AllAtOnce.AT_ONCE);
    Look look =
        () -> {
          most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
          all.countDown();
          all.await();
          underWay.decrementAndGet();
        };
    var checks = IntStream.range(0, 100).mapToObj(i -> check("c" + i, look)).toList();
    assertEquals(100, AllAtOnce.look(checks).size());
    assertEquals(AllAtOnce.AT_ONCE, most.get());
  }

  @Test
  void hundredBlackHolesEndInTime() throws Exception {
    var never = new CountDownLatch(1);
    var timeout = Duration.ofMillis(50);
    var checks =
        IntStream.range(0, 100)
            .mapToObj(i -> (Check) new TestCheck("c" + i, timeout, never::await))
            .toList();
    long start = System.nanoTime();
    var findings = AllAtOnce.look(checks);
    var took = Duration.ofNanos(System.nanoTime() - start);
    assertTrue(findings.stream().allMatch(finding -> finding.status() == FindingStatus.DOWN));
    assertEquals("No complete answer within 50 ms.", findings.getFirst().detail());
    var most = AllAtOnce.timeMax(checks.stream().map(Check::timeout).toList()).plusSeconds(5);
    assertTrue(took.compareTo(most) < 0, took::toString);
  }

  @ParameterizedTest
  @ValueSource(strings = {"http", "https"})
  void hangsUpOnAServerThatIsOutOfTime(String scheme) throws Exception {
    var hungUp = new CountDownLatch(1);
    try (var servers = new LocalServers()) {
      var address = scheme + "://" + servers.waiting(hungUp) + "/#timeout=300ms";
      var target = (Target.Http) Services.parse("a=" + address).getFirst().target();
      var check =
          new HttpCheck("a", target, Trust::ofJvm, InstantSource.system(), System::nanoTime);
      var finding = AllAtOnce.look(List.of(check)).getFirst();
      assertEquals("No complete answer within 300 ms.", finding.detail());
      assertTrue(hungUp.await(10, TimeUnit.SECONDS));
    }
  }

  @Test
  void leavesACheckBehindThatIgnoresItsInterrupt() throws Exception {
    var released = new CompletableFuture<String>();
    try {
      var deaf = new TestCheck("deaf", Duration.ofMillis(50), released::join);
      var findings = AllAtOnce.look(List.of(deaf, check("well", () -> {})));
      assertEquals(
          List.of(FindingStatus.DOWN, FindingStatus.UP),
          findings.stream().map(Finding::status).toList());
    } finally {
      released.complete("done");
    }
  }

  @Test
  void endsAtOnceWhenInterruptedAndInterruptsItsChecks() throws Exception {
    var begun = new CountDownLatch(2);
    var interrupted = new CountDownLatch(2);
    Look blocking =
        () -> {
          begun.countDown();
          try {
            new CountDownLatch(1).await();
          } finally {
            interrupted.countDown();
          }
        };
    var outcome = new CompletableFuture<Throwable>();
    var step =
        Thread.ofVirtual()
            .start(() -> {
              try {
                AllAtOnce.look(Stream.of("a", "b").map(name -> check(name, blocking)).toList());
              } catch (InterruptedException e) {
                outcome.complete(e);
              }
            });
    begun.await();
    step.interrupt();
    assertInstanceOf(InterruptedException.class, outcome.get(10, TimeUnit.SECONDS));
    assertTrue(interrupted.await(10, TimeUnit.SECONDS));
  }

  private static Check check(String name, Look code) {
    return new TestCheck(name, Duration.ofSeconds(20), code);
  }
}
