package io.cuewire.cluster;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** What the packages of the coordinator know nothing of. */
class ModuleTableTest {
  private static final String[] COORDINATOR = {
    "io.cuewire.action..",
    "io.cuewire.cluster..",
    "io.cuewire.control..",
    "io.cuewire.emergency..",
    "io.cuewire.ledger..",
    "io.cuewire.parameter..",
    "io.cuewire.scene..",
    "io.cuewire.show.."
  };

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.cuewire");

  @Test
  void theCoordinatorKnowsNothingOfSockets() {
    noClasses()
        .that()
        .resideInAnyPackage(COORDINATOR)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.nio.channels..", "java.net.http..", "org.eclipse.jetty..")
        .orShould()
        .dependOnClassesThat()
        .haveNameMatching("java\\.net\\.(Server|Datagram|Multicast)?Socket")
        .check(CLASSES);
  }

  @Test
  void theCoordinatorKnowsNothingOfTerminalsAndOfTheProgramAroundIt() {
    noClasses()
        .that()
        .resideInAnyPackage(COORDINATOR)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.cuewire.node..", "org.jline..", "picocli..")
        .orShould()
        .dependOnClassesThat()
        .haveNameMatching("java\\.io\\.Console")
        .check(CLASSES);
  }

  @Test
  void onlyTheClusterKnowsOfActors() {
    noClasses()
        .that(resideInAnyPackage(COORDINATOR).and(resideOutsideOfPackage("io.cuewire.cluster..")))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.pekko..", "io.cuewire.cluster..")
        .check(CLASSES);
  }

  @Test
  void whatCarriesMessagesKnowsNothingOfTheClusterAndTheShow() {
    noClasses()
        .that()
        .resideOutsideOfPackages(COORDINATOR)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(COORDINATOR)
        .orShould()
        .dependOnClassesThat()
        .resideInAPackage("org.apache.pekko.cluster..")
        .check(CLASSES);
  }
}
