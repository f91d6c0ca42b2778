package dev.perdure.simulation;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.perdure.twin.Twin;
import dev.perdure.twin.TwinBuild;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A simulation that sees nothing wrong in an engine that is would be worth nothing. */
@Timeout(300)
class SimulationTwinsTest {

  /** No mistake may stay hidden for longer. */
  private static final int SEEDS_MAX = 300;

  private static final int SEEDS_OF_THE_SOUND = 60;

  /** Perdure's own classes anew, those of the twin first. */
  private static final class Loader extends URLClassLoader {
    Loader(Path twin) throws MalformedURLException {
      super(
          new URL[] {
            twin.toUri().toURL(), at("target/classes"), at("target/test-classes"),
          },
          SimulationTwinsTest.class.getClassLoader());
    }

    private static URL at(String path) throws MalformedURLException {
      return Path.of(path).toUri().toURL();
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      synchronized (getClassLoadingLock(name)) {
        var known = findLoadedClass(name);
        if (known != null) {
          return known;
        }
        return name.startsWith("dev.perdure.") ? findClass(name) : super.loadClass(name, resolve);
      }
    }
  }

  private static @Nullable String search(Path twin, int seeds) throws IOException {
    try (var loader = new Loader(twin)) {
      return (String)
          loader
              .loadClass(TwinTrial.class.getName())
              .getMethod("search", int.class)
              .invoke(null, seeds);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "EFFECT_BEFORE_RUNNING",
        "SIMULATED_NO_COMPARE_AND_SET",
        "SIMULATED_REQUEUE_COMPLETED",
        "SIMULATED_ATTEMPTS_FORGOTTEN",
        "LOST_ENDS",
        "HASTY_TIMERS",
        "DEAF_TO_CANCEL",
        "NO_GRACE",
        "SLEEPERS_FORGOTTEN"
      })
  void isCaught(Twin twin) throws IOException {
    var found = search(TwinBuild.of(twin), SEEDS_MAX);
    System.out.printf("%s is caught after %s%n", twin, found);
    assertNotNull(found, () -> twin + " was not caught");
  }

  @Test
  void aJournalThatAnswersEarlyIsCaught() {
    var found = TwinTrial.searchAcknowledgingEarly(SEEDS_MAX);
    System.out.printf("ACK_BEFORE_COMMIT is caught after %s%n", found);
    assertNotNull(found);
  }

  /** What is caught is the mistake, and not that the classes were loaded again. */
  @Test
  void theEngineItselfIsNotCaught() throws IOException {
    assertNull(search(Path.of("target/classes"), SEEDS_OF_THE_SOUND));
  }
}
