package io.cuewire.node;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.cuewire.action.Programs.Program;
import io.cuewire.command.ParameterRequest;
import io.cuewire.ledger.Entry.StopRaised;
import io.cuewire.message.Arguments;
import io.cuewire.message.WellFormed;
import io.cuewire.parameter.ParameterDesk.Current;
import io.cuewire.transport.Cors;
import io.cuewire.transport.Jetty;
import io.cuewire.transport.Origins;
import org.junit.jupiter.api.Test;

/** What the program knows nothing of, and who knows nothing of the program. */
class ModuleTableTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.cuewire");

  /**
   * But for the demo's traffic, which plays the devices of a show. Which pages may connect, and how
   * a web server is set up, is one rule for the api and for endpoints; so is how JSON sets a
   * parameter. What the status tells of parameters, programs and the stop are the records of those
   * who keep them.
   */
  @Test
  void theInterfacesKnowTheShowAndNoProtocol() {
    noClasses()
        .that()
        .resideInAnyPackage("io.cuewire.node.api..", "io.cuewire.node.cli..")
        .and()
        .haveSimpleNameNotStartingWith("DemoTraffic")
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.cuewire..")
                .and(
                    not(
                        resideInAnyPackage(
                            "io.cuewire.node..",
                            "io.cuewire.control..",
                            "io.cuewire.show..",
                            "io.cuewire.routing..")))
                .and(
                    not(
                        belongToAnyOf(
                            Arguments.class,
                            WellFormed.class,
                            Origins.class,
                            Cors.class,
                            Jetty.class,
                            ParameterRequest.class,
                            Current.class,
                            Program.class,
                            StopRaised.class))))
        .check(CLASSES);
  }

  @Test
  void nothingBelowKnowsTheProgram() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.cuewire.node..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.cuewire.node..")
        .check(CLASSES);
  }
}
