package dev.perdure.server;

import static dev.perdure.server.JarMaker.workflow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perdure.workflow.Workflow;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jars of all sorts beside one that is sound, which is always there. */
class WorkflowJarsTest {

  @TempDir Path directory;

  private static final Workflow<?, ?> BUILT_IN =
      Workflow.named("built-in").input(Integer.class, 1).code(Integer.class, (n, _) -> n);

  private JarMaker jar() {
    return new JarMaker();
  }

  private void sound() throws Exception {
    jar()
        .provider("Sound", "return List.of(" + workflow("sound", "only") + ");")
        .write(directory.resolve("m-sound.jar"));
  }

  private WorkflowJars open() {
    return WorkflowJars.open(WorkflowJars.in(directory), List.of(BUILT_IN), ZoneOffset.UTC);
  }

  private static List<String> names(WorkflowJars jars) {
    return jars.workflows().stream()
        .map(Workflow::name)
        .filter(name -> !name.startsWith("trial"))
        .toList();
  }

  /** Loads, and sees that the sound one is there and one jar is reported by its name. */
  private String problemOf(String jar) throws Exception {
    sound();
    try (var jars = open()) {
      assertTrue(names(jars).containsAll(List.of("built-in", "sound")), names(jars).toString());
      assertEquals(1, jars.problems().size(), jars.problems().toString());
      var problem = jars.problems().getFirst();
      assertEquals(jar, problem.jar());
      assertTrue(problem.message().startsWith("Workflows: " + jar + " "), problem.message());
      return problem.message();
    }
  }

  private static void assertSays(String part, String message) {
    assertTrue(message.contains(part), message);
  }

  @Test
  void jarsBringTheirWorkflows() throws Exception {
    sound();
    try (var jars = open()) {
      assertEquals(List.of("built-in", "sound"), names(jars));
      assertEquals(List.of(), jars.problems());
    }
  }

  @Test
  void aFileThatIsNoZipIsReported() throws Exception {
    Files.writeString(directory.resolve("a-text.jar"), "no zip");
    assertSays("is no jar that can be read", problemOf("a-text.jar"));
  }

  @Test
  void aProviderThatIsNotInItsJarIsReported() throws Exception {
    jar().named("Nobody").write(directory.resolve("a.jar"));
    assertSays("Nobody not found", problemOf("a.jar"));
  }

  @Test
  void aProviderOfAnotherTypeIsReported() throws Exception {
    jar().source("Other", "public class Other {}").named("Other").write(directory.resolve("a.jar"));
    assertSays("Other not a subtype", problemOf("a.jar"));
  }

  @Test
  void aProviderThatCanNotBeMadeIsReported() throws Exception {
    jar()
        .source(
            "Throws",
            """
            public class Throws implements dev.perdure.workflow.WorkflowProvider {
              public Throws() { throw new IllegalStateException("no disk"); }
              public java.util.Collection<dev.perdure.workflow.Workflow<?, ?>> workflows() {
                return null;
              }
            }
            """)
        .named("Throws")
        .write(directory.resolve("a.jar"));
    var message = problemOf("a.jar");
    assertSays("Throws", message);
    assertSays("no disk", message);
  }

  @Test
  void aStaticInitializerThatThrowsIsReported() throws Exception {
    jar()
        .source(
            "Init",
            """
            public class Init implements dev.perdure.workflow.WorkflowProvider {
              static final int N = Integer.parseInt("many");
              public java.util.Collection<dev.perdure.workflow.Workflow<?, ?>> workflows() {
                return null;
              }
            }
            """)
        .named("Init")
        .write(directory.resolve("a.jar"));
    assertSays("many", problemOf("a.jar"));
  }

  @Test
  void aProviderWhoseMethodThrowsIsReported() throws Exception {
    jar()
        .provider("Fails", "throw new AssertionError(\"not today\");")
        .write(directory.resolve("a.jar"));
    var message = problemOf("a.jar");
    assertSays("Fails", message);
    assertSays("not today", message);
  }

  @Test
  void aProviderThatAnswersNothingIsReported() throws Exception {
    jar().provider("Nil", "return null;").write(directory.resolve("a.jar"));
    assertSays("Nil", problemOf("a.jar"));
  }

  @Test
  void aClassThatAJarLacksIsReported() throws Exception {
    jar()
        .source("Needed", "public class Needed { static int number() { return 1; } }")
        .provider("Lacks", "Needed.number(); return List.of();")
        .without("Needed")
        .write(directory.resolve("a.jar"));
    assertSays("NoClassDefFoundError (Needed)", problemOf("a.jar"));
  }

  @Test
  void classesForANewerJavaAreReported() throws Exception {
    jar().provider("Newer", "return List.of();").classVersion(99).write(directory.resolve("a.jar"));
    assertSays("class file version 99", problemOf("a.jar"));
  }

  @Test
  void aListThatCanNotBeReadIsReported() throws Exception {
    jar().named("not a class name").write(directory.resolve("a.jar"));
    assertSays("Illegal configuration-file syntax", problemOf("a.jar"));
  }

