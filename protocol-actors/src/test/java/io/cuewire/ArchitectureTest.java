package io.cuewire;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** docs/design: the table of modules, as far as this one goes. */
class ArchitectureTest {
  private static final JavaClasses MODULE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.cuewire");

  /** What all protocols stand on. */
  private static final String[] SHARED = {
    "io.cuewire.message..",
    "io.cuewire.routing..",
    "io.cuewire.codec..",
    "io.cuewire.command..",
    "io.cuewire.transport..",
    "io.cuewire.endpoint..",
    "io.cuewire.fault.."
  };

  @Test
  void keepsActorsOutOfTheDataPlane() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.cuewire.endpoint..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.pekko..", "scala..")
        .check(MODULE);
  }

  @Test
  void hasNoCyclesBetweenPackages() {
    slices().matching("io.cuewire.(*)..").should().beFreeOfCycles().check(MODULE);
  }

  @Test
  void knowsNothingOfClusterShowFileAndApi() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "java..",
            "javax.net..",
            "jdk.net..",
            "org.eclipse.jetty..",
            "org.slf4j..",
            "com.illposed.osc.argument..",
            "com.google.re2j..",
            "com.fazecast.jSerialComm..",
            "com.fasterxml.jackson..",
            "org.eclipse.paho.mqttv5..",
            "org.apache.pekko.actor.typed..",
            "org.apache.pekko.japi..",
            "io.cuewire..")
        .check(MODULE);
  }

  @Test
  void keepsProtocolsOutOfWhatTheyAllShare() {
    noClasses()
        .that()
        .resideInAnyPackage(SHARED)
        .should()
        .dependOnClassesThat(resideInAPackage("io.cuewire..").and(resideOutsideOfPackages(SHARED)))
        .check(MODULE);
  }

  @Test
  void keepsRoutingAndCodecsOffTheNetwork() {
    noClasses()
        .that()
        .resideInAnyPackage("io.cuewire.message..", "io.cuewire.routing..", "io.cuewire.codec..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.net..", "java.nio.channels..", "io.cuewire.transport..")
        .check(MODULE);
  }
}
