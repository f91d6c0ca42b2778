package dev.perdure.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.AdditionalAnswers.delegatesTo;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.perdure.journal.Command;
import dev.perdure.journal.Command.StartResult;
import dev.perdure.journal.Journal;
import dev.perdure.journal.JournalReader;
import dev.perdure.journal.RunId;
import dev.perdure.journal.Status;
import dev.perdure.testing.ManualTime;
import dev.perdure.workflow.Workflow;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdmissionTest {

  @TempDir Path directory;
  private final ManualTime time = new ManualTime(TestEngine.START);

  private TestEngine.Setup setup() {
    return TestEngine.Setup.in(directory, time);
  }

  @Test
  void atMostSoManyRunsAreActiveAndTheOthersFollowInOrder() throws InterruptedException {
    var active = new AtomicInteger();
    var most = new AtomicInteger();
    var order = new CopyOnWriteArrayList<Integer>();
    var entered = new Semaphore(0);
    var release = new Semaphore(0);
    var workflow =
        Workflow.named("hold")
            .input(Integer.class, 0)
            .step(
                "hold",
                Integer.class,
                (number, _) -> {
                  most.accumulateAndGet(active.incrementAndGet(), Math::max);
                  order.add(number);
                  entered.release();
                  release.acquire();
                  active.decrementAndGet();
                  return number;
                })
            .build();
    try (var engine = setup().activeRuns(2).start(workflow)) {
      var ids = new ArrayList<RunId>();
      for (int i = 0; i < 6; i++) {
        ids.add(engine.run("hold", String.valueOf(i)));
      }
      entered.acquire(2);
      assertEquals(Status.PENDING, engine.detail(ids.get(2)).run().status());
      assertEquals(Status.PENDING, engine.detail(ids.get(5)).run().status());
      for (int i = 0; i < 6; i++) {
        release.release();
        if (i < 4) {
          entered.acquire();
        }
      }
      for (var id : ids) {
        engine.await(id, Status.COMPLETED);
      }
      assertEquals(2, most.get());
      assertEquals(Set.of(0, 1), Set.copyOf(order.subList(0, 2)));
      assertEquals(6, order.size());
    }
  }

  @Test
  void startsAreRefusedWhenTooManyAreWaiting() {
    var release = new CountDownLatch(1);
    var workflow =
        Workflow.named("hold")
            .input(Integer.class, 0)
            .step(
                "hold",
                Integer.class,
                (number, _) -> {
                  release.await();
                  return number;
                })
            .build();
    try (var engine = setup().activeRuns(1).pendingRuns(2).start(workflow)) {
      var first = engine.run("hold", null);
      engine.run("hold", null);
      engine.run("hold", null);
      var full = assertThrows(StartException.Full.class, () -> engine.run("hold", null));
      assertTrue(full.getMessage().contains("2 runs waiting"));
      release.countDown();
      engine.await(first, Status.COMPLETED);
    }
  }

  @Test
  void anEngineThatIsNotRunningAcceptsNothing() {
    var workflow =
        Workflow.named("id")
            .input(Integer.class, 0)
            .step("id", Integer.class, (number, _) -> number)
            .build();
    var engine = setup().open(workflow);
    assertThrows(StartException.NotAccepting.class, () -> engine.run("id", null));
    engine.engine.start();
    engine.await(engine.run("id", null), Status.COMPLETED);
    engine.engine.close();
    assertThrows(StartException.NotAccepting.class, () -> engine.run("id", null));
  }

  @Test
  void oneKeyIsOneRunHoweverManyAskAtOnce() throws Exception {
    var workflow =
        Workflow.named("id")
            .input(Integer.class, 0)
            .step("id", Integer.class, (number, _) -> number)
            .build();
    try (var engine = setup().start(workflow);
        var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<StartResult> ask = () -> engine.engine.startRun("id", "1", "key");
      List<Future<StartResult>> answers = clients.invokeAll(java.util.Collections.nCopies(50, ask));
      var ids = new HashSet<RunId>();
      int started = 0;
      for (var answer : answers) {
        ids.add(answer.get().id());
        started += answer.get() instanceof StartResult.Started ? 1 : 0;
      }
      assertEquals(1, ids.size());
      assertEquals(1, started);
      engine.await(ids.iterator().next(), Status.COMPLETED);
      // The same number in other words is the same input.
      assertInstanceOf(StartResult.Existing.class, engine.engine.startRun("id", "1e0", "key"));
      var reused =
          assertThrows(
              StartException.KeyReused.class, () -> engine.engine.startRun("id", "2", "key"));
      assertEquals(ids.iterator().next(), reused.runId());
    }
  }

  @Test
  void theKeyIsKnownAfterACrash() {
    var workflow =
        Workflow.named("id")
            .input(Integer.class, 0)
            .step("id", Integer.class, (number, _) -> number)
            .build();
    var first = setup().start(workflow);
    var id = first.engine.startRun("id", "1", "key").id();
    first.crash();
    try (var second = setup().start(workflow)) {
      var again = second.engine.startRun("id", "1", "key");
      assertInstanceOf(StartResult.Existing.class, again);
      assertEquals(id, again.id());
      second.await(id, Status.COMPLETED);
    }
  }

  @Test
  void aThousandRunsAllEnd() {
    var workflow =
        Workflow.named("id")
            .input(Integer.class, 0)
            .step("one", Integer.class, (number, _) -> number + 1)
            .step("two", Integer.class, (number, _) -> number + 1)
            .build();
    try (var engine = setup().activeRuns(8).start(workflow)) {
      var ids = new HashSet<RunId>();
      for (int i = 0; i < 1_000; i++) {
        ids.add(engine.run("id", String.valueOf(i)));
      }
      assertEquals(1_000, ids.size());
      for (var id : ids) {
        engine.await(id, Status.COMPLETED);
      }
    }
  }

  @Test
  void placesThatNoPendingRunTookAreNotWaitedFor() {
    var answer = new CompletableFuture<List<RunId>>();
    var journal = mock(Journal.class);
    when(journal.submit(any(Command.AdmitRuns.class))).thenReturn(answer);
    var admission = new Admission(journal, time, 4, _ -> {});
    admission.open(3);
    assertEquals(3, admission.active());
    var quiet = admission.whenActiveAtMost(0);
    admission.close();
    answer.complete(List.of());
    assertTrue(quiet.isDone(), "a shutdown would wait for all its grace");
  }

  /** The pending run was cancelled meanwhile. Found by the simulation, seed 102034137. */
  @Test
  void aRunThatMayGoOnGetsThePlaceThatNoPendingRunTook() {
    var answer = new CompletableFuture<List<RunId>>();
    var journal = mock(Journal.class);
    when(journal.submit(any(Command.AdmitRuns.class))).thenReturn(answer);
    var launched = new ArrayList<RunId>();
    var admission = new Admission(journal, time, 1, ready -> launched.add(ready.id()));
    admission.open(1);
    var id = new RunId(new UUID(1, 1));
    admission.resume(id, Map.of());
    assertEquals(List.of(), launched);
    answer.complete(List.of());
    assertEquals(List.of(id), launched);
  }

  @Test
  void runsAreAcceptedOnlyWhenThoseFromBeforeAreCounted() {
    var early = new AtomicReference<@Nullable RuntimeException>();
    var opened = new AtomicReference<@Nullable TestEngine>();
    var workflow =
        Workflow.named("id")
            .input(Integer.class, 0)
            .step("id", Integer.class, (number, _) -> number)
            .build();
    UnaryOperator<JournalReader> counting =
        reader -> {
          var spied = mock(JournalReader.class, delegatesTo(reader));
          doAnswer(
                  _ -> {
                    early.set(
                        assertThrows(RuntimeException.class, () -> opened.get().run("id", null)));
                    return reader.pending();
                  })
              .when(spied)
              .pending();
          return spied;
        };
    try (var engine = setup().around(inner -> new FaultyJournal(inner, counting)).open(workflow)) {
      opened.set(engine);
      engine.engine.start();
      assertInstanceOf(StartException.NotAccepting.class, early.get());
      engine.await(engine.run("id", null), Status.COMPLETED);
    }
  }
}