  @Test
  void theSoundProviderOfAJarIsThereBesideABrokenOne() throws Exception {
    jar()
        .named("Nobody")
        .provider("Good", "return List.of(" + workflow("good", "only") + ");")
        .write(directory.resolve("a.jar"));
    sound();
    try (var jars = open()) {
      assertEquals(List.of("built-in", "good", "sound"), names(jars));
      assertEquals(1, jars.problems().size());
    }
  }

  @Test
  void aWorkflowWhoseTimesCanNotFitIsLeftOut() throws Exception {
    var unfit =
        """
        Workflow.named("unfit").timeout(java.time.Duration.ofSeconds(60)).input(Integer.class, 1)
            .step("slow", Integer.class, (n, s) -> n,
                StepOptions.DEFAULT.timeout(java.time.Duration.ofSeconds(30))).build()
        """;
    jar()
        .provider("Unfit", "return List.of(" + unfit + ", " + workflow("fit", "only") + ");")
        .write(directory.resolve("a.jar"));
    var message = problemOf("a.jar");
    assertSays("\"unfit\"", message);
    assertSays("= 93 s; the workflow's timeout is 60 s", message);
    try (var jars = open()) {
      assertEquals(List.of("built-in", "fit", "sound"), names(jars));
    }
  }

  @Test
  void aWorkflowWhoseScheduleCanNotBeReadIsLeftOut() throws Exception {
    var unread =
        """
        Workflow.named("unread").schedule("now and then").input(Integer.class, 1)
            .step("only", Integer.class, (n, s) -> n).build()
        """;
    jar().provider("Unread", "return List.of(" + unread + ");").write(directory.resolve("a.jar"));
    assertSays("now and then", problemOf("a.jar"));
  }

  @Test
  void aNameBelongsToWhoComesFirst() throws Exception {
    jar()
        .provider("First", "return List.of(" + workflow("twice", "first") + ");")
        .write(directory.resolve("a.jar"));
    jar()
        .provider("Second", "return List.of(" + workflow("twice", "second") + ");")
        .write(directory.resolve("b.jar"));
    var message = problemOf("b.jar");
    assertSays("\"twice\"", message);
    assertSays("a.jar has one of this name already", message);
  }

  @Test
  void theBuiltInWorkflowsKeepTheirNames() throws Exception {
    jar()
        .provider("Taker", "return List.of(" + workflow("built-in", "mine") + ");")
        .write(directory.resolve("a.jar"));
    assertSays("Perdure itself has one of this name", problemOf("a.jar"));
    try (var jars = open()) {
      assertTrue(jars.workflows().contains(BUILT_IN));
    }
  }

  @Test
  void aJarWithoutAProviderIsALibraryForTheOthers() throws Exception {
    var library =
        jar()
            .source(
                "Shared", "public class Shared { public static String name() { return \"x\"; } }")
            .write(directory.resolve("z-library.jar"));
    jar()
        .source("Shared", "public class Shared { public static String name() { return \"x\"; } }")
        .provider(
            "User",
            "return List.of(Workflow.named(Shared.name()).input(Integer.class, 1)"
                + ".step(\"s\", Integer.class, (n, s) -> n).build());")
        .without("Shared")
        .write(directory.resolve("a.jar"));
    try (var jars = open()) {
      assertEquals(List.of("built-in", "x"), names(jars));
      assertEquals(List.of(), jars.problems());
      assertEquals(List.of(library), jars.withoutProvider());
    }
  }

  @Test
  void classesOfTheServerAreNotTakenFromAJar() throws Exception {
    jar().source("Sees", "public class Sees {}").named("Sees").write(directory.resolve("a.jar"));
    try (var jars = open()) {
      var loader = jars.loader();
      assertSame(Workflow.class, loader.loadClass(Workflow.class.getName()));
      assertSame(org.sqlite.JDBC.class, loader.loadClass("org.sqlite.JDBC"));
      assertNotEquals(getClass().getClassLoader(), loader.loadClass("Sees").getClassLoader());
    }
  }

  @Test
  void whatLiesBesideTheClassesOfTheServerIsThereAndReportedByItsJar() throws Exception {
    var library = Files.createDirectory(directory.resolve("lib"));
    var beside =
        jar()
            .provider("Beside", "return List.of(" + workflow("beside", "only") + ");")
            .write(library.resolve("beside.jar"));
    var broken = jar().named("Nobody").write(library.resolve("broken.jar"));
    sound();
    try (var parent =
            new URLClassLoader(
                new URL[] {broken.toUri().toURL(), beside.toUri().toURL()},
                getClass().getClassLoader());
        var jars =
            WorkflowJars.open(
                parent, WorkflowJars.in(directory), List.of(BUILT_IN), ZoneOffset.UTC)) {
      assertEquals(List.of("built-in", "beside", "sound"), names(jars));
      assertEquals("broken.jar", jars.problems().getFirst().jar());
    }
  }

  @Test
  void aDirectoryThatIsNotThereIsRefused() {
    assertThrows(ConfigException.class, () -> WorkflowJars.in(directory.resolve("none")));
  }
}
