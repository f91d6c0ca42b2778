package dev.perdure;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/**
 * Holds the code to the table of imports in the design.
 *
 * <p>A rule that never fails proves nothing, so each one has been seen to fail on a violation that
 * was planted for it and taken out again; the comment above the rule says which.
 */
class ArchitectureTest {

  private static final JavaClasses PERDURE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.perdure");

  private static final JavaClasses TESTS =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.ONLY_INCLUDE_TESTS)
          // What JMH writes around a method that is measured.
          .withImportOption(place -> !place.contains("/jmh_generated/"))
          .importPackages("dev.perdure");

  private static final JavaClasses EXAMPLES =
      new ClassFileImporter().importPackages("dev.perdure.examples");

  /** The only classes that may ask the machine for the time, for chance, or to wait. */
  private static final Set<String> PORTS =
      Set.of("dev.perdure.engine.SystemTime", "dev.perdure.engine.Ports");

  // Planted: a class of the journal that calls one of the engine.
  @Test
  void packagesImportOnlyWhatTheTableAllows() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .withOptionalLayers(false)
        .layer("workflow")
        .definedBy("dev.perdure.workflow..")
        .layer("journal")
        .definedBy("dev.perdure.journal..")
        .layer("sqlite")
        .definedBy("dev.perdure.sqlite..")
        .layer("engine")
        .definedBy("dev.perdure.engine..")
        .layer("testing")
        .definedBy("dev.perdure.testing..")
        .layer("builtin")
        .definedBy("dev.perdure.builtin..")
        .layer("web")
        .definedBy("dev.perdure.web..")
        .layer("server")
        .definedBy("dev.perdure.server..")
        .whereLayer("workflow")
        .mayNotAccessAnyLayer()
        .whereLayer("journal")
        .mayNotAccessAnyLayer()
        .whereLayer("sqlite")
        .mayOnlyAccessLayers("journal")
        .whereLayer("engine")
        .mayOnlyAccessLayers("workflow", "journal")
        .whereLayer("testing")
        .mayOnlyAccessLayers("workflow", "journal", "sqlite", "engine")
        .whereLayer("builtin")
        .mayOnlyAccessLayers("workflow", "journal")
        .whereLayer("web")
        .mayOnlyAccessLayers("workflow", "journal", "engine")
        .whereLayer("server")
        .mayOnlyAccessLayers("workflow", "journal", "sqlite", "engine", "builtin", "web")
        .check(PERDURE);
  }

  // Planted: a class of dev.perdure.util.
  @Test
  void everyPackageIsInTheTable() {
    classes()
        .should()
        .resideInAnyPackage(
            "dev.perdure.workflow..",
            "dev.perdure.journal..",
            "dev.perdure.sqlite..",
            "dev.perdure.engine..",
            "dev.perdure.testing..",
            "dev.perdure.builtin..",
            "dev.perdure.web..",
            "dev.perdure.server..",
            "dev.perdure.launcher..")
        .check(PERDURE);
  }

  // Planted: two classes of web.api and web.dashboard that call each other; the same with web.
  @Test
  void packagesHaveNoCycles() {
    slices().matching("dev.perdure.(**)").should().beFreeOfCycles().check(PERDURE);
  }

  // Planted: a launcher that names a class of the server.
  @Test
  void launcherNeedsOnlyTheJdk() {
    classes()
        .that()
        .resideInAPackage("dev.perdure.launcher..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("dev.perdure.launcher..", "java..", "org.jspecify.annotations..")
        .check(PERDURE);
  }

  // Planted: a class of the engine with a field of type java.sql.Statement.
  @Test
  void onlySqliteRunsSql() {
    noClasses()
        .that()
        .resideOutsideOfPackages("dev.perdure.sqlite..", "dev.perdure.workflow..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.sql..", "javax.sql..", "org.sqlite..")
        .check(PERDURE);
  }

  // Planted: a class of the workflow package with a field of type java.sql.Statement.
  @Test
  void workflowsAreHandedAConnectionAndNoMore() {
    noClasses()
        .that()
        .resideInAPackage("dev.perdure.workflow..")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("java.sql..", "javax.sql..", "org.sqlite..")
                .and(DescribedPredicate.not(JavaClass.Predicates.type(Connection.class))))
        .check(PERDURE);
  }

  // Planted: a class of the engine with a field of type HttpServletRequest.
  @Test
  void onlyWebAndServerKnowServlets() {
    noClasses()
        .that()
        .resideOutsideOfPackages("dev.perdure.web..", "dev.perdure.server..")
        .should()
        .dependOnClassesThat(resideInAPackage("jakarta.servlet.."))
        .check(PERDURE);
  }

  // Planted: a class of web.api with a field of type org.eclipse.jetty.server.Server.
  @Test
  void onlyServerKnowsJetty() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.perdure.server..")
        .should()
        .dependOnClassesThat(resideInAPackage("org.eclipse.jetty.."))
        .check(PERDURE);
  }

  // Planted: a class of web.api with a field of type gg.jte.TemplateEngine.
  @Test
  void onlyTheDashboardRendersTemplates() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.perdure.web.dashboard..")
        .should()
        .dependOnClassesThat(resideInAPackage("gg.jte.."))
        .check(PERDURE);
  }

  // Planted: a class of the engine that calls Instant.now(), new Random(), System::nanoTime or
  // sleep.
  @Test
  void onlyPortsAskForTimeOrChance() {
    noClasses()
        .that(describe("are no port", ArchitectureTest::isNoPort))
        .should()
        .accessTargetWhere(describe("it asks for time or chance", ArchitectureTest::isTimeOrChance))
        .check(PERDURE);
  }

  // Planted: an example that names a class of the journal; one that calls Instant.now().
  @Test
  void examplesNeedOnlyWhatAuthorsSee() {
    noClasses()
        .that(describe("are no test", ArchitectureTest::isExample))
        .should()
        .dependOnClassesThat(
            resideInAPackage("dev.perdure..")
                .and(
                    DescribedPredicate.not(
                        resideInAnyPackage("dev.perdure.workflow..", "dev.perdure.examples.."))))
        .orShould()
        .accessTargetWhere(describe("it asks for time or chance", ArchitectureTest::isTimeOrChance))
        .check(EXAMPLES);
  }

  // Planted: a test that calls Thread.sleep.
  @Test
  void noTestSleeps() {
    noClasses()
        .should()
        .accessTargetWhere(describe("it sleeps", ArchitectureTest::isSleep))
        .check(TESTS);
  }

  // Planted: a package-info without the annotation.
  @Test
  void everyPackageIsNullMarked() {
    var unmarked = new TreeSet<String>();
    for (var type : PERDURE) {
      if (type.getPackage().tryGetAnnotationOfType(NullMarked.class).isEmpty()) {
        unmarked.add(type.getPackageName());
      }
    }
    assertEquals(Set.of(), unmarked, "packages without a package-info that says @NullMarked");
  }

  /** The tests of the examples are in the same package. */
  private static boolean isExample(JavaClass type) {
    return Files.exists(
        Path.of(
            "src/examples/java",
            type.getName().replaceFirst("\\$.*", "").replace('.', '/') + ".java"));
  }

  private static boolean isNoPort(JavaClass type) {
    var outermost = type.getName().replaceFirst("\\$.*", "");
    return !PORTS.contains(outermost);
  }

  private static boolean isTimeOrChance(JavaAccess<?> access) {
    var member = access.getTarget();
    return switch (owner(member)) {
      case "java.lang.System" -> Set.of("currentTimeMillis", "nanoTime").contains(member.getName());
      case "java.lang.Math" -> member.getName().equals("random");
      case "java.util.UUID" -> member.getName().equals("randomUUID");
      case "java.time.InstantSource" -> member.getName().equals("system");
      case "java.time.Clock" -> member.getName().startsWith("system");
      case "java.util.random.RandomGenerator" ->
          Set.of("getDefault", "of").contains(member.getName());
      case "java.util.Random", "java.util.concurrent.ThreadLocalRandom" -> true;
      default ->
          isSleep(access)
              || (owner(member).startsWith("java.time.") && member.getName().equals("now"));
    };
  }

  private static boolean isSleep(JavaAccess<?> access) {
    var member = access.getTarget();
    return member.getName().equals("sleep")
        && Set.of("java.lang.Thread", "java.util.concurrent.TimeUnit").contains(owner(member));
  }

  private static String owner(AccessTarget member) {
    return member.getOwner().getName();
  }
}
