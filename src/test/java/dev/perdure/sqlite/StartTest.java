package dev.perdure.sqlite;

import static dev.perdure.sqlite.TestJournal.at;
import static dev.perdure.sqlite.TestJournal.keyed;
import static dev.perdure.sqlite.TestJournal.newId;
import static dev.perdure.sqlite.TestJournal.pending;
import static dev.perdure.sqlite.TestJournal.running;
import static dev.perdure.sqlite.TestJournal.slotted;
import static dev.perdure.sqlite.TestJournal.started;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perdure.journal.Command.AdmitRuns;
import dev.perdure.journal.Command.RegisterSchedule;
import dev.perdure.journal.Command.Schedule;
import dev.perdure.journal.Command.StartResult;
import dev.perdure.journal.JournalException;
import dev.perdure.journal.RunId;
import dev.perdure.journal.Status;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartTest {

  @TempDir Path directory;
  TestJournal journal;

  @BeforeEach
  void open() {
    journal = TestJournal.in(directory);
  }

  @AfterEach
  void close() {
    journal.close();
  }

  @Test
  void admitsTheOldestPendingRuns() {
    var ids = Stream.generate(TestJournal::newId).limit(5).toList();
    ids.forEach(id -> journal.start(pending(id)));
    assertEquals(ids.subList(0, 3), journal.submit(new AdmitRuns(3, at(7))));
    assertEquals(ids.subList(3, 5), journal.submit(new AdmitRuns(3, at(8))));
    assertEquals(List.of(), journal.submit(new AdmitRuns(3, at(9))));
    assertEquals(Status.RUNNING, journal.run(ids.getFirst()).status());
    assertEquals(at(7), journal.run(ids.getFirst()).startedAt());
  }

  @Test
  void admissionGoesThroughTheIndexOfWhatIsNotCompleted() throws Exception {
    try (var file = new OpenDatabase(directory)) {
      var plan =
          file.texts(
              "EXPLAIN QUERY PLAN SELECT run_key FROM runs WHERE status = 'pending'"
                  + " AND status <> 'completed' ORDER BY run_key LIMIT 5",
              "detail");
      assertTrue(
          plan.toString().contains("USING COVERING INDEX runs_not_completed"), plan::toString);
      assertEquals(1, plan.size(), plan::toString);
    }
  }

  @Test
  void answersAKnownKeyWithTheSameRun() {
    var first = newId();
    var second = newId();
    assertEquals(new StartResult.Started(first), journal.start(keyed(first, "k", "a")));
    assertEquals(new StartResult.Existing(first), journal.start(keyed(second, "k", "a")));
    assertEquals(new StartResult.KeyReused(first), journal.start(keyed(second, "k", "b")));
    assertTrue(journal.journal.reader().run(second).isEmpty());
  }

  @Test
  void storesOneRunPerKeyUnderConcurrency() {
    var answers = new ArrayList<CompletableFuture<StartResult>>();
    for (int i = 0; i < 500; i++) {
      answers.add(journal.journal.submit(keyed(newId(), "key-" + i % 10, "a")));
    }
    var results = answers.stream().map(CompletableFuture::join).toList();
    assertEquals(10, results.stream().map(StartResult::id).distinct().count());
    assertEquals(10, results.stream().filter(StartResult.Started.class::isInstance).count());
    assertEquals(10L, journal.journal.reader().counts(1_000).get(Status.PENDING));
  }

  @Test
  void aSlotStartsOneRun() {
    var first = newId();
    assertEquals(new StartResult.Started(first), journal.start(slotted(first, at(60))));
    assertEquals(new StartResult.SlotTaken(first), journal.start(slotted(newId(), at(60))));
    var second = newId();
    assertEquals(new StartResult.Started(second), journal.start(slotted(second, at(120))));
  }

  @Test
  void aScheduleCountsFromWhenItsRuleWasMadeKnown() {
    assertEquals(
        new Schedule("ping", "* * * * *", at(5), null),
        journal.submit(new RegisterSchedule("ping", "* * * * *", "UTC", at(5))));
    journal.start(slotted(newId(), at(60)));
    assertEquals(
        new Schedule("ping", "* * * * *", at(5), at(60)),
        journal.submit(new RegisterSchedule("ping", "* * * * *", "UTC", at(70))));
    assertEquals(
        new Schedule("ping", "0 * * * *", at(80), at(60)),
        journal.submit(new RegisterSchedule("ping", "0 * * * *", "UTC", at(80))));
    assertEquals(
        at(90), journal.submit(new RegisterSchedule("ping", "0 * * * *", "CET", at(90))).since());
  }

  @Test
  void onlyTheGuiltyCommandOfABatchFails() {
    var id = newId();
    var seams = new Gate();
    journal.close();
    journal = TestJournal.in(directory, seams);
    var held = seams.hold(() -> journal.journal.submit(pending(newId())));
    var good = journal.journal.submit(pending(id));
    var guilty = journal.journal.submit(pending(id));
    RunId other = newId();
    var alsoGood = journal.journal.submit(running(other, started(0, 1)));
    seams.release();
    held.join();
    assertEquals(new StartResult.Started(id), good.join());
    assertInstanceOf(JournalException.Broken.class, TestJournal.failureOf(guilty));
    assertEquals(new StartResult.Started(other), alsoGood.join());
    assertEquals(Status.PENDING, journal.run(id).status());
  }
}
