package dev.perdure.testing.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perdure.journal.Command;
import dev.perdure.journal.Journal;
import dev.perdure.sqlite.SqliteJournal;
import dev.perdure.sqlite.SqliteOptions;
import dev.perdure.torture.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;

/**
 * Shows that the journal in memory is the twin of the one in SQLite: both are given the same random
 * commands, lawful and unlawful, and must answer the same and hold the same. On a failure the
 * message names the seed; {@link #SEED} runs that one alone.
 */
class MemoryJournalTest {

  private static final Long SEED = Long.getLong("perdure.seed");
  private static final int SEQUENCES = Integer.getInteger("perdure.sequences", 2_000);
  private static final int COMMANDS_MAX = 40;

  @TempDir(factory = InMemory.class)
  Path directory;

  /**
   * Thousands of databases are opened and closed: where syncing costs nothing, if there is such.
   */
  static final class InMemory implements TempDirFactory {
    private static final Path MEMORY = Path.of("/dev/shm");

    @Override
    public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext context)
        throws IOException {
      return Files.isWritable(MEMORY)
          ? Files.createTempDirectory(MEMORY, "perdure")
          : Files.createTempDirectory("perdure");
    }
  }

  /** How often each answer was given, so that a generator that has run dry is seen. */
  private final Map<String, Integer> answers = new HashMap<>();

  @Test
  void itAnswersAndHoldsWhatTheJournalInSqliteDoes() throws IOException {
    if (SEED != null) {
      compareAlone(SEED);
      return;
    }
    for (long seed = 1; seed <= SEQUENCES; seed++) {
      compareAlone(seed);
    }
    assertEverythingWasTried();
  }

  private void assertEverythingWasTried() {
    for (var answer :
        List.of(
            "Advance APPLIED",
            "Advance REFUSED",
            "Advance Broken",
            "StartRun KeyReused",
            "StartRun SlotTaken",
            "SendSignal Known",
            "SendSignal InboxFull",
            "CancelRun Accepted",
            "CancelRun AlreadyEnding",
            "Unblock some")) {
      assertTrue(answers.getOrDefault(answer, 0) >= 5, () -> answer + " is rare: " + answers);
    }
  }

  /** Leaves nothing behind: all of them together are more than many a machine has memory. */
  private void compareAlone(long seed) throws IOException {
    var place = directory.resolve(Long.toString(seed));
    compare(seed, place);
    Trees.delete(place);
  }

  private void compare(long seed, Path place) {
    try (var twins = new Twins(place)) {
      var random = new Random(seed);
      var commands = new RandomCommands(random);
      for (int i = random.nextInt(COMMANDS_MAX); i >= 0; i--) {
        twins.step(commands, random);
      }
      twins.compareAnswers();
      twins.compareState(commands.questions());
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("Seed " + seed + ": " + e.getMessage(), e);
    }
  }

  /** Both journals, and the answers of SQLite's that have not been looked at yet. */
  private final class Twins implements AutoCloseable {

    private record Given(Command<?> command, Object memory, CompletableFuture<?> sqlite) {}

    private final MemoryStore store = new MemoryStore();
    private final Path path;
    private final List<Given> given = new ArrayList<>();
    private Journal memory;
    private Journal sqlite;

    Twins(Path path) {
      this.path = path;
      open();
      give(new Command.TakeOver("boot", RandomCommands.START));
    }

    private void open() {
      memory = store.open();
      sqlite =
          SqliteJournal.open(
              path, SqliteOptions.with(() -> RandomCommands.START, System::nanoTime));
    }

    void step(RandomCommands commands, Random random) {
      switch (random.nextInt(80)) {
        case 0 -> reopen(random);
        case 1 -> {
          compareAnswers();
          compareState(commands.questions());
        }
        case 4, 5, 6, 7, 8, 9 -> compareAnswers();
        default -> give(commands.next(memory.reader()));
      }
    }

    /** As after a crash, unless a shutdown was begun before. */
    private void reopen(Random random) {
      compareAnswers();
      close();
      open();
      if (random.nextInt(4) > 0) {
        give(new Command.TakeOver("boot", RandomCommands.START.plusSeconds(1)));
      }
    }

    private void give(Command<?> command) {
      given.add(new Given(command, answer(memory.submit(command)), sqlite.submit(command)));
    }

    void compareAnswers() {
      for (var one : given) {
        var answer = answer(one.sqlite());
        assertEquals(answer, one.memory(), () -> "answer to " + one.command());
        answers.merge(
            one.command().getClass().getSimpleName() + " " + kind(answer), 1, Integer::sum);
      }
      given.clear();
    }

    void compareState(Questions questions) {
      questions.ofReader().forEach((name, question) -> same(name, question, Journal::reader));
      questions
          .ofStatistics()
          .forEach((name, question) -> same(name, question, Journal::statistics));
    }

    private <T> void same(String name, Function<T, Object> question, Function<Journal, T> of) {
      assertEquals(question.apply(of.apply(sqlite)), question.apply(of.apply(memory)), () -> name);
    }

    @Override
    public void close() {
      memory.close();
      sqlite.close();
    }
  }

  /** What a command was answered; of an exception its type. */
  private static Object answer(CompletableFuture<?> future) {
    try {
      return future.join();
    } catch (CompletionException e) {
      return e.getCause().getClass();
    }
  }

  private static String kind(Object answer) {
    return switch (answer) {
      case Class<?> type -> type.getSimpleName();
      case Enum<?> word -> word.toString();
      case List<?> list -> list.isEmpty() ? "none" : "some";
      default -> answer.getClass().getSimpleName();
    };
  }
}
