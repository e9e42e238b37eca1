package dev.berth;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The rules of ARCHITECTURE.md that a machine can hold. */
class ArchitectureTest {
  private static final JavaClasses BERTH =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.berth");

  @Test
  void onlyTheKernelPackageKnowsTheForeignFunctionLibrary() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.berth.kernel..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("jnr..", "com.kenai..")
        .check(BERTH);
  }

  @Test
  void theEngineKnowsNothingOfServersAndCommands() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "dev.berth.kernel..",
            "dev.berth.shim..",
            "dev.berth.seccomp..",
            "dev.berth.netlink..",
            "dev.berth.network..",
            "dev.berth.cni..",
            "dev.berth.image..",
            "dev.berth.steps..",
            "dev.berth.state",
            "dev.berth.journal..",
            "dev.berth.spec..",
            "dev.berth.cgroup..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.berth.rpc..",
            "dev.berth.daemon..",
            "dev.berth.cli..",
            "dev.berth.node..",
            "io.grpc..")
        .check(BERTH);
  }

  @Test
  void theSharedGroundStandsOnNothing() {
    classes()
        .that()
        .resideInAnyPackage("dev.berth.fault..", "dev.berth.steps..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("dev.berth.fault..", "dev.berth.steps..", "java..", "org.jspecify..")
        .check(BERTH);
  }

  @Test
  void commandLineLibraryStaysOutOfTheDaemon() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.berth.cli..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("picocli..")
        .check(BERTH);
  }

  /** So a lock is never taken under one that comes after it; {@code SamePodRaceTest} looks too. */
  @Test
  void lowerLocksKnowNothingOfHigherOnes() {
    noClasses()
        .that()
        .resideInAPackage("dev.berth.journal..")
        .or()
        .haveFullyQualifiedName("dev.berth.state.StateCell")
        .should()
        .dependOnClassesThat()
        .haveNameMatching("dev\\.berth\\.state\\.(Sandbox|Container|Pods|Flights|Exits)(\\$.*)?")
        .check(BERTH);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching("dev.berth.(*)..").should().beFreeOfCycles().check(BERTH);
  }
}
