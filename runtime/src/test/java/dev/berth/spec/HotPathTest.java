package dev.berth.spec;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.berth.spec.oci.OciJson;
import org.junit.jupiter.api.Test;

class HotPathTest {
  private final JavaClasses classes =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.berth.spec");

  @Test
  void onlyReadersAndWritersOfJsonLoadItsLibrary() {
    noClasses()
        .that()
        .doNotBelongToAnyOf(OciJson.class, SeccompProfileFile.class)
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.fasterxml..")
        .check(classes);
  }

  @Test
  void nothingHereCallsTheKernel() {
    noClasses().should().dependOnClassesThat().resideInAPackage("jnr..").check(classes);
  }
}
