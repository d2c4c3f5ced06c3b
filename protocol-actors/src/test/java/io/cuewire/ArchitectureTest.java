package io.cuewire;

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

  @Test
  void keepsActorsOutOfTheDataPlane() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "io.cuewire.message..",
            "io.cuewire.routing..",
            "io.cuewire.codec..",
            "io.cuewire.transport..",
            "io.cuewire.link..",
            "io.cuewire.osc..",
            "io.cuewire.mqtt..",
            "io.cuewire.text..")
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
            "jdk.net..",
            "javax.net..",
            "org.slf4j..",
            "com.illposed.osc.argument..",
            "com.google.re2j..",
            "org.eclipse.paho.mqttv5..",
            "com.fasterxml.jackson..",
            "org.apache.pekko.actor.typed..",
            "org.apache.pekko.japi..",
            "io.cuewire.message..",
            "io.cuewire.routing..",
            "io.cuewire.codec..",
            "io.cuewire.transport..",
            "io.cuewire.command..",
            "io.cuewire.endpoint..",
            "io.cuewire.link..",
            "io.cuewire.osc..",
            "io.cuewire.mqtt..",
            "io.cuewire.text..")
        .check(MODULE);
  }

  @Test
  void keepsProtocolsOutOfWhatTheyAllShare() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "io.cuewire.endpoint..", "io.cuewire.transport..", "io.cuewire.routing..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.cuewire.osc..", "io.cuewire.mqtt..", "io.cuewire.text..", "io.cuewire.link..")
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
